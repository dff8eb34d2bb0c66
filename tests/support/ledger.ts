import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a long run of the whole box proves something about; a change in one of these begins its count anew. */
export const productFolders = ['src', 'devices', 'emulator', 'config'] as const;

/** What every row of a ledger says of its run, whatever else it says. */
export interface RunMark {
  /** The commit that was run, with `+` where what is covered differs from it; `none` where there is no history. */
  readonly commit: string;
  /** Stands for the files that were run: rows with the same one add up. */
  readonly covered: string;
  readonly day: string;
}

const filesOf = (root: string, path: string): readonly string[] => {
  const whole = join(root, path);
  if (!statSync(whole).isDirectory()) return [whole];
  const entries = readdirSync(whole, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort();
};

/**
 * SHA-256 over names and contents of files and of everything in folders, in the order in which they are given, each once;
 * the first 16 digits. A name is what follows `root`: a ledger keeps to one way of writing it, with its last slash or
 * without, or its old rows would stand for nothing any more.
 */
export const coveredHash = (root: string, covers: readonly string[] = productFolders): string => {
  const hash = createHash('sha256');
  const files = new Set(covers.flatMap((path) => filesOf(root, path)));
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
};

const commitOf = (root: string, covers: readonly string[]): string => {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const at = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', '--', ...covers) === '' ? at : `${at}+`;
  } catch {
    // A tarball has no history; the hash says what was run.
    return 'none';
  }
};

/** Taken before a run begins: what is changed under it was not what was run. */
export const runMark = (root: string, covers: readonly string[] = productFolders): RunMark => ({
  commit: commitOf(root, covers),
  covered: coveredHash(root, covers),
  day: new Date().toISOString().slice(0, 10),
});

export interface Ledger<Row extends RunMark> {
  /** Oldest first; none where there is no ledger yet. */
  readonly rows: () => readonly Row[];
  /** Rows are only ever added. */
  readonly add: (row: Row) => void;
}

/** The ledger in a file below `root`; `Row` is what its owner writes there, one row a line. */
export const ledgerAt = <Row extends RunMark>(root: string, file: string): Ledger<Row> => ({
  rows: () => {
    const path = join(root, file);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line): Row => JSON.parse(line) as Row);
  },
  add: (row) => appendFileSync(join(root, file), `${JSON.stringify(row)}\n`),
});
