import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunMark } from '../support/ledger.ts';

/** One long run, as the ledger keeps it. */
export interface NightRow extends RunMark {
  readonly fromSeed: number;
  readonly toSeed: number;
  readonly seeds: number;
  readonly hoursEach: number;
  readonly hours: number;
  readonly timesRealTime: number;
  /** Orders, people and sky, by name. The oldest rows have their faults among them. */
  readonly happenings: Readonly<Record<string, number>>;
  /** Faults injected, by kind. */
  readonly faults?: Readonly<Record<string, number>>;
  readonly broken: readonly { readonly seed: number; readonly promise: string; readonly what: string }[];
}

/** A seed that once broke a promise: it is lived through by every `npm test`. */
export interface KeptSeed {
  readonly seed: number;
  readonly hours: number;
  readonly why: string;
}

export const nightLedger = 'tests/simulate/ledger.ndjson';
export const keptFile = 'tests/simulate/kept-seeds.json';

export const readKept = (root: string): readonly KeptSeed[] =>
  JSON.parse(readFileSync(join(root, keptFile), 'utf8')) as readonly KeptSeed[];

/** Adds seeds that are not kept yet. */
export const keepSeeds = (root: string, found: readonly KeptSeed[]): void => {
  const kept = readKept(root);
  const fresh = found.filter(({ seed, hours }) => !kept.some((one) => one.seed === seed && one.hours === hours));
  if (fresh.length === 0) return;
  // As the project's formatter leaves it: a night must not turn a check of the tree red by its blanks.
  writeFileSync(join(root, keptFile), `${JSON.stringify([...kept, ...fresh], null, 2)}\n`);
};

const addUp = (counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) sum[name] = (sum[name] ?? 0) + count;
  return sum;
};

/** What all runs of the same world and product come to. */
export const sumOf = (rows: readonly NightRow[], covered: string) => {
  const same = rows.filter((row) => row.covered === covered);
  return {
    rows: same.length,
    seeds: same.reduce((sum, { seeds }) => sum + seeds, 0),
    hours: Math.round(same.reduce((sum, { hours }) => sum + hours, 0) * 100) / 100,
    broken: same.reduce((sum, { broken }) => sum + broken.length, 0),
    faults: addUp(same.map(({ faults }) => faults ?? {})),
  };
};

/** The next run begins behind every seed that was ever run. */
export const nextSeed = (rows: readonly NightRow[]): number =>
  rows.reduce((most, { toSeed }) => Math.max(most, toSeed + 1), 10_000);
