/** Plain data as JSON knows it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deeper data than this is refused: it is never ours, and the recursion of every reader stays bounded. */
export const deepestJson = 128;

const member = (key: string, value: unknown, depth: number): string =>
  value === undefined ? '' : `${JSON.stringify(key)}:${write(value, depth)}`;

const writeObject = (value: object, depth: number): string => {
  const members = new Map<string, unknown>(Object.entries(value));
  // Sorted without a comparison of its own, strings stand in the order of their UTF-16 code units.
  const texts = [...members.keys()].sort().map((key) => member(key, members.get(key), depth + 1));
  return `{${texts.filter((text) => text !== '').join(',')}}`;
};

const write = (value: unknown, depth: number): string => {
  if (depth > deepestJson) throw new RangeError(`canonical JSON: deeper than ${deepestJson}`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON: a number that is not finite');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((inner: unknown) => write(inner, depth + 1)).join(',')}]`;
  if (typeof value === 'object') return writeObject(value, depth);
  throw new TypeError(`canonical JSON: a value of type ${typeof value}`);
};

/**
 * One text for one value: no blanks, object keys in order of their UTF-16 code units, numbers and strings as
 * `JSON.stringify` writes them, members that are `undefined` left out (as RFC 8785). Parsing the text and writing it
 * again gives the same text. Throws (an assert: callers hand in plain data) on functions, symbols, big integers,
 * numbers that are not finite and data deeper than `deepestJson`.
 */
export const canonicalJson = (value: unknown): string => write(value, 0);
