import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from './run-target.ts';
import type { Target } from './target.ts';

/** One run of one target, as the ledger keeps it. */
export interface LedgerRow {
  readonly commit: string;
  /** Stands for the files that the target covers. */
  readonly covered: string;
  readonly day: string;
  readonly target: string;
  readonly fromSeed: number;
  readonly toSeed: number;
  readonly count: number;
  readonly result: 'held' | 'broken';
  readonly worstMs: number;
  readonly grownMb: number;
  readonly seconds: number;
  readonly broken: readonly { readonly seed: number; readonly what: string }[];
}

export const ledgerFile = 'tests/fuzz/ledger.ndjson';

const filesOf = (root: string, path: string): readonly string[] => {
  const whole = join(root, path);
  if (!statSync(whole).isDirectory()) return [whole];
  const entries = readdirSync(whole, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

/** SHA-256 over names and contents of what a target covers. */
export const coveredHash = (root: string, covers: Target['covers']): string => {
  const hash = createHash('sha256');
  const files = covers.flatMap((path) => filesOf(root, path));
  for (const file of [...new Set(files)].sort()) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
};

export const readLedger = (root: string): readonly LedgerRow[] => {
  const file = join(root, ledgerFile);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): LedgerRow => JSON.parse(line) as LedgerRow);
};

export const addToLedger = (root: string, row: LedgerRow): void =>
  appendFileSync(join(root, ledgerFile), `${JSON.stringify(row)}\n`);

export const rowOf = (
  result: RunResult,
  { commit, covered, day }: Pick<LedgerRow, 'commit' | 'covered' | 'day'>,
): LedgerRow => {
  const { target, fromSeed, toSeed, count, worstMs, grownMb, ms } = result;
  const broken = result.faults.map(({ seed, what }) => ({ seed, what: what.slice(0, 300) }));
  const held = broken.length === 0 ? 'held' : 'broken';
  const seconds = Math.round(ms / 100) / 10;
  return { commit, covered, day, target, fromSeed, toSeed, count, result: held, worstMs, grownMb, seconds, broken };
};

/** Inputs that this target has withstood since what it covers last changed. */
export const withstood = (rows: readonly LedgerRow[], target: string, covered: string): number =>
  rows
    .filter((row) => row.target === target && row.covered === covered && row.result === 'held')
    .reduce((sum, { count }) => sum + count, 0);

/** The next run of a target begins behind every seed that it ever had; the first ones belong to `npm test`. */
export const nextSeed = (rows: readonly LedgerRow[], target: string): number =>
  rows.filter((row) => row.target === target).reduce((most, { toSeed }) => Math.max(most, toSeed + 1), 100_000);
