import { describe, expect, it } from 'vitest';
import { holeOffences } from './rules/holes.ts';
import { nameOffences } from './rules/names.ts';
import { oversizes, sizeOffences } from './rules/sizes.ts';
import { hushedTestOffences, needOffences, needsOf } from './rules/tests.ts';
import { wordOffences } from './rules/words.ts';
import { found, planted } from './planted.ts';

const filled = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `  use(${index});`);
const longFunction = (lines: number): ReturnType<typeof planted> =>
  planted('src/bus/a.ts', 'const long = (): void => {', ...filled(lines - 2), '};');

describe('sizes', () => {
  it('name a file, a function and a parameter list that pass their limit by one', () => {
    expect(oversizes([planted('src/bus/a.ts', ...filled(301))])).toMatchObject([{ kind: 'fileLines', size: 301 }]);
    expect(oversizes([longFunction(61)])).toMatchObject([{ kind: 'functionLines', name: 'long', size: 61 }]);
    const wide = planted('src/bus/a.ts', 'class A { act(a: 1, b: 2, c: 3, d: 4, e: 5): void { use(a, b, c, d, e); } }');
    expect(oversizes([wide])).toMatchObject([{ kind: 'parameters', name: 'act', size: 5 }]);
  });

  it('let through what is just within the limits, and chapters of tests', () => {
    const chapter = planted('tests/bus/a.test.ts', "describe('a', () => {", ...filled(80), '});');
    expect(oversizes([planted('src/bus/a.ts', ...filled(300)), longFunction(60), chapter])).toEqual([]);
  });

  it('accept an allowance, but neither growth beyond it nor an allowance wider than needed', () => {
    const allow = (size: number) => [
      { path: 'src/bus/a.ts', name: 'long', kind: 'functionLines', size, why: 'a table' } as const,
    ];
    expect(sizeOffences([longFunction(70)], allow(70))).toEqual([]);
    expect(found(sizeOffences([longFunction(71)], allow(70)))).toEqual(['0 long has 71 lines, the limit is 60']);
    expect(found(sizeOffences([longFunction(65)], allow(70)))[0]).toContain('65: lower the allowance');
    expect(found(sizeOffences([longFunction(60)], allow(70)))[0]).toContain('strike it');
  });
});

describe('banned words', () => {
  const judge = (line: string): readonly string[] => found(wordOffences([planted('docs/a.md', line)]));

  it.each([
    'the mas' + 'ter asks',
    'two Sla' + 'ves answer',
    '// TO' + 'DO later',
    'FI' + 'XME',
    'see /ho' + 'me/someone/x',
    "from '/wo" + "rk/main'",
    'written by Clau' + 'de',
    'an L' + 'LM wrote it',
    '-----BEGIN PRIVATE KE' + 'Y-----',
    '由人工智' + '能生成',
  ])('are found in: %s', (line) => expect(judge(line)).toHaveLength(1));

  it.each([
    'the manual says "sla' + 've address"',
    'register `mas' + 'ter_id`',
    'frames TXXX and FKXX',
    'http://127.0.0.1/ho' + 'me/page and ~/wo' + 'rk/x and docs/wo' + 'rk/x',
  ])('are not found in: %s', (line) => expect(judge(line)).toEqual([]));
});

describe('holes in the types', () => {
  const judge = (...lines: readonly string[]): readonly string[] =>
    found(holeOffences([planted('src/bus/a.ts', ...lines)]));

  it.each([
    'const a = (b: any) => b;',
    'const a = b as unknown as string;',
    'const a = b as never;',
    '// @ts' + '-ignore',
    '// @ts' + '-expect-error it is so',
    '// eslint' + '-disable-next-line no-console',
    '/* eslint' + '-disable */',
    'enum A { b }',
    'namespace A { export const b = 1; }',
    'class A { constructor(private readonly b: string) {} }',
    'try { a(); } catch { /* nothing */ }',
  ])('are found in: %s', (line) => expect(judge(line)).toHaveLength(1));

  it('are not found where lint is silenced for one line with its reason, or an error is used', () => {
    expect(judge('// eslint' + '-disable-next-line no-console -- the one place that prints', 'a();')).toEqual([]);
    expect(judge('try { a(); } catch { b(); }', 'const c = d as unknown;')).toEqual([]);
  });
});

describe('names', () => {
  it('are kebab-case, with parts after a dot', () => {
    const bad = ['src/bus/rtuFrame.ts', 'src/Bus/a.ts', 'devices/relays/some_relay.yaml', 'docs/Guide.md'];
    expect(nameOffences(bad).map(({ path }) => path)).toEqual(bad);
    expect(
      nameOffences(['src/bus/serial-line.entry.ts', 'docs/README.md', '.ci/run', 'config/area.zh-cn.yaml']),
    ).toEqual([]);
  });
});

describe('hushed tests', () => {
  const judge = (line: string): readonly string[] => found(hushedTestOffences([planted('tests/bus/a.test.ts', line)]));

  it.each([
    'it.sk' + "ip('a', () => {});",
    'describe.on' + "ly('a', () => {});",
    'it.skip' + "If(true)('a', () => {});",
    'test.to' + "do('a');",
    'it.each([1]).sk' + "ip('a', () => {});",
    "it('a', (ctx) => { ctx.sk" + 'ip(); });',
    'xi' + "t('a', () => {});",
    "it('a', { ret" + 'ry: 2 }, () => {});',
  ])('are found in: %s', (line) => expect(judge(line)).toHaveLength(1));

  it('are not seen in other uses of the same words', () => {
    expect(judge('stream.skip(3); const a = { retry: 0, only: true };')).toEqual([]);
  });
});

describe('Debian packages', () => {
  const list = planted('.ci/debian-packages.txt', '# a list', 'mbpoll  # reads registers', 'sox');

  it('are compared with the calls of needs() both ways', () => {
    const asks = planted(
      'tests/bus/a.test.ts',
      "if (!needs('mbpoll', 'mbpoll')) return;",
      "needs('gcc', 'gcc');",
      'needs(name, name);',
    );
    expect(found(needOffences([asks], list))).toEqual([
      '2 gcc is not in .ci/debian-packages.txt',
      '3 needs() wants the package as a plain text',
      '0 no test asks for sox',
    ]);
    expect(needsOf([asks])).toHaveLength(3);
  });
});
