import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The rooms whose every mutant is judged: what decides, and what lets an order in. */
export const mutatedRooms = ['core', 'intake'] as const;

/** The share of mutants, in percent, that the tests must find in every file. */
export const scoreLeast = 85;

/** What became of the mutants of one file. */
export interface FileScore {
  /** The commit that was mutated, with `+` where the file differs from it. */
  readonly commit: string;
  /** SHA-256 of the file, the first 16 digits: another one has not been judged yet. */
  readonly source: string;
  readonly killed: number;
  /** Mutants that made the tests run for ever: found as well. */
  readonly timeout: number;
  readonly survived: number;
  /** Mutants that no test even ran. */
  readonly noCoverage: number;
}

/** By path from the root, sorted. */
export type Scores = Readonly<Record<string, FileScore>>;

export const scoresFile = 'docs/reference/mutation.json';

/** In percent of all mutants; a file that has none has no fault that could be missed. */
export const scoreOf = ({ killed, timeout, survived, noCoverage }: Omit<FileScore, 'commit' | 'source'>): number => {
  const found = killed + timeout;
  const all = found + survived + noCoverage;
  return all === 0 ? 100 : (found / all) * 100;
};

export const sourceHash = (root: string, path: string): string =>
  createHash('sha256')
    .update(readFileSync(join(root, path)))
    .digest('hex')
    .slice(0, 16);

/** Every source of the mutated rooms, sorted. */
export const mutatedFiles = (root: string): readonly string[] =>
  mutatedRooms.flatMap((room) =>
    readdirSync(join(root, 'src', room))
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => `src/${room}/${name}`),
  );

export const readScores = (root: string): Scores => {
  const file = join(root, scoresFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Scores) : {};
};

/** Keeps the file's score among the others; files that are gone are forgotten. */
export const writeScore = (root: string, path: string, score: FileScore): void => {
  const all: Record<string, FileScore> = { ...readScores(root), [path]: score };
  const kept = mutatedFiles(root).flatMap((one) => {
    const known = all[one];
    return known === undefined ? [] : [[one, known] as const];
  });
  writeFileSync(join(root, scoresFile), `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
};
