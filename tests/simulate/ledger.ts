import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Long runs prove something about these folders; a change in one of them begins the count anew. */
export const coveredFolders = ['src', 'devices', 'emulator', 'config'] as const;

/** One long run, as the ledger keeps it. */
export interface LedgerRow {
  readonly commit: string;
  /** Stands for the covered folders. */
  readonly covered: string;
  readonly day: string;
  readonly fromSeed: number;
  readonly toSeed: number;
  readonly seeds: number;
  readonly hoursEach: number;
  readonly hours: number;
  readonly timesRealTime: number;
  readonly happenings: Readonly<Record<string, number>>;
  readonly broken: readonly { readonly seed: number; readonly promise: string; readonly what: string }[];
}

/** A seed that once broke a promise: it is lived through by every `npm test`. */
export interface KeptSeed {
  readonly seed: number;
  readonly hours: number;
  readonly why: string;
}

export const ledgerFile = 'tests/simulate/ledger.ndjson';
export const keptFile = 'tests/simulate/kept-seeds.json';

/** SHA-256 over names and contents of everything in the covered folders. */
export const coveredHash = (root: string): string => {
  const hash = createHash('sha256');
  for (const folder of coveredFolders) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.sort()) hash.update(path.slice(root.length)).update(readFileSync(path));
  }
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

export const readKept = (root: string): readonly KeptSeed[] =>
  JSON.parse(readFileSync(join(root, keptFile), 'utf8')) as readonly KeptSeed[];

/** Adds seeds that are not kept yet. */
export const keepSeeds = (root: string, found: readonly KeptSeed[]): void => {
  const kept = readKept(root);
  const fresh = found.filter(({ seed, hours }) => !kept.some((one) => one.seed === seed && one.hours === hours));
  if (fresh.length === 0) return;
  const rows = [...kept, ...fresh].map((one) => `  ${JSON.stringify(one)}`);
  writeFileSync(join(root, keptFile), `[\n${rows.join(',\n')}\n]\n`);
};

/** What all runs over the same covered folders come to. */
export const sumOf = (rows: readonly LedgerRow[], covered: string) => {
  const same = rows.filter((row) => row.covered === covered);
  return {
    runs: same.length,
    seeds: same.reduce((sum, { seeds }) => sum + seeds, 0),
    hours: same.reduce((sum, { hours }) => sum + hours, 0),
    broken: same.reduce((sum, { broken }) => sum + broken.length, 0),
  };
};

/** The next run begins behind every seed that was ever run. */
export const nextSeed = (rows: readonly LedgerRow[]): number =>
  rows.reduce((most, { toSeed }) => Math.max(most, toSeed + 1), 10_000);
