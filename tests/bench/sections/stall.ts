import { pause } from '../../support/waiting.ts';
import { median, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { plainEfficiencyOf } from '../paced-bus.ts';
import { startProduct } from '../product.ts';
import type { Workshop } from '../tools.ts';

/** How busy the line is while the box polls it as fast as it may, ms blocked of every 100 on the main thread. */
const lineUse = async (workshop: Workshop, seconds: number, stallMs: number): Promise<number> => {
  const site = { units: 64, zones: 8, baud: 9600, pollEvery: '200 ms' };
  const product = await startProduct(workshop, { site, ...(stallMs > 0 ? { stallMs } : {}) });
  try {
    await pause(2500);
    await product.bus.report();
    await pause(seconds * 1000);
    return plainEfficiencyOf(await product.bus.report());
  } finally {
    await product.close();
  }
};

/** The line's rhythm does not depend on the main thread. */
export const stallSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const seconds = scaled(sizes, 6);
  const uses: { readonly free: number[]; readonly stalled: number[] } = { free: [], stalled: [] };
  for (let round = 0; round < sizes.rounds; round += 1) {
    uses.free.push(await lineUse(workshop, seconds, 0));
    uses.stalled.push(await lineUse(workshop, seconds, 50));
  }
  const [free, stalled] = [median(uses.free), median(uses.stalled)];
  const rows: readonly Row[] = [
    {
      what: {
        zh: '主线程一半时间被占住时的线路利用率（整机轮询，9600 波特）',
        en: 'line use while the main thread is blocked half the time (the box polls, 9600 baud)',
      },
      ...{ value: stalled, op: '>=', goal: 0.95, ours: stalled.toFixed(3), floor: '1 (wire)' },
      peer: `not blocked ${free.toFixed(3)}`,
    },
  ];
  return { rows, charts: [], remarks: [] };
};
