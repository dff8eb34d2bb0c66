import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coveredHash, ledgerAt, runMark, type RunMark } from './ledger.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mingluo-ledger-'));
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  for (const name of ['src/b.ts', 'src/deep/a.ts', 'zone.yaml', 'other.md'])
    writeFileSync(join(root, name), `of ${name}`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const covers = ['zone.yaml', 'src', 'src/b.ts'];
const sha = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

describe('what a row of a ledger stands for', () => {
  it('is names and contents in the order given, a folder by name, each file once', () => {
    const named = (lead: string) =>
      ['zone.yaml', 'src/b.ts', 'src/deep/a.ts'].map((name) => `${lead}${name}of ${name}`).join('');
    expect(coveredHash(root, covers)).toBe(sha(named('/')));
    // Rows of both ways of writing the root exist: neither may change its hash.
    expect(coveredHash(`${root}/`, covers)).toBe(sha(named('')));
  });

  it('changes with a content and with a name, and with nothing that is not covered', () => {
    const before = coveredHash(root, covers);
    writeFileSync(join(root, 'other.md'), 'changed');
    expect(coveredHash(root, covers)).toBe(before);
    writeFileSync(join(root, 'src/deep/a.ts'), 'changed');
    const changed = coveredHash(root, covers);
    expect(changed).not.toBe(before);
    renameSync(join(root, 'src/deep/a.ts'), join(root, 'src/deep/c.ts'));
    expect(coveredHash(root, covers)).not.toBe(changed);
  });

  it('names the commit, marks what differs from it, and says when there is none', () => {
    expect(runMark(root, covers).commit).toBe('none');
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '-m', 'all');
    const at = git('rev-parse', '--short=12', 'HEAD');
    writeFileSync(join(root, 'other.md'), 'changed');
    expect(runMark(root, covers)).toMatchObject({ commit: at, covered: coveredHash(root, covers) });
    writeFileSync(join(root, 'src/new.ts'), 'not known to git yet');
    expect(runMark(root, covers).commit).toBe(`${at}+`);
  });
});

describe('a ledger', () => {
  it('is empty before its first row, and keeps what stood in it to the letter', () => {
    const ledger = ledgerAt<RunMark & { readonly count: number }>(root, 'ledger.ndjson');
    expect(ledger.rows()).toEqual([]);
    const mark = { commit: 'none', covered: '00', day: '2026-01-01' };
    ledger.add({ ...mark, count: 1 });
    const before = readFileSync(join(root, 'ledger.ndjson'), 'utf8');
    ledger.add({ ...mark, count: 2 });
    expect(readFileSync(join(root, 'ledger.ndjson'), 'utf8').startsWith(before)).toBe(true);
    expect(ledger.rows().map(({ count }) => count)).toEqual([1, 2]);
  });
});
