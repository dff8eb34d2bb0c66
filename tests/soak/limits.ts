import { soundCacheMb } from './busy-site.ts';
import type { Sample } from './sample.ts';
import { lastHalf, risePerHour } from './slope.ts';

/** One thing that was measured, and how much of it is too much. */
export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly most: number;
}

/** Rises mean nothing in a run that is shorter: a process warms up for minutes. */
export const shortestForRiseMs = 20 * 60_000;

const dayMs = 86_400_000;
/** On an ordinary day the box writes no more than this: an SD card lives for years. */
const writtenMbPerOrdinaryDay = 50;
/** A unit lost or back is a record and one for its acknowledgement, each a block that was written ahead and is written. */
const bytesPerEdge = 4 * 4096;

const megabyte = 1024 * 1024;

/** What each part may take on the disk by its own bound: the journal and its spare segment, the sounds as configured. */
const stateMostMb = { journal: 64, spare: 4, sounds: soundCacheMb, checkpointsAndMedia: 12 } as const;

/** What the box wrote, from the first look to the last, brought to a day; null where nobody counted. */
const writtenMbPerDay = (samples: readonly Sample[]): number | null => {
  const [first, last] = [samples[0], samples.at(-1)];
  const [before, after] = [first?.writtenBytes ?? null, last?.writtenBytes ?? null];
  if (first === undefined || last === undefined || before === null || after === null) return null;
  return last.atMs === first.atMs ? null : (((after - before) / megabyte) * dayMs) / (last.atMs - first.atMs);
};

const most = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  samples.reduce((high, sample) => Math.max(high, of(sample)), 0);

/** Rise an hour over the second half of the run. */
const rise = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  risePerHour(lastHalf(samples).map((sample) => ({ atMs: sample.atMs, value: of(sample) })));

const sumOf = (kept: Readonly<Record<string, number>>, programs: readonly string[] | null): number =>
  Object.entries(kept).reduce((sum, [name, mb]) => sum + (programs?.includes(name) === false ? 0 : mb), 0);

/** Of what was kept by these programs, or by all, from the first collection to the last; NaN where none could be made. */
const riseOfKept = (samples: readonly Sample[], programs: readonly string[] | null): number => {
  const points = samples.flatMap(({ atMs, keptMb }) =>
    keptMb?.['mingluo'] === undefined ? [] : [{ atMs, value: sumOf(keptMb, programs) }],
  );
  return points.length < 2 ? NaN : risePerHour(points);
};

const lengthMs = (samples: readonly Sample[]): number => (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0);

/** What a run was like. */
export interface Lived {
  readonly samples: readonly Sample[];
  /** So many times the ordinary load. */
  readonly times: number;
  /** Units that were lost and came back: a busy machine gives the emulated ones no time to answer. */
  readonly edges: number;
}

/** How the box lived, against what it may take. */
export const limitsOf = ({ samples, times, edges }: Lived): readonly Limit[] => {
  const isLong = lengthMs(samples) >= shortestForRiseMs;
  const ever: readonly Limit[] = [
    { name: 'memory of all processes at most, MB', value: most(samples, (one) => one.treePssMb), most: 256 },
    { name: 'descriptors of the main process at most', value: most(samples, (one) => one.mainDescriptors), most: 128 },
    { name: 'descriptors of all processes at most', value: most(samples, (one) => one.treeDescriptors), most: 384 },
    { name: 'processes at most', value: most(samples, (one) => one.processes), most: 12 },
    {
      name: 'state on the disk at most, MB',
      value: most(samples, (one) => one.stateBytes) / megabyte,
      most: Object.values(stateMostMb).reduce((sum, mb) => sum + mb, 0),
    },
  ];
  if (!isLong) return ever;
  const perDay = writtenMbPerDay(samples);
  const mayWrite = writtenMbPerOrdinaryDay * times + (edges * bytesPerEdge * dayMs) / megabyte / lengthMs(samples);
  const written = perDay === null ? [] : [perDay];
  return [
    ...ever,
    { name: 'rise of what the main process keeps, MB an hour', value: riseOfKept(samples, ['mingluo']), most: 4 },
    { name: 'rise of what all processes keep, MB an hour', value: riseOfKept(samples, null), most: 6 },
    {
      name: 'rise of descriptors of the main process, an hour',
      value: rise(samples, (one) => one.mainDescriptors),
      most: 1,
    },
    {
      name: 'rise of descriptors of all processes, an hour',
      value: rise(samples, (one) => one.treeDescriptors),
      most: 2,
    },
    ...written.map((value) => ({ name: 'written, MB a day', value, most: mayWrite })),
  ];
};

export const isOver = ({ value, most: bound }: Limit): boolean => !(value <= bound);
