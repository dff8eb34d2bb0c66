import type { Bilingual } from '../words/bilingual.ts';
import { failed, ok, type Place, type Result } from '../words/failure.ts';
import { configKeys } from '../words/text/config-keys.ts';
import type { Draft, Located } from './draft.ts';
import { nearestWord } from './nearest-word.ts';
import { schemaKeys, type SchemaKey } from './schema/keys.ts';
import type { Path } from './yaml-source.ts';

/** A key's value and where it came from. */
export interface Explanation {
  /** As it is asked, with the file's word in front: `site.limits.sirenPerHour`, `plan.geohazard-now.repeats`. */
  readonly key: string;
  /** The value as the file writes it; the default where the file is silent; null where there is neither. */
  readonly value: unknown;
  readonly from: Place | 'default' | 'not-set';
  /** Where the value is not the default: what the default would be; null where there is none. */
  readonly fallback: unknown;
  readonly means: Bilingual;
}

interface Found {
  readonly path: Path;
  readonly value: unknown;
}

const meanings: Readonly<Record<string, Bilingual>> = configKeys;

const idOf = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;

/** One step down: a key of a map, an entry of a list by number or by its id; undefined where there is none. */
const stepDown = ({ path, value }: Found, word: string): Found | undefined => {
  if (Array.isArray(value)) {
    const index = /^\d+$/.test(word) ? Number(word) : value.findIndex((item: unknown) => idOf(item) === word);
    return index in value ? { path: [...path, index], value: value[index] as unknown } : undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, word)) return undefined;
  return { path: [...path, word], value: new Map<string, unknown>(Object.entries(value)).get(word) };
};

const walk = (file: Located<unknown>, words: readonly string[]): Found | undefined =>
  words.reduce<Found | undefined>((found, word) => (found === undefined ? undefined : stepDown(found, word)), {
    path: [],
    value: file.value,
  });

/** `zones.heba.name` and `zones[0].name` as their words. */
const wordsOf = (key: string): readonly string[] =>
  key
    .replaceAll(/\[([^\]]*)\]/g, '.$1')
    .split('.')
    .filter((word) => word !== '')
    .slice(0, 12);

/** Which schema key the words mean: an entry of a list stands for all of them. */
const schemaKeyOf = (root: string, words: readonly string[]): SchemaKey | undefined => {
  const known = new Map(schemaKeys.map((one) => [one.key, one]));
  let key = root;
  let inList = false;
  for (const word of words) {
    if (inList) key = `${key}[]`;
    else key = `${key}.${word}`;
    inList = !inList && known.get(key)?.shape.items !== undefined;
  }
  return known.get(key.replace(/\[\]$/, ''));
};

interface Asked {
  readonly root: string;
  readonly file: Located<unknown> | undefined;
  readonly label: string;
  readonly words: readonly string[];
}

/** `limits.x` is site.yaml; `plan.<id>.x` a plan, `people.x` people.yaml. */
const askedOf = ({ site, people, plans }: Draft, key: string): Asked => {
  const words = wordsOf(key);
  const [first = '', second = ''] = words;
  if (first === 'people') return { root: 'people', file: people ?? undefined, label: first, words: words.slice(1) };
  if (first === 'plan' || first === 'plans') {
    const file = plans.find(({ value }) => value.id === second);
    return { root: 'plan', file, label: `plan.${second}`, words: words.slice(2) };
  }
  return { root: 'site', file: site, label: 'site', words: first === 'site' ? words.slice(1) : words };
};

/**
 * Explains one key of a loaded site: its value, where it came from, what it means.
 * @param key `limits.sirenPerHour`, `terminals.heba-siren-1.leadIn`, `plan.geohazard-now.repeats`, `people.staff.li-ming`
 * Fails with `config-key-unknown` and the nearest key.
 */
export const explainKey = ({ draft }: { readonly draft: Draft }, key: string): Result<Explanation> => {
  const { root, file, label, words } = askedOf(draft, key);
  const schemaKey = schemaKeyOf(root, words);
  const parent = file === undefined ? undefined : walk(file, words.slice(0, -1));
  const means = schemaKey === undefined ? undefined : meanings[schemaKey.key];
  if (file === undefined || schemaKey === undefined || means === undefined || entryMissing(file, words)) {
    const valid = schemaKeys.map((one) => one.key);
    return failed('config-key-unknown', { key, nearest: nearestWord([root, ...words].join('.'), valid) });
  }
  const found = parent === undefined ? undefined : walk(file, words);
  const fallback = schemaKey.shape.default ?? null;
  const full = [label, ...words].join('.');
  if (found !== undefined)
    return ok({ key: full, value: found.value, from: file.source.at(found.path), fallback, means });
  return ok({ key: full, value: fallback, from: fallback === null ? 'not-set' : 'default', fallback, means });
};

/** True when the words name an entry of a list that is not there: its keys have no value and no default either. */
const entryMissing = (file: Located<unknown>, words: readonly string[]): boolean =>
  words.some((_, index) => {
    const list = walk(file, words.slice(0, index));
    return Array.isArray(list?.value) && walk(file, words.slice(0, index + 1)) === undefined;
  });
