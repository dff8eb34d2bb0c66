import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** Licences that lay no duty on whoever runs or passes on the box but to keep the notice. */
const free = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD']);
/** Tools of development, never part of the box. */
const freeForTools = new Set([...free, 'MPL-2.0', 'CC-BY-4.0', 'CC0-1.0', 'Python-2.0']);

/** What stands outside the list, each with its reason; a reason without a package is an error too. */
const argued: Readonly<Record<string, { readonly licence: string | undefined; readonly because: string }>> = {
  '@echogarden/espeak-ng-emscripten': {
    licence: 'GPL-3.0',
    because: 'an optional program of its own: it runs in a child process and no line of it is in our bundles',
  },
  'codec-parser': {
    licence: 'LGPL-3.0-or-later',
    because: 'a library used unchanged by the Ogg Opus decoder; NOTICE names it, and its source is in node_modules',
  },
  nanotimer: { licence: undefined, because: 'no field in its package; its repository says MIT (through johnny-five)' },
  temporal: { licence: undefined, because: 'no field in its package; its repository says MIT (through johnny-five)' },
};

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const installed = Object.entries(packages).flatMap(([path, locked]) =>
  path === '' ? [] : [{ ...locked, name: nameOf(path) }],
);

const isWrong = ({ name, license, dev }: Locked & { readonly name: string }): boolean => {
  const reason = argued[name];
  if (reason !== undefined) return reason.licence !== license;
  return license === undefined || !(dev === true ? freeForTools : free).has(license);
};

describe('licences of the dependencies', () => {
  it('are free ones, or argued by name', () => {
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter(isWrong).map(({ name, license }) => `${name}: ${license ?? 'none'}`)).toEqual([]);
  });

  it('argues no package that is not there', () => {
    const names = new Set(installed.map(({ name }) => name));
    expect(Object.keys(argued).filter((name) => !names.has(name))).toEqual([]);
  });

  it('keeps the speech engine, which is GPL, out of every bundle', () => {
    const maps = readdirSync('dist').filter((name) => name.endsWith('.map'));
    expect(maps).toEqual(expect.arrayContaining(['mingluo.code.cjs.map', 'speech-maker.entry.js.map']));
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(`dist/${map}`, 'utf8')) as { readonly sources: readonly string[] };
      expect(sources.length, map).toBeGreaterThan(0);
      expect(sources.filter((source) => source.includes('espeak-ng-emscripten'))).toEqual([]);
    }
  });
});
