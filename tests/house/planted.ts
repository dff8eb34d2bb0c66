import type { Offence, Source } from './rules/source.ts';

/** A file that exists only in a test, to see a rule turn red. */
export const planted = (path: string, ...lines: readonly string[]): Source => ({ path, text: lines.join('\n') + '\n' });

/** What a rule found, as `line what`, easy to compare. */
export const found = (offences: readonly Offence[]): readonly string[] =>
  offences.map(({ line, what }) => `${line} ${what}`);
