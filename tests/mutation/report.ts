import type { FileScore } from './records.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

/** One change of one place, and what became of it. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
  readonly status: string;
}

/** What Stryker writes of one run (its schema of mutation reports, of which we read this much). */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

const mutantsOf = (report: Report, path: string): readonly Mutant[] => report.files[path]?.mutants ?? [];

/** How many mutants of one file came to which end; one that did not even run (a compile or runtime error of the mutant) counts nowhere. */
export const countMutants = (report: Report, path: string): Omit<FileScore, 'commit' | 'source'> => {
  const of = (status: string): number => mutantsOf(report, path).filter((mutant) => mutant.status === status).length;
  return { killed: of('Killed'), timeout: of('Timeout'), survived: of('Survived'), noCoverage: of('NoCoverage') };
};

const missed = new Set(['Survived', 'NoCoverage']);

const cut = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 90);

const original = (source: string, { start, end }: Mutant['location']): string => {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : line.length))
    .join('\n');
};

/** Mutants of one file that no test noticed, one a line: place, what stood there, what stood there instead. */
export const showMutants = (report: Report, path: string): readonly string[] =>
  mutantsOf(report, path)
    .filter(({ status }) => missed.has(status))
    .sort((a, b) => a.location.start.line - b.location.start.line)
    .map(({ location, replacement = '', status }) => {
      const stood = original(report.files[path]?.source ?? '', location);
      return `${path}:${location.start.line}:${location.start.column} ${status}: ${cut(stood)} → ${cut(replacement)}`;
    });
