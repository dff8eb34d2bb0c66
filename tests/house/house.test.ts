import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, errorAreas } from '../../.ci/documents.ts';
import { version } from '../../src/box/program.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import { allowances, allowancesMax } from './allowances.ts';
import { arrowOffences } from './rules/arrows.ts';
import { cycleOffences } from './rules/cycles.ts';
import { dependencyOffences, importersOf, type Manifest } from './rules/dependencies.ts';
import { errorTableOffences, unusedCodes } from './rules/error-table.ts';
import { holeOffences } from './rules/holes.ts';
import { nameOffences } from './rules/names.ts';
import { purityOffences } from './rules/purity.ts';
import { sizeOffences } from './rules/sizes.ts';
import { show, type Offence } from './rules/source.ts';
import { hushedTestOffences, needOffences } from './rules/tests.ts';
import { isCode, isTypeScript, readTree, root } from './rules/tree.ts';
import { wordOffences } from './rules/words.ts';

const { paths, sources } = readTree();
const code = sources.filter(isCode);
const typed = sources.filter(isTypeScript);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

const none = (offences: readonly Offence[]): void => {
  expect(offences.map(show).join('\n')).toBe('');
};

describe('the house as it stands', { timeout: 120_000 }, () => {
  it('takes only the arrows that are drawn, type imports included', () => none(arrowOffences(code)));

  it('has no ring of imports, type imports included', () => none(cycleOffences(code)));

  it('keeps clocks, timers, dice, locale and input or output out of core', () => none(purityOffences(typed)));

  it('keeps files, functions and parameter lists within the limits, or names them with a reason', () => {
    none(sizeOffences(code, allowances));
    expect(allowances.length).toBeLessThanOrEqual(allowancesMax);
  });

  it('holds none of the banned words in code, documents and data', () => none(wordOffences(sources)));

  it('leaves no hole in the types and no silent catch', () => none(holeOffences(typed)));

  it('names files and folders in kebab-case', () => none(nameOffences(paths)));

  it('skips, focuses and retries no test', () => none(hushedTestOffences(typed)));

  it('installs exactly the Debian packages that tests ask for', () => {
    const list = sources.find(({ path }) => path === '.ci/debian-packages.txt')!;
    none(needOffences(typed, list));
  });
});

describe('the packages', () => {
  it('and the program tell the same version', () => {
    expect(version).toBe(manifest.version);
  });

  it('are pinned, listed where they are needed, and used', () => none(dependencyOffences(code, manifest)));

  it.each(['serialport', 'modbus-serial', 'lowdb', 'ws'])('%s works inside the box', (name) => {
    expect(importersOf(code, name).some((path) => path.startsWith('src/'))).toBe(true);
  });

  it('vitest runs the tests, and tsx the tools written in TypeScript', () => {
    expect(importersOf(code, 'vitest').some((path) => path.startsWith('tests/'))).toBe(true);
    expect(manifest.scripts['docs']).toMatch(/^tsx /);
  });
});

describe('the error codes', () => {
  it('stand in one table, each once and whole in both languages', () => {
    none(errorTableOffences(errorAreas));
    const inAreas = Object.values(errorAreas).flatMap((table) => Object.keys(table));
    expect(inAreas.sort()).toEqual(Object.keys(errorCodes).sort());
  });

  it('come from every file of the folder', () => {
    const files = readdirSync(join(root, 'src/words/errors')).filter((name) => name !== 'entry.ts');
    expect(files.sort()).toEqual(
      Object.keys(errorAreas)
        .map((area) => `${area}.ts`)
        .sort(),
    );
  });

  it('are all raised somewhere', () => none(unusedCodes(errorAreas, sources)));
});

describe('the documents made from code', { timeout: 120_000 }, () => {
  it.each(Object.entries(documents))('%s is what `npm run docs` writes', (path, write) => {
    const present = readFileSync(join(root, path), 'utf8');
    expect(present).toBe(write(present));
  });

  it('are all that `npm run docs` knows of: the command itself, run by tsx, finds nothing to write', () => {
    const tsx = join(root, 'node_modules/.bin/tsx');
    const { status, stdout } = spawnSync(tsx, [join(root, '.ci/docs.ts'), '--check'], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
