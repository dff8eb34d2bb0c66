import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from '../../devices/define.ts';
import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';
import { loadSite, type LoadedSite, type Overrides, type RefusedSite } from '../../src/config/load-site.ts';
import type { FilePort } from '../../src/config/file-port.ts';
import { explain } from '../../src/words/error-codes.ts';
import type { Failure } from '../../src/words/failure.ts';

const root = join(import.meta.dirname, '../..');
export const exampleFolder = join(root, 'config');

const shipped = loadCatalogue(readDeviceFolder(join(root, 'devices')));
if (!shipped.ok) throw new Error(JSON.stringify(shipped.problems));
export const catalogue: Catalogue = shipped.value;

export type Files = Readonly<Record<string, string | Uint8Array>>;

const namesIn = (sub: string, ending: string): readonly string[] =>
  readdirSync(join(exampleFolder, sub))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${sub}/${name}`);

/** The example village as it lies in config/, in memory. */
export const example: Files = Object.fromEntries([
  ...['site.yaml', 'people.yaml', ...namesIn('plans', '.yaml')].map((path) => [
    path,
    readFileSync(join(exampleFolder, path), 'utf8'),
  ]),
  ...namesIn('audio', '.wav').map((path) => [path, new Uint8Array(readFileSync(join(exampleFolder, path)))]),
]) as Files;

export const memoryPort = (files: Files): FilePort => ({
  readFile: (path) => {
    const found = Object.hasOwn(files, path) ? files[path] : undefined;
    return Promise.resolve(
      found === undefined ? null : typeof found === 'string' ? new TextEncoder().encode(found) : found,
    );
  },
  list: (folder) =>
    Promise.resolve(
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    ),
});

export const load = (files: Files, overrides?: Overrides): Promise<LoadedSite | RefusedSite> =>
  loadSite({ files: memoryPort(files), dir: '', catalogue, ...(overrides === undefined ? {} : { overrides }) });

/** The example with one piece of text replaced; the piece must stand there exactly once. */
export const edited = (file: string, from: string, to: string, files: Files = example): Files => {
  const text = files[file];
  if (typeof text !== 'string' || text.split(from).length !== 2) throw new Error(`${file}: not once: ${from}`);
  return { ...files, [file]: text.replace(from, () => to) };
};

/**
 * Line and column, both from 1, of a mark. `before|after` is looked for in the whole text and points at the bar; any other
 * mark is looked for from where the edit begins.
 */
export const placeOf = (
  text: string,
  start: number,
  mark: string,
): { readonly line: number; readonly column: number } => {
  const [before = '', after] = mark.split('|');
  const offset = after === undefined ? text.indexOf(mark, start) : text.indexOf(before + after);
  if (offset < 0) throw new Error(`not there: ${mark}`);
  const above = text.slice(0, after === undefined ? offset : offset + before.length).split('\n');
  return { line: above.length, column: (above.at(-1) ?? '').length + 1 };
};

export const loaded = async (files: Files, overrides?: Overrides): Promise<LoadedSite> => {
  const result = await load(files, overrides);
  if (!result.ok) throw new Error(result.failures.map((failure) => explain(failure).en).join('\n'));
  return result;
};

export const failuresOf = async (files: Files): Promise<readonly Failure[]> => {
  const result = await load(files);
  return result.ok ? [] : result.failures;
};
