import { pause } from '../../support/waiting.ts';
import { brief, quantile, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { startProduct } from '../product.ts';
import type { Workshop } from '../tools.ts';
import { latenciesOf, orderFor } from '../triggers.ts';

const charMs = 10_000 / 9600;
const silenceMs = 3.5 * charMs;
/** The longest exchange of the round: five registers asked of a unit that has 30 ms to begin its reply. */
const exchangeMs = (8 + 15) * charMs + 30 + silenceMs;

interface Village {
  readonly units: number;
  readonly dead: readonly number[];
}

const villages: readonly Village[] = [
  { units: 8, dead: [] },
  { units: 64, dead: [] },
  { units: 64, dead: [41, 45, 49, 53] },
  { units: 247, dead: [] },
];

const named = ({ units, dead }: Village): string => `${units}${dead.length > 0 ? ` (${dead.length} dead)` : ''}`;

/** Orders, one zone after the other, while every unit is polled without a pause. */
const measure = async (workshop: Workshop, sizes: Sizes, village: Village): Promise<readonly number[]> => {
  const { units, dead } = village;
  const zones = Math.min(units, 40);
  const site = { units, zones, baud: 9600, pollEvery: '200 ms' };
  const product = await startProduct(workshop, { site, ...(dead.length > 0 ? { dead: dead.join(',') } : {}) });
  try {
    await pause(1500);
    const count = scaled(sizes, 20 * sizes.rounds, 2);
    const turns = Array.from({ length: count }, (_, n) => 1 + (n % zones));
    const { latencies } = await latenciesOf(
      (unit) => orderFor(product, unit),
      turns,
      () => 100 + Math.random() * 173,
    );
    if (latencies.length < count * 0.9) throw new Error(`${latencies.length} of ${count} orders came to the wire`);
    return latencies.map(({ fromSendMs }) => fromSendMs);
  } finally {
    await product.close();
  }
};

const rowsOf = (village: Village, tookMs: readonly number[]): readonly Row[] => {
  const [p50, p99] = [quantile(tookMs, 0.5), quantile(tookMs, 0.99)];
  const units = named(village);
  const half = exchangeMs / 2 + silenceMs;
  return [
    {
      what: { zh: `满轮询 ${units} 台时的警报，中位数`, en: `an alarm while ${units} units are polled, median` },
      ...{ value: p50 / half, op: '<=', goal: 1.5, ours: `${brief(p50)} ms` },
      ...{ floor: `C/2 + t3.5 = ${brief(half)} ms`, peer: '' },
    },
    {
      what: { zh: `满轮询 ${units} 台时的警报，99%`, en: `an alarm while ${units} units are polled, 99th percentile` },
      ...{ value: p99 / exchangeMs, op: '<=', goal: 1.5, ours: `${brief(p99)} ms (${tookMs.length} orders)` },
      ...{ floor: `C = ${brief(exchangeMs)} ms`, peer: '' },
    },
  ];
};

/** A signed order's way to its first frame on a line that is busy with polls: the running box, any number of units. */
export const alarmSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const rows: Row[] = [];
  const bars: { label: string; value: number; of: 'ours' | 'floor' }[] = [
    { label: 'C/2 + t3.5', value: exchangeMs / 2 + silenceMs, of: 'floor' },
  ];
  const chosen = sizes.share < 0.1 ? villages.slice(0, 1) : villages;
  const medians: number[] = [];
  for (const village of chosen) {
    const tookMs = await measure(workshop, sizes, village);
    rows.push(...rowsOf(village, tookMs));
    bars.push({ label: `${named(village)} units`, value: quantile(tookMs, 0.5), of: 'ours' });
    if (village.dead.length === 0) medians.push(quantile(tookMs, 0.5));
  }
  const [fewest = NaN, most = fewest] = [medians[0], medians.at(-1)];
  rows.push({
    what: { zh: '从 8 台到 247 台，警报多花的时间', en: 'what an alarm takes longer with 247 units than with 8' },
    ...{ value: (most - fewest) / exchangeMs, op: '<=', goal: 0.25, ours: `${brief(most - fewest)} ms` },
    ...{ floor: '0; the chance of 60 orders: a quarter of C', peer: '' },
  });
  const title = { zh: '满轮询时警报的中位数', en: 'an alarm while all units are polled, median' };
  return { rows, charts: [{ name: 'alarm', title, unit: 'ms', bars }], remarks: [] };
};
