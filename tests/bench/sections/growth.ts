import { brief, scaled, spreadOf, type Chart, type Row, type Said, type SectionResult, type Sizes } from '../goal.ts';
import { openLoopDisk, type LoopDisk } from '../loop-disk.ts';
import type { Workshop } from '../tools.ts';
import { costsOf, middleOf, type VillageCost } from '../village-growth.ts';

const allUnits = [8, 32, 64, 128, 247];

const charMs = 10_000 / 9600;
/** The longest exchange of the round, as in the section `alarm`: what the chance of the moment is made of. */
const exchangeMs = (8 + 15) * charMs + 30 + 3.5 * charMs;

type Part = Exclude<keyof VillageCost, 'units'>;

/** Everything that is measured at every size; each has a column and a chart. */
const parts: readonly { readonly part: Part; readonly what: Said; readonly unit: string }[] = [
  { part: 'alarmMs', what: { zh: '警报中位数', en: 'alarm, median' }, unit: 'ms' },
  { part: 'bytesPerEvent', what: { zh: '每条记录写盘', en: 'disk, a record' }, unit: 'B' },
  { part: 'quietHourBytes', what: { zh: '无变化一小时上行', en: 'upstream, a quiet hour' }, unit: 'B' },
  { part: 'receiptBytes', what: { zh: '一次警报的回执', en: 'receipts of one alarm' }, unit: 'B' },
  { part: 'stateBytes', what: { zh: '一份完整状态', en: 'a whole state' }, unit: 'B' },
  { part: 'mainRssMb', what: { zh: '主进程内存', en: 'memory, main process' }, unit: 'MB' },
  { part: 'treePssMb', what: { zh: '全部进程内存', en: 'memory, all processes' }, unit: 'MB' },
  { part: 'cpuMsPerSecond', what: { zh: '轮询每秒处理器时间', en: 'processor time, a second of polling' }, unit: 'ms' },
  { part: 'cpuUsPerPoll', what: { zh: '每次轮询处理器时间', en: 'processor time, a poll' }, unit: 'µs' },
];

interface Village {
  readonly units: number;
  readonly costs: readonly VillageCost[];
}

const at = ({ costs }: Village, part: Part): number => middleOf(costs, part);

/** A part at the largest village beside the same part at the smallest. */
interface Slope {
  readonly id: string;
  readonly part: Part;
  readonly what: Said;
  readonly goal: number;
  readonly compare: (most: number, fewest: number) => number;
  readonly floor: string;
}

const ratio: Slope['compare'] = (most, fewest) => most / fewest;

const slopes: readonly Slope[] = [
  {
    ...{ id: 'alarm', part: 'alarmMs', goal: 0.25, floor: '0; the chance of the moment: a quarter of C' },
    what: { zh: '247 台比 8 台，警报多花的时间 / C', en: 'what an alarm takes longer with 247 units than with 8 / C' },
    compare: (most, fewest) => (most - fewest) / exchangeMs,
  },
  {
    ...{ id: 'bytes-per-event', part: 'bytesPerEvent', goal: 1.1, floor: '1', compare: ratio },
    what: { zh: '每条记录写盘字节，247 台 / 8 台', en: 'bytes to the disk for a durable record, 247 units / 8' },
  },
  {
    ...{ id: 'quiet-hour', part: 'quietHourBytes', goal: 1.05, floor: '1', compare: ratio },
    what: { zh: '无变化一小时的上行字节，247 台 / 8 台', en: 'upstream bytes of a quiet hour, 247 units / 8' },
  },
  {
    ...{ id: 'cpu-per-poll', part: 'cpuUsPerPoll', goal: 1.2, floor: '1', compare: ratio },
    what: { zh: '每次轮询的处理器时间，247 台 / 8 台', en: 'processor time of a poll, 247 units / 8' },
  },
];

const rowOf = ({ id, part, what, goal, compare, floor }: Slope, villages: readonly Village[]): readonly Row[] => {
  const [fewest, most] = [villages[0], villages.at(-1)];
  const unit = parts.find((one) => one.part === part)?.unit ?? '';
  if (fewest === undefined || most === undefined || Number.isNaN(at(most, part))) return [];
  const rounds = most.costs.flatMap((cost, n) => {
    const [large, small] = [cost[part], fewest.costs[n]?.[part]];
    return large === null || small === null || small === undefined ? [] : [compare(large, small)];
  });
  return [
    {
      ...{ id, what, value: compare(at(most, part), at(fewest, part)), op: '<=', goal, floor, peer: '' },
      ours: `${brief(at(fewest, part))} → ${brief(at(most, part))} ${unit}`,
      spread: spreadOf(rounds),
    },
  ];
};

const chartOf = ({ part, what, unit }: (typeof parts)[number], villages: readonly Village[]): Chart => ({
  name: `growth-${part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  title: what,
  unit,
  bars: villages.map((village) => ({ label: `${village.units}`, value: at(village, part), of: 'ours' })),
});

const openDisk = (workshop: Workshop, remarks: string[]): LoopDisk | null => {
  try {
    return openLoopDisk(workshop.dir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    remarks.push(`bytes to the disk were not counted: no loop device could be mounted here (it needs root): ${why}`);
    return null;
  }
};

/** What more units cost: the running box with 8 to 247 of them on one line. */
export const growthSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const isSmoke = sizes.share < 0.1;
  const remarks: string[] = [];
  const villages: Village[] = [];
  const disk = openDisk(workshop, remarks);
  try {
    for (const units of isSmoke ? allUnits.slice(0, 1) : allUnits) {
      const [quietMs, alarms] = [scaled(sizes, 3_000, 1000), scaled(sizes, 7, 2)];
      const { rounds } = sizes;
      const settle = isSmoke ? { settleMs: 0 } : {};
      villages.push({ units, costs: await costsOf({ workshop, disk, units, rounds, quietMs, alarms, ...settle }) });
    }
  } finally {
    disk?.close();
  }
  const head = ['设备 · units', ...parts.map(({ what, unit }) => `${what.zh} · ${what.en}, ${unit}`)];
  const lines = villages.map((village) => [
    String(village.units),
    ...parts.map(({ part }) => brief(at(village, part))),
  ]);
  return {
    rows: slopes.flatMap((slope) => rowOf(slope, villages)),
    tables: [{ head, lines }],
    charts: parts.map((part) => chartOf(part, villages)),
    remarks,
  };
};
