import { describe, expect, it } from 'vitest';
import { explain } from '../../src/words/error-codes.ts';
import { edited, example, failuresOf, placeOf, type Files } from './village.ts';
import { mistakes } from './mistakes/all.ts';

describe('one mistake in the example village gives exactly one error, at its place', () => {
  it.each(mistakes)('$title', async ({ file, from, to, code, mark, says }) => {
    const files = edited(file, from, to);
    const text = files[file];
    const failures = await failuresOf(files);
    expect(failures.map((failure) => failure.code)).toEqual([code]);
    const [failure] = failures;
    expect(failure?.at).toMatchObject({ file, ...placeOf(String(text), String(example[file]).indexOf(from), mark) });
    const said = explain(failure!);
    expect(said.en).toContain(says);
    expect(said.en).not.toMatch(/\{[a-z]+\}/i);
    expect(said.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(said.zh).not.toMatch(/\{[a-z]+\}/i);
  });
});

describe('errors come all at once', () => {
  it('shows mistakes of spelling, wiring and plans together, in the order of files and lines', async () => {
    let files: Files = edited('site.yaml', 'households: 20', 'households: twenty');
    files = edited('site.yaml', 'output: { line: sirens, unit: 3 }', 'output: { line: sirens, unit: 9 }', files);
    files = edited('site.yaml', 'pollEvery: 30 s', 'poolEvery: 30 s', files);
    files = edited('plans/95-daily-notice.yaml', 'repeats: 6\n', '', files);
    files = edited('people.yaml', 'zones: [laojie]', 'zones: [laojei]', files);
    const failures = await failuresOf(files);
    expect(failures.map(({ code, at }) => `${at?.file ?? ''} ${code}`)).toEqual([
      'people.yaml config-zone-unknown',
      'plans/95-daily-notice.yaml config-routine-endless',
      'site.yaml config-not-number',
      'site.yaml config-key-unknown',
      'site.yaml config-unit-unknown',
    ]);
  });

  it('does not blame a plan reference when the plan file itself cannot be read', async () => {
    const failures = await failuresOf({ ...example, 'plans/20-flash-flood-now.yaml': 'id: [' });
    expect(failures.map(({ code }) => code)).toEqual(['config-yaml-unclosed']);
  });

  it('names a missing file', async () => {
    const { 'people.yaml': gone, ...rest } = example;
    expect(gone).toBeDefined();
    const failures = await failuresOf(rest);
    expect(failures).toMatchObject([{ code: 'config-file-missing', at: { file: 'people.yaml', line: 1, column: 1 } }]);
  });

  it('tells the first twenty of thousands of mistakes', async () => {
    const twice = 'id: sangping\n'.repeat(3_000);
    const failures = await failuresOf({ ...example, 'people.yaml': twice });
    const repeated = failures.filter(({ code }) => code === 'config-yaml-duplicate');
    expect(repeated.map(({ code, at }) => [code, at?.line])).toEqual(
      Array.from({ length: 20 }, (_, at) => ['config-yaml-duplicate', at + 2]),
    );
    const commas = await failuresOf({ ...example, 'people.yaml': `a: [b${','.repeat(10_000)}` });
    expect(commas.map(({ at }) => at?.column)).toEqual(Array.from({ length: 20 }, (_, at) => at + 7));
    expect(Error.stackTraceLimit).toBeGreaterThan(0);
  });

  it('never repeats a secret that was pasted into a file', async () => {
    const secret = '-----BEGIN PRIVATE KEY----- MC4CAQAwBQYDK2VwBCIEIJ';
    const failures = await failuresOf(edited('site.yaml', 'box_file: keys/box.key', `box_file: '${secret}'`));
    expect(failures.map(({ code }) => code)).toEqual(['config-secret-inline']);
    expect(JSON.stringify(failures)).not.toContain('MC4CAQ');
  });
});
