/**
 * `npm run mutate -- [file…] [--all]`: changes the sources of the mutated rooms one place at a time and sees whether the
 * tests notice; docs/how-to/mutate.md. Without files: those whose source changed since their score was taken. Every file's
 * score is kept in docs/reference/mutation.json; a file below the least score ends the program with 1.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { commandLine, misasked } from '../support/command-line.ts';
import { runMark } from '../support/ledger.ts';
import {
  mutatedFiles,
  mutatedRooms,
  readScores,
  scoreLeast,
  scoreOf,
  sourceHash,
  writeScore,
  type FileScore,
} from './records.ts';
import { countMutants, showMutants, type Report } from './report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const usage = 'npm run mutate -- [file…] [--all]';
const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false } },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const chosen = (): readonly string[] => {
  const files = mutatedFiles(root);
  const unknown = positionals.filter((path) => !files.includes(path));
  if (unknown.length > 0) return misasked(`no file of the mutated rooms: ${unknown.join(' ')}`, usage);
  if (positionals.length > 0) return positionals;
  const scores = readScores(root);
  return values.all ? files : files.filter((path) => scores[path]?.source !== sourceHash(root, path));
};

/** What was judged before is kept here, so that only what changed since, in source or tests, is judged again. */
const memory = join(root, 'node_modules/.cache/mingluo-mutate');
mkdirSync(memory, { recursive: true });

/** Files of one room, few enough that a run that is ended half way loses little; every group begins with one run of all tests. */
interface Group {
  readonly room: string;
  readonly paths: readonly string[];
}

const filesPerRun = 20;

const groupsOf = (paths: readonly string[]): readonly Group[] =>
  mutatedRooms.flatMap((room) => {
    const own = paths.filter((path) => path.startsWith(`src/${room}/`));
    const runs = Math.ceil(own.length / filesPerRun);
    return Array.from({ length: runs }, (_, at) => ({
      room,
      paths: own.slice(at * filesPerRun, (at + 1) * filesPerRun),
    }));
  });

const judge = async ({ room, paths }: Group, scratch: string): Promise<Report> => {
  const known = join(memory, `${room}.json`);
  // Stryker's children inherit it: which room's tests judge.
  process.env['MINGLUO_MUTATE'] = room;
  const tempDirName = join(scratch, 'sandbox');
  // A file that is named is judged anew: of mutants that count while modules are loaded, Stryker does not see new tests.
  const force = positionals.length > 0;
  const where = { force, configFile: 'tests/mutation/stryker.json', incrementalFile: known, tempDirName };
  await new Stryker({ ...where, mutate: [...paths] }).runMutationTest();
  return JSON.parse(readFileSync(known, 'utf8')) as Report;
};

/** @returns the files that do not stand */
const mutate = async (group: Group, scratch: string): Promise<readonly string[]> => {
  const before = group.paths.map((path) => ({
    path,
    commit: runMark(root, [path]).commit,
    source: sourceHash(root, path),
  }));
  const startedAt = Date.now();
  const report = await judge(group, scratch);
  say(`${group.paths.length} files in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return before.flatMap(({ path, commit, source }) => {
    const score: FileScore = { commit, source, ...countMutants(report, path) };
    const percent = scoreOf(score);
    say(`${path}: ${percent.toFixed(1)} %`);
    for (const line of showMutants(report, path)) say(`  ${line}`);
    if (sourceHash(root, path) === source) writeScore(root, path, score);
    else say('  changed while it was judged: not recorded');
    return percent >= scoreLeast ? [] : [path];
  });
};

const scratch = mkdtempSync(join(tmpdir(), 'mingluo-mutate-'));
try {
  const poor: string[] = [];
  for (const group of groupsOf(chosen())) poor.push(...(await mutate(group, scratch)));
  if (poor.length > 0) say(`below ${scoreLeast} %: ${poor.join(' ')}`);
  process.exitCode = poor.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
