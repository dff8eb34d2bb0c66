import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { banished, deprecatedReasons, overrideReasons, twiceReasons } from './dependency-reasons.ts';

interface Locked {
  readonly version?: string;
  readonly deprecated?: string;
  readonly resolved?: string;
  readonly integrity?: string;
}
interface Overrides {
  readonly [name: string]: string | Overrides;
}

const packagesOf = (file: string): Readonly<Record<string, Locked>> =>
  (JSON.parse(readFileSync(file, 'utf8')) as { readonly packages: Readonly<Record<string, Locked>> }).packages;

const inModules = 'node_modules/';
const installed = Object.entries(packagesOf('package-lock.json')).flatMap(([path, locked]) =>
  path === '' ? [] : [{ ...locked, path, name: path.slice(path.lastIndexOf(inModules) + inModules.length) }],
);
const { overrides, dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly overrides: Overrides;
  readonly dependencies: Readonly<Record<string, string>>;
};

const flat = (all: Overrides, above: readonly string[] = []): readonly (readonly [path: string, wanted: string])[] =>
  Object.entries(all).flatMap(([name, wanted]) =>
    typeof wanted === 'string' ? [[[...above, name].join(' > '), wanted] as const] : flat(wanted, [...above, name]),
  );

/** `npm:firmata-io@2.3.0` and `$serialport` stand for versions too. */
const versionOf = (wanted: string): string =>
  wanted.startsWith('$') ? (dependencies[wanted.slice(1)] ?? 'not a dependency') : wanted.replace(/^npm:.*@/, '');

const versionsOf = (name: string): readonly (string | undefined)[] => [
  ...new Set(installed.filter((one) => one.name === name).map(({ version }) => version)),
];

const twice = (): readonly string[] => [
  ...new Set(installed.map(({ name }) => name).filter((name) => versionsOf(name).length > 1)),
];

describe('overrides', () => {
  it('have each a reason, and each reason an override', () => {
    expect(
      flat(overrides)
        .map(([path]) => path)
        .sort(),
    ).toEqual(Object.keys(overrideReasons).sort());
  });

  it('are in force: the lock holds what they ask for', () => {
    const missing = flat(overrides).filter(([path, wanted]) => {
      const name = path.split(' > ').at(-1) ?? '';
      return !versionsOf(name).includes(versionOf(wanted));
    });
    expect(missing).toEqual([]);
  });

  it('that hold everywhere leave no other version behind', () => {
    const everywhere = Object.entries(overrides).filter(([, wanted]) => typeof wanted === 'string');
    expect(everywhere.length).toBeGreaterThan(0);
    for (const [name, wanted] of everywhere) expect(versionsOf(name)).toEqual([wanted]);
  });
});

describe('the tree of dependencies', () => {
  it('has no package that its authors gave up, but for argued ones', () => {
    const givenUp = installed.filter(({ deprecated }) => deprecated !== undefined).map(({ name }) => name);
    expect([...new Set(givenUp)].sort()).toEqual(Object.keys(deprecatedReasons).sort());
  });

  it('holds a package in two versions only where it is argued', () => {
    expect([...twice()].sort()).toEqual(Object.keys(twiceReasons).sort());
  });

  it('holds nothing of the stale tree that johnny-five would bring', () => {
    expect(installed.map(({ name }) => name).filter((name) => banished.includes(name))).toEqual([]);
    expect(versionsOf('serialport')).toEqual([dependencies['serialport']]);
  });

  it('comes from the registry alone, with a hash of the bytes of every package', () => {
    const loose = installed.filter(
      ({ resolved, integrity }) =>
        resolved?.startsWith('https://registry.npmjs.org/') === false || integrity?.startsWith('sha512-') !== true,
    );
    expect(loose.map(({ path }) => path)).toEqual([]);
  });
});
