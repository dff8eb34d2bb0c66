import { happenings } from './happenings.ts';
import { blows } from './lasting-hurts.ts';
import type { NightRow } from './ledger.ts';
import type { NightResult } from './night-child.ts';

/** What a row tells of the seeds themselves. */
export type Done = Omit<NightRow, 'commit' | 'covered' | 'day' | 'hoursEach'>;

/** The blow at the end of a run, and what a fault came to where that is counted apart. */
const besides: readonly string[] = [...blows, 'journal rots indeed'];

/** Faults, as against orders and people: what the world does wrong. */
const isFault = (name: string): boolean =>
  besides.includes(name) || happenings.some((one) => one.fault && one.name === name);

const hoursOf = (ms: number): number => Math.round(ms / 36_000) / 100;

/** Counts what a run has done, for its rows and for its end. `from`: the first seed. */
export const createTally = (from: number) => {
  let upTo = from;
  const fresh = () => ({
    ...{ fromSeed: upTo, seeds: 0, simulatedMs: 0, workedMs: 0 },
    counts: new Map<string, number>(),
    broken: [] as NightRow['broken'][number][],
  });
  let row = fresh();
  const whole = { seeds: 0, simulatedMs: 0, workedMs: 0, broken: 0 };
  const speed = ({ simulatedMs, workedMs }: { simulatedMs: number; workedMs: number }): number =>
    Math.round(simulatedMs / Math.max(1, workedMs));
  const countsOf = (wanted: boolean): Record<string, number> =>
    Object.fromEntries([...row.counts].filter(([name]) => isFault(name) === wanted));
  return {
    upTo: () => upTo,
    nextSeed: (): number => {
      upTo += 1;
      return upTo - 1;
    },
    take: ({ simulatedMs, ms, counts }: NightResult): void => {
      for (const sum of [row, whole]) {
        sum.seeds += 1;
        sum.simulatedMs += simulatedMs;
        sum.workedMs += ms;
      }
      for (const [name, count] of Object.entries(counts)) row.counts.set(name, (row.counts.get(name) ?? 0) + count);
    },
    found: (one: NightRow['broken'][number]): void => {
      row.broken.push(one);
      whole.broken += 1;
    },
    /** What was done since the last row; null when that is nothing. */
    takeRow: (): Done | null => {
      if (row.seeds === 0 && row.broken.length === 0) return null;
      const { fromSeed, seeds, simulatedMs, broken } = row;
      const told = { fromSeed, toSeed: upTo - 1, seeds, hours: hoursOf(simulatedMs), timesRealTime: speed(row) };
      const done = { ...told, happenings: countsOf(false), faults: countsOf(true), broken };
      row = fresh();
      return done;
    },
    sum: () => ({
      ...{ seeds: whole.seeds, hours: hoursOf(whole.simulatedMs), broken: whole.broken },
      timesRealTime: speed(whole),
    }),
  };
};
