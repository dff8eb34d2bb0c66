import type { Bilingual } from '../../src/words/bilingual.ts';
import type { Breach } from '../simulate/checker.ts';
import type { Tool } from '../bench/tools.ts';

/** A promise that did not hold, and the case that shows it. */
export interface FireBreach extends Breach {
  readonly where: string;
}

export interface FireRun {
  readonly seed: number;
  /** How many cases: kills, failed calls, reports. */
  readonly count: number;
  /** A machine with other work is given more time to be ready. */
  readonly readyMaxMs: number;
  readonly say: (text: string) => void;
}

export interface FireResult {
  /** So many cases there were, where there are fewer than may be asked for. */
  readonly cases?: number;
  /** What was done and seen, by name. */
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly FireBreach[];
}

/** One way of setting fire to the box. */
export interface Section {
  readonly name: string;
  readonly title: Bilingual;
  readonly needs: readonly Tool[];
  /** Cases of a whole run; null: as many as there are. */
  readonly usualCount: number;
  readonly run: (run: FireRun) => Promise<FireResult>;
}

/** Adds up what was seen. */
export const tally = () => {
  const counts: Record<string, number> = {};
  return {
    counts,
    add: (name: string, by = 1): void => void (counts[name] = (counts[name] ?? 0) + by),
    most: (name: string, value: number): void => {
      counts[name] = Math.max(counts[name] ?? 0, Math.round(value));
    },
  };
};
export type Tally = ReturnType<typeof tally>;
