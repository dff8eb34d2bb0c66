import { pause } from '../../support/waiting.ts';
import { brief, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import type { SeenFrame } from '../paced-bus.ts';
import { startProduct } from '../product.ts';
import type { Workshop } from '../tools.ts';

const dead = [9, 17, 25, 33, 41, 49, 57, 64];
const unitOf = ({ hex }: SeenFrame): number => Number.parseInt(hex.slice(0, 2), 16);

/** Part of the time that went to frames of these units, each until the next frame began. */
const shareOf = (frames: readonly SeenFrame[], units: readonly number[]): number => {
  const [first, last] = [frames[0], frames.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return Number.NaN;
  const spent = frames
    .slice(0, -1)
    .reduce((sum, frame, n) => sum + (units.includes(unitOf(frame)) ? Number(frames[n + 1]!.at - frame.at) : 0), 0);
  return spent / Number(last.at - first.at);
};

/** When each of these units was first asked after they answer again; infinite for one that was not. */
const backMs = (frames: readonly SeenFrame[], from: bigint): readonly number[] =>
  dead.map((unit) => {
    const asked = frames.find((frame) => frame.at >= from && unitOf(frame) === unit);
    return asked === undefined ? Number.POSITIVE_INFINITY : Number(asked.at - from) / 1e6;
  });

/** Eight dead units of 64 on one line: what they cost it, and how soon they are back. */
export const deadSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const site = { units: 64, zones: 8, baud: 9600, pollEvery: '200 ms' };
  const product = await startProduct(workshop, { site, dead: dead.join(',') });
  try {
    await pause(scaled(sizes, 12_000, 4000));
    await product.bus.frames();
    await pause(scaled(sizes, 20_000, 2000));
    const share = shareOf(await product.bus.frames(), dead);
    product.bus.setDead('');
    const from = process.hrtime.bigint();
    await pause(scaled(sizes, 11_000, 11_000));
    const back = Math.max(...backMs(await product.bus.frames(), from)) / 1000;
    const rows: readonly Row[] = [
      {
        what: { zh: '64 台中 8 台失联，占线路时间', en: 'eight dead units of 64: their part of the line’s time' },
        ...{ value: share, op: '<=', goal: 0.1, ours: `${brief(100 * share)} %`, floor: '', peer: '' },
      },
      {
        what: { zh: '恢复应答后最晚被问到，秒', en: 'seconds until the last of them is asked after answering again' },
        ...{ value: back, op: '<=', goal: 10, ours: `${brief(back)} s`, floor: '', peer: '' },
      },
    ];
    return { rows, charts: [], remarks: [] };
  } finally {
    await product.close();
  }
};
