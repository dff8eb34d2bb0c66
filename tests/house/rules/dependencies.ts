import { importsOf, packageOf } from './imports.ts';
import type { Offence, Source } from './source.ts';

/** The parts of package.json that say what is installed and how it is called. */
export interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const shippedIn = (path: string): boolean => path.startsWith('src/') || path.startsWith('devices/');

interface Use {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

const usesOf = (sources: readonly Source[]): readonly Use[] =>
  sources
    .filter(({ path }) => /\.(ts|mjs)$/.test(path))
    .flatMap((source) =>
      importsOf(source).flatMap(({ specifier, line, typeOnly }) => {
        const name = packageOf(specifier);
        return name === null ? [] : [{ name, path: source.path, line, typeOnly }];
      }),
    );

/** Programs that are run by name: from a script of package.json, or from .ci by their file in node_modules/.bin. */
const isRunByName = (name: string, manifest: Manifest, sources: readonly Source[]): boolean => {
  const program = { typescript: 'tsc', '@vitest/coverage-v8': '--coverage' }[name] ?? name;
  const word = new RegExp(`(^|[\\s&])${program}(\\s|$)`);
  const called = new RegExp(`tool\\('${program}'\\)`);
  return (
    Object.values(manifest.scripts).some((script) => word.test(script)) ||
    sources.some(({ path, text }) => path.startsWith('.ci/') && called.test(text))
  );
};

/** `@types/ws` serves `ws`; `@types/node` serves Node itself. */
const servedBy = (name: string): string | null => (name.startsWith('@types/') ? name.slice('@types/'.length) : null);

/** Packages that are not pinned, not listed, listed in the wrong place, or listed and not used. */
export const dependencyOffences = (sources: readonly Source[], manifest: Manifest): readonly Offence[] => {
  const runtime = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const listed = { ...runtime, ...manifest.devDependencies };
  const uses = usesOf(sources);
  const say = (what: string): Offence => ({ path: 'package.json', line: 0, what });
  const isUsed = (name: string): boolean => {
    const served = servedBy(name);
    if (served !== null) return served === 'node' || served in listed;
    return uses.some((use) => use.name === name && !use.typeOnly) || isRunByName(name, manifest, sources);
  };
  return [
    ...Object.entries(listed)
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => say(`${name} ${version} is not one exact version`)),
    ...Object.keys(listed)
      .filter((name) => !isUsed(name))
      .map((name) => say(`${name} is listed and not used`)),
    ...uses
      .filter(({ name }) => !(name in listed))
      .map(({ name, path, line }) => ({ path, line, what: `${name} is not in package.json` })),
    ...uses
      .filter(({ name, path, typeOnly }) => name in listed && shippedIn(path) && !typeOnly && !(name in runtime))
      .map(({ name, path, line }) => ({
        path,
        line,
        what: `${name} is needed at run time and listed for development`,
      })),
  ];
};

/** Where a package is really imported, for tests that name it. */
export const importersOf = (sources: readonly Source[], name: string): readonly string[] =>
  usesOf(sources)
    .filter((use) => use.name === name && !use.typeOnly)
    .map(({ path }) => path);
