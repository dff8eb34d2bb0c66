import type { ErrorEntry } from '../../../src/words/errors/entry.ts';
import type { Offence, Source } from './source.ts';

export type ErrorAreas = Readonly<Record<string, Readonly<Record<string, ErrorEntry>>>>;

const marksOf = (text: string): string => [...new Set(text.match(/\{[a-zA-Z]+\}/g) ?? [])].sort().join(' ');

/** Codes that are misnamed, stand in two areas, or whose two languages ask for different values. */
export const errorTableOffences = (areas: ErrorAreas): readonly Offence[] => {
  const seen = new Map<string, string>();
  return Object.entries(areas).flatMap(([area, table]) =>
    Object.entries(table).flatMap(([code, { zh, en }]) => {
      const say = (what: string): Offence => ({
        path: `src/words/errors/${area}.ts`,
        line: 0,
        what: `${code}: ${what}`,
      });
      const twin = seen.get(code);
      seen.set(code, area);
      return [
        ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code) ? [] : [say('codes are kebab-case')]),
        ...(twin === undefined ? [] : [say(`also stands in ${twin}: one of the two is never seen`)]),
        ...(marksOf(zh) === marksOf(en) ? [] : [say(`zh has ${marksOf(zh)}, en has ${marksOf(en)}`)]),
        ...(zh.trim() === '' || en.trim() === '' ? [say('a language is missing')] : []),
        // A text that is only a value from elsewhere cannot be in both languages.
        ...(/\p{L}/u.test(zh.replaceAll(/\{[a-zA-Z]+\}/g, '')) ? [] : [say('the text is only parameters')]),
      ];
    }),
  );
};

/** Codes that nothing raises: a reader of the table would prepare for what never comes. */
export const unusedCodes = (areas: ErrorAreas, sources: readonly Source[]): readonly Offence[] => {
  const raising = sources.filter(
    ({ path }) => /^(src|devices|emulator)\//.test(path) && !path.startsWith('src/words/errors/'),
  );
  return Object.entries(areas).flatMap(([area, table]) =>
    Object.keys(table)
      .filter((code) => !raising.some(({ text }) => text.includes(`'${code}'`)))
      .map((code) => ({ path: `src/words/errors/${area}.ts`, line: 0, what: `${code} is never raised` })),
  );
};
