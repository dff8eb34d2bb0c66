import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsTable } from '../../.ci/errors-table.ts';
import { permanent, transient } from '../../src/words/errors/entry.ts';
import { dependencyOffences, type Manifest } from './rules/dependencies.ts';
import { errorTableOffences, unusedCodes } from './rules/error-table.ts';
import { found, planted } from './planted.ts';

describe('the error table', () => {
  it('refuses a misnamed code, a twin, a value asked for in one language only, and a text of values only', () => {
    const areas = {
      bus: {
        unitSilent: permanent('无应答', 'no reply'),
        'line-gone': transient('线路 {line} 断开', 'the line is gone'),
      },
      store: { 'line-gone': transient('断开', 'gone'), 'disk-full': permanent('{detail}', '{detail}') },
    };
    expect(found(errorTableOffences(areas))).toEqual([
      '0 unitSilent: codes are kebab-case',
      '0 line-gone: zh has {line}, en has ',
      '0 line-gone: also stands in bus: one of the two is never seen',
      '0 disk-full: the text is only parameters',
    ]);
  });

  it('names the codes that nothing raises', () => {
    const areas = { bus: { 'line-gone': transient('断开', 'gone'), 'unit-silent': transient('无应答', 'no reply') } };
    const raising = [
      planted('src/bus/a.ts', "return failed('line-gone');"),
      planted('tests/bus/a.test.ts', "expect(code).toBe('unit-silent');"),
    ];
    expect(found(unusedCodes(areas, raising))).toEqual(['0 unit-silent is never raised']);
  });

  it('becomes a document that holds each code, how lasting it is, and both texts', () => {
    const text = errorsTable({ bus: { 'line-gone': transient('断|开', 'gone') } });
    expect(text).toContain('## bus');
    expect(text).toContain('| `line-gone` | transient | 断\\|开 | gone |');
  });
});

describe('the packages', () => {
  const manifest = (parts: Partial<Manifest>): Manifest => ({
    version: '0.0.0',
    scripts: {},
    dependencies: {},
    devDependencies: {},
    ...parts,
  });
  const uses = [
    planted('src/bus/a.ts', "import { SerialPort } from 'serialport';"),
    planted('tests/a.test.ts', "import { it } from 'vitest';"),
  ];

  it('pass when each is pinned, used and in its place', () => {
    const listed = {
      dependencies: { serialport: '13.0.0' },
      devDependencies: { vitest: '4.1.12', '@types/node': '20.0.0' },
    };
    expect(dependencyOffences(uses, manifest(listed))).toEqual([]);
  });

  it('are found when loose, unused, unlisted, used for their types only, or listed in the wrong place', () => {
    const judge = (parts: Partial<Manifest>): string => found(dependencyOffences(uses, manifest(parts))).join('\n');
    const vitest = { vitest: '4.1.12' };
    expect(judge({ dependencies: { serialport: '^13.0.0' }, devDependencies: vitest })).toContain(
      'not one exact version',
    );
    expect(judge({ dependencies: { serialport: '13.0.0', ws: '8.0.0' }, devDependencies: vitest })).toContain(
      'ws is listed and not used',
    );
    expect(judge({ dependencies: { serialport: '13.0.0' } })).toBe('1 vitest is not in package.json');
    expect(judge({ devDependencies: { serialport: '13.0.0', ...vitest } })).toContain('listed for development');
    const typesOnly = [planted('src/bus/a.ts', "import type { SerialPort } from 'serialport';")];
    expect(found(dependencyOffences(typesOnly, manifest({ dependencies: { serialport: '13.0.0' } })))).toEqual([
      '0 serialport is listed and not used',
    ]);
  });

  it('count as used when a script or a gate runs them by name', () => {
    const listed = { scripts: { docs: 'tsx .ci/docs.ts' }, devDependencies: { tsx: '4.0.0', typescript: '6.0.3' } };
    const gate = planted('.ci/check.mjs', "run('types', tool('tsc'), []);");
    expect(dependencyOffences([gate], manifest(listed))).toEqual([]);
  });
});

describe('the table of promises', () => {
  const folders = ['tests/simulate', 'tests/fire'];
  const sources = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const said = sources.flatMap((text) =>
    [...text.matchAll(/(?:promise: |judged\()'(I?\d+)'/g)].map(([, number = '']) => number),
  );

  it('explains every promise that a run may call broken, in both languages', () => {
    const rows = readFileSync('docs/reference/promises.md', 'utf8').matchAll(
      /^\| (I?\d+) \| .*\p{Script=Han}.* \| [A-Za-z].* \|$/gmu,
    );
    const told = new Set([...rows].map(([, number]) => number));
    expect(new Set(said).size).toBeGreaterThan(20);
    expect([...new Set(said)].filter((number) => !told.has(number))).toEqual([]);
  });
});
