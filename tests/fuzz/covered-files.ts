import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Imports of what runs, re-exports, and the entry files of threads and processes; types alone are not loaded. */
const loads = [
  /^(?:import|export)\s+(?!type\b)(?:[^'";]*?from\s+)?'(\.[^']+\.ts)'/gm,
  /new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g,
];

/** Codes and words for people: a text that is added for another room changes nothing that a parser does. */
const leftOut = 'src/words/';

/**
 * What a target stands for: of each TypeScript file it and all that it loads, of anything else (folders, data) itself.
 * In the order of their names, below `root`.
 */
export const coveredFiles = (root: string, covers: readonly string[]): readonly string[] => {
  const found = new Set<string>();
  const follow = (path: string): void => {
    if (found.has(path) || path.startsWith(leftOut)) return;
    found.add(path);
    if (!path.endsWith('.ts')) return;
    const text = readFileSync(join(root, path), 'utf8');
    for (const pattern of loads)
      for (const [, specifier = ''] of text.matchAll(pattern)) follow(posix.join(posix.dirname(path), specifier));
  };
  covers.forEach(follow);
  return [...found].sort();
};
