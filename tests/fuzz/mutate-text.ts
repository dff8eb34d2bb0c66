import type { Dice } from '../simulate/dice.ts';
import { drawnJson, drawnText } from './from-fast-check.ts';
import { mutatedBytes } from './mutate-bytes.ts';

/** Text that reads as something else than it is, or that code takes for more than text. */
const tricks = [
  ...['\u0000', '\u202e', '\u2066', '\ufeff', '\u200b', '\ud800', '\udfff', '\uffff', '\r\n', '\u2028', '\u0085'],
  ...['A\u030a', '\u{1f468}\u200d\u{1f469}', '\u{10ffff}', 'İ', 'ß', '𝟬', '٣', '／', '﹤'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...['../../etc/passwd', '%2e%2e%2f', '${7*7}', '{{7*7}}', '<script>x</script>', '"><img src=x onerror=x>', "' or '1"],
  ...['-', '0', '00', '1e999', '-0', '0x10', 'NaN', 'Infinity', 'null', 'true', '~', '', ' '],
] as const;

const numbers = [
  ...['0', '-0', '-1', '1e308', '1e309', '-1e309', '9007199254740991', '9007199254740993', '18446744073709551616'],
  ...['0.1', '1E+2', '2147483648', '4294967296', '-2147483649', '1e-400', '99999999999999999999999999999999'],
] as const;

/** What stands where another kind of value belongs. */
const strangers: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, '', [], {}, [[]], { a: 1 }, ['x']],
  ...tricks,
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A deep copy, so that a change of one input is none of the next. */
const copied = (value: unknown): unknown => structuredClone(value);

type Spot =
  { readonly in: Record<string, unknown>; readonly key: string } | { readonly of: unknown[]; readonly at: number };

/** Every place of a value within its object or list. */
const spotsIn = (value: unknown, found: Spot[] = []): Spot[] => {
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    list.forEach((item, at) => {
      found.push({ of: list, at });
      spotsIn(item, found);
    });
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      found.push({ in: value, key });
      spotsIn(value[key], found);
    }
  }
  return found;
};

const setAt = (spot: Spot, value: unknown): void => {
  if ('in' in spot) spot.in[spot.key] = value;
  else spot.of[spot.at] = value;
};

const valueAt = (spot: Spot): unknown => ('in' in spot ? spot.in[spot.key] : spot.of[spot.at]);

const removeAt = (spot: Spot): void => {
  if ('in' in spot) Reflect.deleteProperty(spot.in, spot.key);
  else spot.of.splice(spot.at, 1);
};

const strange = (dice: Dice): unknown => {
  if (dice.chance(0.25)) return drawnJson(dice);
  if (dice.chance(0.1)) return dice.oneOf(tricks).repeat(dice.oneOf([2, 65, 300, 2_001]));
  return copied(dice.oneOf(strangers));
};

const changeNumber = (value: number, dice: Dice): number =>
  dice.oneOf([value + 1, value - 1, -value, value * 1_000, value + 0.5, 2 ** 53, 0]);

const changeText = (value: string, dice: Dice): string => {
  const at = dice.whole(0, value.length);
  const trick = dice.oneOf(tricks);
  return dice.oneOf([value.slice(0, at), value.slice(0, at) + trick + value.slice(at), value + value, trick]);
};

const nudged = (value: unknown, dice: Dice): unknown => {
  if (typeof value === 'number') return changeNumber(value, dice);
  if (typeof value === 'string') return changeText(value, dice);
  return typeof value === 'boolean' ? !value : strange(dice);
};

/** Within the text another value of the same text: a title where a number was, a list where its item was. */
const change = (root: { value: unknown }, dice: Dice): void => {
  const spots = spotsIn(root);
  if (spots.length === 0) return;
  const spot = dice.oneOf(spots);
  const what = dice.whole(0, 5);
  if (what === 0) removeAt(spot);
  else if (what === 1) setAt(spot, strange(dice));
  else if (what === 2) setAt(spot, copied(valueAt(dice.oneOf(spots))));
  else if (what > 3) setAt(spot, nudged(valueAt(spot), dice));
  else if ('in' in spot) spot.in[dice.oneOf(tricks)] = valueAt(spot);
};

/** A document as data with one to four values changed, taken away, added or put elsewhere. */
export const mutatedValue = (corpus: readonly unknown[], dice: Dice): unknown => {
  const root = { value: copied(dice.oneOf(corpus)) };
  for (let times = dice.oneOf([1, 1, 1, 2, 4]); times > 0; times -= 1) change(root, dice);
  return root.value;
};

/** Nesting that a reader which calls itself does not survive. */
const nested = (text: string, dice: Dice): string => {
  const depth = dice.oneOf([9, 70, 2_000, 30_000]);
  const [open, close] = dice.oneOf([
    ['[', ']'],
    ['{"a":', '}'],
    ['[[{"b":', '}]]'],
  ] as const);
  const inner = dice.chance(0.5) ? '1' : text;
  return open.repeat(depth) + inner + (dice.chance(0.7) ? close.repeat(depth) : '');
};

const places = (text: string, pattern: RegExp): readonly { readonly at: number; readonly end: number }[] =>
  Array.from(text.matchAll(pattern), (found) => ({ at: found.index, end: found.index + found[0].length }));

const replacedAt = (text: string, pattern: RegExp, dice: Dice, by: (found: string) => string): string => {
  const found = places(text, pattern);
  if (found.length === 0) return text;
  const { at, end } = dice.oneOf(found);
  return text.slice(0, at) + by(text.slice(at, end)) + text.slice(end);
};

const insertTrick = (text: string, dice: Dice): string => {
  const at = dice.whole(0, text.length);
  return text.slice(0, at) + dice.oneOf(tricks) + text.slice(at);
};

/** The spelling of JSON: numbers, keys that stand twice, escapes, depth. */
const spelled: readonly ((text: string, dice: Dice) => string)[] = [
  (text, dice) => replacedAt(text, /-?\d+(?:\.\d+)?/g, dice, () => dice.oneOf(numbers)),
  (text, dice) => replacedAt(text, /"[^"\\]{1,40}":[^,{}[\]]{1,80},/g, dice, (member) => member + member),
  (text, dice) => replacedAt(text, /"[^"\\]{1,60}"/g, dice, (quoted) => escaped(quoted, dice)),
  (text, dice) =>
    replacedAt(text, /[{}[\]:,"]/g, dice, () => dice.oneOf(['{', '}', '[', ']', ':', ',', '"', '\\', ''])),
  (text, dice) => replacedAt(text, /:(?:true|false|null|-?\d+|"[^"\\]{0,30}")/g, dice, () => `:${nested('0', dice)}`),
  insertTrick,
  nested,
];

const escaped = (quoted: string, dice: Dice): string => {
  const inner = quoted.slice(1, -1);
  const written = Array.from(inner, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  return dice.oneOf([`"${written}"`, `"\\ud800${inner}"`, `"${inner}\\u0000"`, `"\\x41${inner}"`, `"${inner}`]);
};

/** The text of a document that is almost JSON, or JSON that is almost what was asked for. */
export const mutatedJson = (corpus: readonly unknown[], dice: Dice): string => {
  if (dice.chance(0.08)) return JSON.stringify(drawnJson(dice));
  // A document that was taken away as a whole is nothing at all.
  const text = JSON.stringify((dice.chance(0.6) ? mutatedValue(corpus, dice) : dice.oneOf(corpus)) ?? null);
  if (dice.chance(0.45)) return text;
  return dice.chance(0.5)
    ? dice.oneOf(spelled)(text, dice)
    : mutatedBytes([Buffer.from(text, 'utf8')], dice).toString();
};

/** A text changed as text: lines, words, tricks, or any text at all. */
export const mutatedText = (corpus: readonly string[], dice: Dice): string => {
  if (dice.chance(0.08)) return drawnText(dice);
  const text = dice.oneOf(corpus);
  if (dice.chance(0.3)) return insertTrick(text, dice);
  if (dice.chance(0.2)) return replacedAt(text, /[^\s:]+/g, dice, () => dice.oneOf([...tricks, ...numbers]));
  return mutatedBytes(
    corpus.map((one) => Buffer.from(one, 'utf8')),
    dice,
  ).toString();
};
