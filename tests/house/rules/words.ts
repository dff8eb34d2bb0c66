import { matchingLines, type Offence, type Source } from './source.ts';

/** The bracketed letters keep each pattern from matching its own source. */
const banned: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /\b(?:TO[D]O|FI[X]ME|X[X]X|HA[C]K)\b/, why: 'finish it, or write it into the issue' },
  { pattern: /(?<![\w.~$}/-])\/(?:work|home|root|Users)\/[\w.-]+/, why: 'a path of one machine' },
  {
    pattern: /^\s*-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
    why: 'a secret: keys for practice are made when they are needed',
  },
  {
    pattern:
      /\b(?:Chat[G]PT|Clau[d]e|Copi[l]ot|Anthro[p]ic|Open[A]I|L[L]Ms?|language mod[e]ls?|A[I][ -](?:a[s]sistant|agent|model|generated|written)|assist[a]nts?)\b|人工智[能]|大模[型]|助[手]/i,
    why: 'the project speaks of itself, not of its authors',
  },
];

/** Quotations of a protocol's own words stand in double quotes, typographic quotes or backticks. */
const quoted = /"[^"]*"|“[^”]*”|「[^」]*」|`[^`]*`/g;
const oldModbus = /\b(?:mas[t]er|sla[v]e)s?\b/i;

const lineMarked = (source: Source): Source => ({ ...source, text: source.text.replaceAll(quoted, '""') });

/** Words that do not belong in the house, in any text that people write. */
export const wordOffences = (sources: readonly Source[]): readonly Offence[] =>
  sources
    .filter(({ path }) => path !== 'LICENSE')
    .flatMap((source) => [
      ...banned.flatMap(({ pattern, why }) => matchingLines(source, pattern, (found) => `“${found}”: ${why}`)),
      ...matchingLines(lineMarked(source), oldModbus, (found) => `“${found}”: Modbus has clients and servers here`),
    ]);
