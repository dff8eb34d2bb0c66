import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FireBreach } from './section.ts';

/** One long run of one section, as the ledger keeps it. */
export interface FireRow {
  readonly commit: string;
  /** Stands for the covered folders: a change in one of them begins the count anew. */
  readonly covered: string;
  readonly day: string;
  readonly section: string;
  readonly seed: number;
  readonly count: number;
  readonly minutes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly FireBreach[];
}

export const fireLedger = 'tests/fire/ledger.ndjson';

export const readFireLedger = (root: string): readonly FireRow[] => {
  const file = join(root, fireLedger);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): FireRow => JSON.parse(line) as FireRow);
};

export const addToFireLedger = (root: string, row: FireRow): void =>
  appendFileSync(join(root, fireLedger), `${JSON.stringify(row)}\n`);

/** The commit that was run, with `+` where the product differs from it; `none` where there is no history. */
export const commitOf = (root: string): string => {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const at = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', 'src', 'devices', 'emulator', 'config') === '' ? at : `${at}+`;
  } catch {
    // A tarball has no history; the hash of the folders says what was run.
    return 'none';
  }
};

/** What all runs of a section over the same covered folders come to. */
export const sumOf = (rows: readonly FireRow[], section: string, covered: string) => {
  const same = rows.filter((row) => row.section === section && row.covered === covered);
  return {
    runs: same.length,
    count: same.reduce((sum, { count }) => sum + count, 0),
    broken: same.reduce((sum, { broken }) => sum + broken.length, 0),
  };
};
