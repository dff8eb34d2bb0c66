import { posix } from 'node:path';
import type { Offence, Source } from './source.ts';

interface Link {
  readonly target: string;
  readonly line: number;
}

/** Relative links of a document, without their anchors; links to other sites are not followed. */
const linksOf = ({ path, text }: Source): readonly Link[] =>
  text.split('\n').flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => (match[1] ?? '').replace(/#.*/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
      .map((target) => ({ target: posix.normalize(posix.join(posix.dirname(path), target)), line: index + 1 })),
  );

/** Links that lead nowhere, and documents below docs/ that the index docs/README.md does not name. */
export const linkOffences = (documents: readonly Source[], paths: readonly string[]): readonly Offence[] => {
  const there = new Set(paths.flatMap((path) => [path, posix.dirname(path)]));
  const index = documents.find(({ path }) => path === 'docs/README.md');
  const named = new Set(index === undefined ? [] : linksOf(index).map(({ target }) => target));
  const dead = documents.flatMap((source) =>
    linksOf(source)
      .filter(({ target }) => !there.has(target.replace(/\/$/, '')))
      .map(({ target, line }) => ({ path: source.path, line, what: `${target} does not exist` })),
  );
  const lost = paths
    .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md' && !named.has(path))
    .map((path) => ({ path, line: 0, what: 'docs/README.md does not name it' }));
  return [...dead, ...lost];
};
