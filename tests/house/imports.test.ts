import { describe, expect, it } from 'vitest';
import { arrowOffences, roomOf } from './rules/arrows.ts';
import { cycleOffences } from './rules/cycles.ts';
import { importsOf, packageOf } from './rules/imports.ts';
import { purityOffences } from './rules/purity.ts';
import { found, planted } from './planted.ts';

describe('imports', () => {
  it('are read in every form in which TypeScript writes them', () => {
    const source = planted(
      'src/bus/a.ts',
      "import './effect.ts';",
      "import type { A } from './a-type.ts';",
      "import { type B } from './b-type.ts';",
      "import { type C, d } from './mixed.ts';",
      "export * from './again.ts';",
      "export type { E } from './e-type.ts';",
      "type F = import('./in-type.ts').F;",
      "const g = await import('./later.ts');",
      "const h = require('./old.ts');",
      'const i = await import(name);',
    );
    expect(importsOf(source).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`)).toEqual([
      './effect.ts',
      './a-type.ts type',
      './b-type.ts type',
      './mixed.ts',
      './again.ts',
      './e-type.ts type',
      './in-type.ts type',
      './later.ts',
      './old.ts',
      '(computed)',
    ]);
  });

  it('name a package by its first part, or two with a scope', () => {
    expect(['lowdb/node', '@a/b/c', 'ws', 'node:fs', './x.ts', '(computed)'].map(packageOf)).toEqual([
      'lowdb',
      '@a/b',
      'ws',
      null,
      null,
      null,
    ]);
  });
});

describe('arrows', () => {
  const judge = (path: string, line: string): readonly string[] => found(arrowOffences([planted(path, line)]));

  it.each([
    ['src/words/a.ts', "import { b } from '../core/b.ts';"],
    ['src/words/a.ts', "import { b } from 'node:fs';"],
    ['src/core/a.ts', "import type { B } from '../bus/b.ts';"],
    ['src/core/a.ts', "import { b } from 'yaml';"],
    ['src/core/a.ts', 'const b = await import(name);'],
    ['src/bus/a.ts', "import type { B } from '../drivers/b.ts';"],
    ['src/uplink/a.ts', "const b = await import('../store/b.ts');"],
    ['src/intake/a.ts', "export * from '../../devices/b.ts';"],
    ['src/store/a.ts', "import { b } from '../main.ts';"],
    ['src/bus/a.ts', "import { b } from '../../tests/support/b.ts';"],
    ['src/bus/a.ts', "import { b } from '../../emulator/b.ts';"],
    ['src/main.ts', "import { b } from './cli/b.ts';"],
    ['src/attic/a.ts', "import { b } from '../core/b.ts';"],
    ['devices/a.ts', "import type { B } from '../src/core/b.ts';"],
    ['emulator/a.ts', "import { b } from '../src/bus/b.ts';"],
    ['emulator/a.ts', "import { b } from '../src/core/b.ts';"],
    ['emulator/a.entry.ts', "import { b } from '../src/bus/b.ts';"],
    ['tests/a.ts', "import { b } from '../vitest.config.ts';"],
    ['emulator/a.ts', "new Worker(new URL('../src/bus/b.entry.ts', import.meta.url));"],
    ['src/store/a.ts', "new Worker(new URL('../bus/b.entry.ts', import.meta.url));"],
  ])('%s may not write %s', (path, line) => expect(judge(path, line)).toHaveLength(1));

  it.each([
    ['src/core/a.ts', "import { b } from '../words/b.ts';"],
    ['src/bus/a.ts', "import { b } from '../core/b.ts'; import { c } from 'node:fs'; import { d } from './d.ts';"],
    ['src/drivers/a.ts', "import { b } from '../bus/b.ts'; import { c } from '../../devices/c.ts';"],
    ['src/config/a.ts', "import { b } from '../../devices/b.ts';"],
    ['src/bus/a.entry.ts', "import { b } from '../store/b.ts';"],
    ['src/main.ts', "import { b } from './uplink/b.ts';"],
    ['src/cli/a.ts', "import { b } from '../main.ts'; import { c } from '../config/c.ts';"],
    ['emulator/a.ts', "import type { B } from '../src/core/b.ts'; import { c } from '../devices/c.ts';"],
    ['tests/bus/a.test.ts', "import { b } from '../../src/bus/b.ts'; import { c } from '../../emulator/c.ts';"],
    ['src/bus/a.ts', "new Worker(new URL('./b.entry.ts', import.meta.url));"],
    ['src/main.ts', "new Worker(new URL('./bus/b.entry.ts', import.meta.url));"],
    ['vitest.config.ts', "import { b } from './anything.ts';"],
  ])('%s may write %s', (path, line) => expect(judge(path, line)).toEqual([]));

  it('tell an emulator entry from an entry of the box', () => {
    expect(roomOf('emulator/line/a.entry.ts')).toBe('emulator');
    expect(roomOf('src/bus/a.entry.ts')).toBe('entry');
  });
});

describe('cycles', () => {
  it('are found through type imports, and each is named once', () => {
    const ring = [
      planted('src/bus/a.ts', "import type { B } from './b.ts';"),
      planted('src/bus/b.ts', "import { c } from './c.ts';"),
      planted('src/bus/c.ts', "export * from './a.ts';"),
      planted('src/bus/d.ts', "import { a } from './a.ts';"),
    ];
    expect(found(cycleOffences(ring))).toEqual(['0 cycle src/bus/a.ts → src/bus/b.ts → src/bus/c.ts → src/bus/a.ts']);
  });

  it('are not seen where a file is only used twice', () => {
    const diamond = [
      planted('src/bus/a.ts', "import { b } from './b.ts'; import { c } from './c.ts';"),
      planted('src/bus/b.ts', "import { d } from './d.ts';"),
      planted('src/bus/c.ts', "import { d } from './d.ts';"),
      planted('src/bus/d.ts', 'export const d = 1;'),
    ];
    expect(cycleOffences(diamond)).toEqual([]);
  });
});

describe('purity of core', () => {
  const judge = (line: string): readonly string[] => found(purityOffences([planted('src/core/a.ts', line)]));

  it.each([
    'const a = (): number => Date.now();',
    'const a = new Date(0);',
    'const a = (): number => performance.now();',
    'const a = (f: () => void) => setTimeout(f, 1);',
    'const a = Math.random();',
    "const a = Math['random']();",
    'const a = (1).toLocaleString();',
    "const a = 'x'.localeCompare('y');",
    "const a = new Intl.NumberFormat('zh');",
    'const a = async () => 1;',
    'const a: Promise<number> | null = null;',
    "const a = process.env['TZ'];",
    "const a = globalThis['fetch'];",
    "console.log('x');",
    'const a = import.meta.url;',
    'let counter = 0;',
  ])('is broken by %s', (line) => expect(judge(line).length).toBeGreaterThan(0));

  it.each([
    'const a = (village: { crypto: number; process: string }) => village.crypto;',
    'const a = { Date: 1 };',
    'const a = (now: number): number => { let sum = now; sum += 1; return Math.max(sum, 0); };',
  ])('is kept by %s', (line) => expect(judge(line)).toEqual([]));

  it('is asked of core only', () => {
    expect(purityOffences([planted('src/bus/a.ts', 'const a = Date.now();')])).toEqual([]);
  });
});
