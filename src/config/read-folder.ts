import { createHash } from 'node:crypto';
import { inFolder, type FilePort } from './file-port.ts';

/** Every file of a site that decides something, by its path inside the folder, in the order of the paths. */
export interface SiteFolder {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Folders with more files than a site ever has: path and count. */
  readonly crowded: readonly { readonly folder: string; readonly count: number }[];
  /** Files that somebody meant to be there: a link to nothing, or one beside it whose name ends otherwise. */
  readonly absent: readonly string[];
}

export const filesPerFolderMax = 200;

/** Plain arithmetic order of names, the same on every machine. */
const byName = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** `x.yml` and `x.YAML` would be passed over without a word: what was meant is `x.yaml`. Editors' hidden files mean nothing. */
const meantBy = (name: string): readonly string[] =>
  /^[^.].*\.ya?ml$/i.test(name) ? [name.replace(/\.ya?ml$/i, '.yaml')] : [];

/** Reads site.yaml, people.yaml, plans/, devices/ and audio/ of a folder; what is absent is simply not in the map. */
export const readSiteFolder = async (port: FilePort, folder: string): Promise<SiteFolder> => {
  const paths = ['site.yaml', 'people.yaml'];
  const crowded: { folder: string; count: number }[] = [];
  const meant: string[] = [];
  for (const [sub, ending] of [
    ['plans', /\.yaml$/],
    ['devices', /\.yaml$/],
    ['audio', /\.(wav|mp3|opus|ogg)$/],
  ] as const) {
    const found = await port.list(inFolder(folder, sub));
    const names = found.filter((name) => ending.test(name)).sort(byName);
    // What is there and left unread is told by its count.
    const unread = new Set(names.slice(filesPerFolderMax));
    const wanted = sub === 'audio' ? [] : found.flatMap(meantBy).filter((name) => !unread.has(name));
    meant.push(...wanted.map((name) => `${sub}/${name}`));
    if (names.length > filesPerFolderMax) crowded.push({ folder: sub, count: names.length });
    paths.push(...names.slice(0, filesPerFolderMax).map((name) => `${sub}/${name}`));
  }
  const files = new Map<string, Uint8Array>();
  for (const path of paths) {
    const bytes = await port.readFile(inFolder(folder, path));
    if (bytes !== null) files.set(path, bytes);
  }
  const absent = [...new Set(meant)]
    .filter((path) => !files.has(path))
    .sort(byName)
    .slice(0, filesPerFolderMax);
  return { files, crowded, absent };
};

/** SHA-256 over names, lengths and bytes of all files, hex: the configuration that a person reviewed. */
export const hashOf = (files: ReadonlyMap<string, Uint8Array>): string => {
  const hash = createHash('sha256');
  for (const [path, bytes] of files) hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  return hash.digest('hex');
};
