import type { Reading } from '../core/time.ts';
import { windowParts } from '../core/totals.ts';

/** What is remembered of a running total. */
export interface Total {
  /** The last two readings as they came, the older first. */
  readonly last: readonly Reading[];
  /** The newest that the readings before and after it bore out; null until there is one. */
  readonly sure: Reading | null;
  /** Sure readings, the oldest first: one from before the window, and as many of it as `parts` lets be. */
  readonly samples: readonly Reading[];
}

export const noTotal: Total = { last: [], sure: null, samples: [] };

/** A window is known to one part of so many: what is remembered stays small, however often is read. */
const parts = 240;

/** Behind a silence that is longer than the window and than this nobody knows when it fell. A gauge is read once an hour, or more often. */
const silentMs = 3 * 3_600_000;

const middleOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[1] ?? 0;

/**
 * By how much all before is moved: once a total fell, somebody cleared it, or it ran over; what had fallen until then is
 * still remembered. Without a sure reading, what is remembered stands relative to the first one.
 */
const movedBy = (before: Total, value: number): number =>
  before.sure === null ? value : Math.min(0, value - before.sure.value);

const moved = (samples: readonly Reading[], by: number): readonly Reading[] =>
  by === 0 ? samples : samples.map(({ at, value }) => ({ at, value: value + by }));

const keepSure = (before: Total, sure: Reading, withinMs: number): Omit<Total, 'last'> => {
  const samples = moved(before.samples, movedBy(before, sure.value));
  const isDue = sure.at - (samples.at(-1)?.at ?? -Infinity) >= withinMs / parts;
  const kept = isDue ? [...samples, sure] : samples;
  const firstInside = kept.findIndex((one) => one.at > sure.at - withinMs);
  return { sure, samples: kept.slice(Math.max(0, firstInside - 1)) };
};

/** Is the time between two readings so long that nobody knows when it fell what lies between them? */
const isUnknown = (older: Reading, newer: Reading, withinMs: number): boolean =>
  newer.at - older.at > Math.max(withinMs, silentMs);

/**
 * What is remembered of a total from readings before a start, the oldest first. Where nobody knows how long the box was
 * down (`isDownKnown`), nor when the rain of that time fell, only what fell before and falls after it counts.
 */
export const totalBefore = (readings: readonly Reading[], withinMs: number, isDownKnown: boolean): Total => {
  const newest = readings.at(-1);
  if (newest === undefined) return noTotal;
  const total = readings.reduce<Total>((before, one) => {
    const known = before.sure !== null && isUnknown(before.sure, one, withinMs) ? noTotal : before;
    return { last: [], ...keepSure(known, one, withinMs) };
  }, noTotal);
  if (isDownKnown) return { ...total, last: [newest, newest] };
  return { last: [], sure: null, samples: moved(total.samples, -newest.value) };
};

/** No reading is told, to be remembered over a restart, sooner after another than this. */
const toldEveryMs = 300_000;
/** A total that stands still is told this seldom: that the box looked must be known, too. */
const stillMs = 3_600_000;

/** Is a sure reading to be told, `told` being the last one that was? */
export const isToBeTold = (told: Reading | null, sure: Reading, withinMs: number): boolean => {
  if (told === null) return true;
  const everyMs = Math.max(toldEveryMs, withinMs / windowParts);
  return sure.at - told.at >= (sure.value === told.value ? Math.max(everyMs, stillMs) : everyMs);
};

/**
 * How much a running total (rain since a gauge was cleared) has grown within the last `withinMs`. What a single damaged
 * reading says is not remembered: each counts once the ones before and after it bear it out. 0 until two came.
 */
export const riseOf = (
  before: Total,
  reading: Reading,
  withinMs: number,
): { readonly rise: number; readonly total: Total } => {
  const [older, newer] = before.last;
  // Whoever mends a cable on a dry day must not wake the village.
  if (newer !== undefined && isUnknown(newer, reading, withinMs))
    return { rise: 0, total: { ...noTotal, last: [reading] } };
  const last = [...before.last, reading].slice(-2);
  if (older === undefined || newer === undefined) return { rise: 0, total: { ...before, last } };
  const sure: Reading = { at: newer.at, value: middleOf([older.value, newer.value, reading.value]) };
  const kept = keepSure(before, sure, withinMs);
  const rise = reading.value - (kept.samples[0]?.value ?? reading.value);
  return { rise: Math.round(rise * 1000) / 1000, total: { last, ...kept } };
};
