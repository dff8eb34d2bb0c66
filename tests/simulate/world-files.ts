import { build, type Metafile } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const entry = 'tests/simulate/night-child.ts';

/** What the world reads when it runs, beside its code: the example village and the devices that are data. */
const villageFiles = ['config/site.yaml', 'config/people.yaml', 'config/plans', 'config/audio'] as const;

const deviceData = (root: string): readonly string[] =>
  readdirSync(join(root, 'devices'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

/** `node:fs` and its like are no packages; of `@scope/name/part` the package is `@scope/name`. */
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * Doors to the real world that stand in modules the world loads for something else, and that it never opens: what is only
 * behind them was not run. A test closes each for good, and the world goes on as before.
 */
export const neverOpened: readonly string[] = ['src/bus/open-line.ts'];

/** What can be reached from the entry without going through one of these doors. */
const reached = ({ inputs }: Metafile, from: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const go = (path: string): void => {
    if (seen.has(path) || neverOpened.includes(path)) return;
    seen.add(path);
    for (const { path: next } of inputs[path]?.imports ?? []) go(next);
  };
  go(from);
  return seen;
};

/** What was put together: the process that lives through seeds, and every file below the root that it is made of. */
export interface WorldBundle {
  readonly code: string;
  /** What a run proves something about, and nothing else: paths below the root; the packages it loads by their own file. */
  readonly covers: readonly string[];
}

/** Puts the night's process together. `root`: the project's folder, with no slash at its end. */
export const bundleWorld = async (root: string): Promise<WorldBundle> => {
  const built = await build({
    entryPoints: [join(root, entry)],
    ...{ absWorkingDir: root, outdir: root, write: false, metafile: true, logLevel: 'warning' },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' },
  });
  const [output] = Object.values(built.metafile.outputs);
  const [file] = built.outputFiles;
  if (output === undefined || file === undefined) throw new Error('nothing was built');
  // A module of which nothing is left in the bundle takes no part in any run.
  const inWorld = reached(built.metafile, entry);
  const code = Object.keys(output.inputs).filter(
    (path) => inWorld.has(path) && (output.inputs[path]?.bytesInOutput ?? 0) > 0,
  );
  const packages = [...inWorld].filter(
    (path) => built.metafile.inputs[path] === undefined && !path.startsWith('node:'),
  );
  const versions = packages.map((path) => `node_modules/${packageOf(path)}/package.json`);
  const covers = [...code, ...villageFiles, ...deviceData(root), ...versions];
  return { code: file.text, covers: [...new Set(covers)].sort() };
};
