import { failed, ok, type Result } from '../words/failure.ts';

/** Deepest nesting that is read; an order needs five. */
export const jsonMaxDepth = 8;

const space = /[ \t\n\r]*/y;
// One character or one escape a turn and nothing that can match twice: linear on any input.
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordToken = /true|false|null/y;

/** Leaves the recursive reader; caught in `readStrictJson` and nowhere else. */
class Refused extends Error {
  readonly result: ReturnType<typeof failed>;
  constructor(result: ReturnType<typeof failed>) {
    super('refused');
    this.result = result;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

const notJson = (reader: Reader): Refused => new Refused(failed('envelope-not-json', { position: reader.at + 1 }));

const take = (reader: Reader, token: RegExp): string | null => {
  token.lastIndex = reader.at;
  const match = token.exec(reader.text);
  if (match === null) return null;
  reader.at += match[0].length;
  return match[0];
};

/** Takes one of the given characters after white space, or nothing. */
const takeMark = (reader: Reader, marks: string): string | null => {
  take(reader, space);
  const mark = reader.text.charAt(reader.at);
  if (mark === '' || !marks.includes(mark)) return null;
  reader.at += 1;
  return mark;
};

const readString = (reader: Reader): string => {
  take(reader, space);
  const token = take(reader, stringToken);
  if (token === null) throw notJson(reader);
  const value: unknown = JSON.parse(token);
  // A lone surrogate has no UTF-8 form, so what is shown or spoken later would differ from what was signed.
  if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) throw notJson(reader);
  return value;
};

const readArray = (reader: Reader, depth: number): unknown[] => {
  const items: unknown[] = [];
  if (takeMark(reader, ']') !== null) return items;
  for (;;) {
    items.push(readValue(reader, depth));
    const mark = takeMark(reader, ',]');
    if (mark === null) throw notJson(reader);
    if (mark === ']') return items;
  }
};

const readObject = (reader: Reader, depth: number): Record<string, unknown> => {
  const members = new Map<string, unknown>();
  if (takeMark(reader, '}') !== null) return {};
  for (;;) {
    const name = readString(reader);
    if (members.has(name)) throw new Refused(failed('envelope-duplicate-key', { name }, { field: name }));
    if (name === '__proto__') throw new Refused(failed('envelope-unknown-field', { name }, { field: name }));
    if (takeMark(reader, ':') === null) throw notJson(reader);
    members.set(name, readValue(reader, depth));
    const mark = takeMark(reader, ',}');
    if (mark === null) throw notJson(reader);
    if (mark === '}') return Object.fromEntries(members);
  }
};

const readScalar = (reader: Reader): unknown => {
  if (reader.text.charAt(reader.at) === '"') return readString(reader);
  const token = take(reader, wordToken) ?? take(reader, numberToken);
  if (token === null) throw notJson(reader);
  return JSON.parse(token);
};

const readValue = (reader: Reader, depth: number): unknown => {
  if (depth > jsonMaxDepth) throw new Refused(failed('envelope-too-deep', { max: jsonMaxDepth }));
  const mark = takeMark(reader, '[{');
  if (mark === '[') return readArray(reader, depth + 1);
  if (mark === '{') return readObject(reader, depth + 1);
  return readScalar(reader);
};

/**
 * Reads one JSON text (RFC 8259) and is stricter than JSON.parse: a key that stands twice, a lone surrogate, `__proto__`
 * and deep nesting are refused, because two readers could take two meanings from one signature.
 *
 * @param text the text, already bounded in length by the caller
 * @returns the value, or `envelope-not-json`, `envelope-duplicate-key`, `envelope-unknown-field`, `envelope-too-deep`
 */
export const readStrictJson = (text: string): Result<unknown> => {
  const reader: Reader = { text, at: 0 };
  try {
    const value = readValue(reader, 1);
    take(reader, space);
    return reader.at === text.length ? ok(value) : notJson(reader).result;
  } catch (error) {
    if (error instanceof Refused) return error.result;
    throw error;
  }
};
