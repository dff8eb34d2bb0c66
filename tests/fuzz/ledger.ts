import type { RunMark } from '../support/ledger.ts';
import type { RunResult } from './run-target.ts';

/** One run of one target, as the ledger keeps it. */
export interface FuzzRow extends RunMark {
  readonly target: string;
  readonly fromSeed: number;
  readonly toSeed: number;
  readonly count: number;
  readonly result: 'held' | 'broken';
  readonly worstMs: number;
  readonly grownMb: number;
  readonly seconds: number;
  /** Of processor; older rows do not say it. */
  readonly cpuSeconds?: number;
  readonly broken: readonly { readonly seed: number; readonly what: string }[];
}

export const fuzzLedger = 'tests/fuzz/ledger.ndjson';

export const rowOf = (result: RunResult, { commit, covered, day }: RunMark): FuzzRow => {
  const { target, fromSeed, toSeed, count, worstMs, grownMb, ms, cpuMs } = result;
  const broken = result.faults.map(({ seed, what }) => ({ seed, what: what.slice(0, 300) }));
  const held = broken.length === 0 ? 'held' : 'broken';
  const [seconds, cpuSeconds] = [Math.round(ms / 100) / 10, Math.round(cpuMs / 100) / 10];
  const measured = { worstMs, grownMb, seconds, cpuSeconds };
  return { commit, covered, day, target, fromSeed, toSeed, count, result: held, ...measured, broken };
};

/** Inputs that this target has withstood since what it covers last changed. */
export const withstood = (rows: readonly FuzzRow[], target: string, covered: string): number =>
  rows
    .filter((row) => row.target === target && row.covered === covered && row.result === 'held')
    .reduce((sum, { count }) => sum + count, 0);

/** The next run of a target begins behind every seed that it ever had; the first ones belong to `npm test`. */
export const nextSeed = (rows: readonly FuzzRow[], target: string): number =>
  rows.filter((row) => row.target === target).reduce((most, { toSeed }) => Math.max(most, toSeed + 1), 100_000);
