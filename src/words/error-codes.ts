import { fill, wholeCharacters, type Bilingual } from './bilingual.ts';
import { audioErrors } from './errors/audio.ts';
import { busErrors } from './errors/bus.ts';
import { cliErrors } from './errors/cli.ts';
import { configErrors } from './errors/config.ts';
import { settingsErrors } from './errors/config-settings.ts';
import { consoleErrors } from './errors/console.ts';
import { coreErrors } from './errors/core.ts';
import { deviceErrors } from './errors/device.ts';
import type { ErrorEntry } from './errors/entry.ts';
import { intakeErrors } from './errors/intake.ts';
import { mediaErrors } from './errors/media.ts';
import { pageErrors } from './errors/page.ts';
import { panelErrors } from './errors/panel.ts';
import { storeErrors } from './errors/store.ts';
import { uplinkErrors } from './errors/uplink.ts';
import type { Place } from './place.ts';

/** The one table of error codes; docs/reference/errors.md is compared with it by a test, both ways. */
export const errorCodes = {
  ...configErrors,
  ...settingsErrors,
  ...intakeErrors,
  ...coreErrors,
  ...storeErrors,
  ...busErrors,
  ...deviceErrors,
  ...uplinkErrors,
  ...cliErrors,
  ...consoleErrors,
  ...audioErrors,
  ...mediaErrors,
  ...panelErrors,
  ...pageErrors,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** A failure, by its shape: failure.ts takes its codes from here, so this file does not import it. */
interface Explained {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly at?: Place;
}

/**
 * What was sent is not said back at length: a key of a broken file may be all the rest of it. No character is cut in two: half
 * of one would make a receipt that nobody can read.
 */
const longestSaidBack = 300;
const shortened = (text: string): string =>
  wholeCharacters(text.length <= longestSaidBack ? text : `${text.slice(0, longestSaidBack)}…`);

const placeOf = (at: Place | undefined): string => {
  if (at === undefined) return '';
  const position = [at.file, at.line, at.column].filter((part) => part !== undefined).join(':');
  const field = at.field === undefined ? undefined : shortened(at.field);
  return [position, field].filter((part) => part !== undefined && part !== '').join(' ') + ': ';
};

/** How the code stands behind its message. */
export const codeBehind = (code: ErrorCode): string => ` [${code}]`;

/** The failure as a person reads it where its code is shown apart, in both languages: place, what is wrong. */
export const explainBare = ({ code, params, at }: Explained): Bilingual => {
  const entry: ErrorEntry = errorCodes[code];
  const place = placeOf(at);
  const said = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? shortened(value) : value]),
  );
  return { zh: place + fill(entry.zh, said), en: place + fill(entry.en, said) };
};

/** The failure as a person reads it, in both languages: place, what is wrong, code. */
export const explain = (failure: Explained): Bilingual => {
  const { zh, en } = explainBare(failure);
  const ending = codeBehind(failure.code);
  return { zh: zh + ending, en: en + ending };
};

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

/** The values of a text made from a template with {marks}, after a place and before its code; null where it does not fit. */
const valuesIn = (template: string, text: string, place: string): Record<string, string> | null => {
  const parts = template.split(/\{(\w+)\}/);
  const pattern = parts
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      // A mark that stands there twice has one value.
      return parts.slice(0, index).some((earlier, at) => at % 2 === 1 && earlier === part)
        ? `\\k<${part}>`
        : `(?<${part}>.*)`;
    })
    .join('');
  const found = new RegExp(`^${place}${pattern}$`, 's').exec(text);
  return found === null ? null : { ...found.groups };
};

/** The places that `explain` writes: a position, a field, or both, and a colon. */
const placeForm = '(?<where>\\S+(?: \\S+)?): ';

/** A failure told by its code and English text, as a receipt carries it; null for a code that is none of ours. */
export const retold = (code: string, text: string): Explained | null => {
  if (!isCode(code)) return null;
  const ending = codeBehind(code);
  const bare = text.endsWith(ending) ? text.slice(0, -ending.length) : text;
  const { en } = errorCodes[code];
  const { where, ...params } = valuesIn(en, bare, placeForm) ?? valuesIn(en, bare, '') ?? {};
  return where === undefined ? { code, params } : { code, params, at: { field: where } };
};

/** What a code means by itself, where nobody kept the values of its text. */
export const explainCode = (code: string): Bilingual => {
  if (!isCode(code)) return { zh: code, en: code };
  const bare = (text: string): string => text.replaceAll(/\{\w+\}/g, '…');
  return { zh: bare(errorCodes[code].zh), en: bare(errorCodes[code].en) };
};
