import { importsOf, targetOf } from './imports.ts';
import type { Offence, Source } from './source.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

const graphOf = (sources: readonly Source[]): Graph => {
  const paths = new Set(sources.map(({ path }) => path));
  const targets = (source: Source): readonly string[] =>
    importsOf(source)
      .map(({ specifier }) => targetOf(source.path, specifier))
      .filter((target): target is string => target !== null && paths.has(target));
  return new Map(sources.map((source) => [source.path, targets(source)]));
};

/** The shortest way from a file back to itself, or null. */
const wayBack = (graph: Graph, start: string): readonly string[] | null => {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[start]];
  while (ways.length > 0) {
    const next: (readonly string[])[] = [];
    for (const way of ways) {
      for (const target of graph.get(way.at(-1) ?? start) ?? []) {
        if (target === start) return [...way, start];
        if (seen.has(target)) continue;
        seen.add(target);
        next.push([...way, target]);
      }
    }
    ways = next;
  }
  return null;
};

/** Files that import each other in a ring, type imports included; each ring is named once, from its first file. */
export const cycleOffences = (sources: readonly Source[]): readonly Offence[] => {
  const graph = graphOf(sources);
  const rings = new Map<string, Offence>();
  for (const path of [...graph.keys()].sort()) {
    const way = wayBack(graph, path);
    if (way === null) continue;
    const key = [...new Set(way)].sort().join(' ');
    if (!rings.has(key)) rings.set(key, { path, line: 0, what: `cycle ${way.join(' → ')}` });
  }
  return [...rings.values()];
};
