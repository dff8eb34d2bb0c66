import { describe, expect, it } from 'vitest';
import { owed } from '../mutation/owed.ts';
import { mutatedFiles, readScores, scoreLeast, scoreOf, type FileScore } from '../mutation/records.ts';
import { countMutants, showMutants, type Report } from '../mutation/report.ts';
import { root } from './rules/tree.ts';

const scores = readScores(root);
const rounded = (score: FileScore): number => Math.floor(scoreOf(score) * 10) / 10;

/** Every file whose score is missing, or lower than it may be; shown with what it is and what it must be. */
const offences = (
  files: readonly string[],
  known: Readonly<Record<string, FileScore>>,
  debts: Readonly<Record<string, number>>,
): readonly string[] =>
  files.flatMap((path) => {
    const score = known[path];
    const least = debts[path] ?? scoreLeast;
    if (score === undefined) return least === 0 ? [] : [`${path}: no score; npm run mutate -- ${path}`];
    return rounded(score) < least ? [`${path}: ${rounded(score)} %, at least ${least} %`] : [];
  });

describe('the scores of mutation testing', () => {
  it('are there for every file of core and intake, and none is lower than it may be', () => {
    expect(mutatedFiles(root).length).toBeGreaterThan(50);
    expect(offences(mutatedFiles(root), scores, owed)).toEqual([]);
  });

  it('name no file that is gone', () => {
    const files = new Set(mutatedFiles(root));
    expect([...Object.keys(scores), ...Object.keys(owed)].filter((path) => !files.has(path))).toEqual([]);
  });

  it('let no debt stand that is paid', () => {
    const paid = Object.keys(owed).filter((path) => {
      const score = scores[path];
      return score !== undefined && scoreOf(score) >= scoreLeast;
    });
    expect(paid).toEqual([]);
  });

  it('are missed when a file has none, and when one falls', () => {
    const good: FileScore = { commit: 'c', source: 's', killed: 85, timeout: 0, survived: 10, noCoverage: 5 };
    const poor: FileScore = { ...good, killed: 84, survived: 11 };
    expect(offences(['a', 'b', 'c', 'd'], { a: good, b: poor, c: poor }, { c: 84 })).toEqual([
      'b: 84 %, at least 85 %',
      'd: no score; npm run mutate -- d',
    ]);
    expect(offences(['c'], { c: poor }, { c: 84.1 })).toEqual(['c: 84 %, at least 84.1 %']);
    expect(offences(['d'], {}, { d: 0 })).toEqual([]);
  });
});

describe('the report of a run', () => {
  const mutant = (status: string, line: number) => ({
    ...{ mutatorName: 'm', replacement: 'true', status },
    location: { start: { line, column: 5 }, end: { line, column: 10 } },
  });
  const statuses = ['Survived', 'Killed', 'NoCoverage', 'Timeout', 'RuntimeError', 'Killed'];
  const report: Report = {
    files: {
      f: {
        source: 'if (a < b) {}\nif (c < d) {}\nif (e < f) {}',
        mutants: statuses.map((status, at) => mutant(status, 3 - (at % 3))),
      },
    },
  };

  it('counts what was found and what was not, and leaves out what could not even run', () => {
    expect(countMutants(report, 'f')).toEqual({ killed: 2, timeout: 1, survived: 1, noCoverage: 1 });
    expect(countMutants(report, 'other')).toEqual({ killed: 0, timeout: 0, survived: 0, noCoverage: 0 });
  });

  it('shows each change that nobody noticed: where, what stood there, what stood there instead', () => {
    expect(showMutants(report, 'f')).toEqual(['f:1:5 NoCoverage: a < b → true', 'f:3:5 Survived: e < f → true']);
  });
});
