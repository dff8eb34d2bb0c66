import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from './source.ts';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What is made or fetched, never written: no rule looks there. */
const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git', 'package-lock.json']);

/** Kinds of files that people write; recordings and certificates are data. */
const written = /\.(ts|mjs|html|css|json|yaml|yml|md|sh|txt|c|service)$|(^|\/)(run|LICENSE|\.[a-z]+ignore)$/;

const below = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (notOurs.has(entry.name)) return [];
    return entry.isDirectory() ? below(path) : [path];
  });

/** Every path of the project, sorted, and the text of those that people write. */
export const readTree = (): { readonly paths: readonly string[]; readonly sources: readonly Source[] } => {
  const paths = [...below('')].sort();
  const sources = paths
    .filter((path) => written.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  return { paths, sources };
};

export const isCode = ({ path }: Source): boolean => /\.(ts|mjs)$/.test(path);

export const isTypeScript = ({ path }: Source): boolean => path.endsWith('.ts');
