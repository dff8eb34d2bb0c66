/** A sentence for people, in both languages. */
export interface Said {
  readonly zh: string;
  readonly en: string;
}

/** The best and the worst of the rounds, on the scale of the row's value. */
export interface Spread {
  readonly min: number;
  readonly max: number;
}

/** One goal, measured. `value` is a ratio or a count of one run: what a faster or slower machine changes, cancels. */
export interface Row {
  /** Stays the same when its words change: results are compared, and misses explained, by it. Made of its words where left out. */
  readonly id?: string;
  readonly what: Said;
  readonly value: number;
  readonly op: '<=' | '>=';
  readonly goal: number;
  /** The figures behind it: ours, the floor, a peer; each with its unit. */
  readonly ours: string;
  readonly floor: string;
  readonly peer: string;
  /** What chance does to it, told by its rounds. */
  readonly spread?: Spread | undefined;
}

/** A row as it is recorded. */
export type NamedRow = Row & { readonly id: string };

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly of: 'ours' | 'floor' | 'peer' | 'goal';
}

/** A chart of bars; `name` is the end of its file's name. */
export interface Chart {
  readonly name: string;
  readonly title: Said;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

/** Figures without a goal of their own, line by line under a head. */
export interface Table {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

export interface SectionResult {
  readonly rows: readonly Row[];
  readonly tables?: readonly Table[];
  readonly charts: readonly Chart[];
  /** What could not be measured here, and why. */
  readonly remarks: readonly string[];
}

/** How much is measured. The smoke test takes as little as shows that the rig works. */
export interface Sizes {
  readonly rounds: number;
  /** Share of the full counts, 0 to 1. */
  readonly share: number;
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');

export const named = (row: Row): NamedRow => ({ ...row, id: row.id ?? slug(row.what.en) });

/** Undefined of none: there is nothing to tell. */
export const spreadOf = (rounds: readonly number[]): Spread | undefined =>
  rounds.length === 0 ? undefined : { min: Math.min(...rounds), max: Math.max(...rounds) };

export const keeps = ({ value, op, goal }: Row): boolean => (op === '<=' ? value <= goal : value >= goal);

/** The value below which this part of the numbers lies; NaN of none. */
export const quantile = (numbers: readonly number[], part: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
};

/** NaN of none. */
export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** So many of these by the sizes, never fewer than `least`. */
export const scaled = ({ share }: Sizes, full: number, least = 1): number => Math.max(least, Math.round(full * share));

/** Three digits that matter. */
export const brief = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(digits);
};
