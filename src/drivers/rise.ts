/** One reading, in the unit of its sensor, `at` milliseconds of the driver's clock. */
export interface Reading {
  readonly at: number;
  readonly value: number;
}

/** What is remembered of a running total. */
export interface Total {
  /** The last two readings as they came, the older first. */
  readonly last: readonly Reading[];
  /** The newest that the readings before and after it bore out; null until there is one. */
  readonly sure: number | null;
  /** Sure readings, the oldest first: one from before the window, and as many of it as `parts` lets be. */
  readonly samples: readonly Reading[];
}

export const noTotal: Total = { last: [], sure: null, samples: [] };

/** A window is known to one part of so many: what is remembered stays small, however often is read. */
const parts = 240;

/** Behind a silence that is longer than the window and than this nobody knows when it fell. A gauge is read once an hour, or more often. */
const silentMs = 3 * 3_600_000;

const middleOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[1] ?? 0;

/** Once a total fell, somebody cleared it, or it ran over: what had fallen until then is still remembered. */
const carriedOver = (samples: readonly Reading[], fell: number): readonly Reading[] =>
  fell > 0 ? samples.map(({ at, value }) => ({ at, value: value - fell })) : samples;

const keepSure = (before: Total, { at, value }: Reading, withinMs: number): Omit<Total, 'last'> => {
  const samples = carriedOver(before.samples, (before.sure ?? value) - value);
  const isDue = at - (samples.at(-1)?.at ?? -Infinity) >= withinMs / parts;
  const kept = isDue ? [...samples, { at, value }] : samples;
  const firstInside = kept.findIndex((one) => one.at > at - withinMs);
  return { sure: value, samples: kept.slice(Math.max(0, firstInside - 1)) };
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
  const isUnknown = newer !== undefined && reading.at - newer.at > Math.max(withinMs, silentMs);
  if (isUnknown) return { rise: 0, total: { ...noTotal, last: [reading] } };
  const last = [...before.last, reading].slice(-2);
  if (older === undefined || newer === undefined) return { rise: 0, total: { ...before, last } };
  const sure: Reading = { at: newer.at, value: middleOf([older.value, newer.value, reading.value]) };
  const kept = keepSure(before, sure, withinMs);
  const rise = reading.value - (kept.samples[0]?.value ?? reading.value);
  return { rise: Math.round(rise * 1000) / 1000, total: { last, ...kept } };
};
