import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser, type CST, type Document } from 'yaml';
import type { ErrorCode } from '../words/error-codes.ts';
import type { Failure, Place } from '../words/failure.ts';

export type Path = readonly (string | number)[];

/** A file as plain data that still knows where each value and each key stood. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Place of a value; of the nearest parent where the value itself is absent. */
  readonly at: (path: Path) => Place;
  /** Place of the key that holds a value. */
  readonly keyAt: (path: Path) => Place;
  /** A scalar exactly as it is written, `0330122` for a number that a reader would lose. */
  readonly written: (path: Path) => string | null;
}

/** Stands for a value that is reported already as not plain YAML: nothing more is said about it. */
export const unreadable: unique symbol = Symbol('unreadable');

export interface ReadYaml {
  readonly source: Source | null;
  readonly failures: readonly Failure[];
}

/** Bounds on one file. A site of 500 terminals fits many times; a bomb does not. `entries` are those of one list or map. */
export const yamlBounds = { bytes: 256 * 1024, depth: 24, values: 40_000, entries: 4_000, errors: 20 } as const;

/** `zones[2].name` from its parts. */
export const fieldOf = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');

interface Spot {
  readonly value: number;
  readonly key: number;
  readonly written: string | null;
}

interface Reading {
  readonly spots: Map<string, Spot>;
  readonly failures: Failure[];
  readonly place: (offset: number, path: Path) => Place;
  values: number;
}

const keyOf = (path: Path): string => JSON.stringify(path);

/** A person mends the first of them and looks again: what is beyond `yamlBounds.errors` is not told. */
const report = (reading: Reading, code: ErrorCode, params: Failure['params'], at: readonly [number, Path]): void => {
  if (reading.failures.length >= yamlBounds.errors) return;
  reading.failures.push({ code, params, at: reading.place(...at) });
};

const offsetOf = (node: unknown, otherwise: number): number =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : otherwise;

/** One node as plain data. Anchors, aliases and tags are refused: a value stands once, where a reader sees it. */
const plain = (reading: Reading, node: unknown, path: Path, keyOffset: number): unknown => {
  const offset = offsetOf(node, keyOffset);
  const written = isScalar(node) && typeof node.source === 'string' ? node.source.slice(0, 200) : null;
  reading.spots.set(keyOf(path), { value: offset, key: keyOffset, written });
  reading.values += 1;
  if (reading.values > yamlBounds.values) return null;
  if (isAlias(node)) {
    report(reading, 'config-yaml-anchor', { name: node.source }, [offset, path]);
    return unreadable;
  }
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
    report(reading, 'config-yaml-anchor', { name: node.anchor }, [offset, path]);
  if (isMap(node)) return plainMap(reading, node.items, path);
  if (isSeq(node))
    return node.items.map((item, index) => plain(reading, item, [...path, index], offsetOf(item, offset)));
  return isScalar(node) ? node.value : null;
};

const plainMap = (reading: Reading, items: readonly { key: unknown; value: unknown }[], path: Path): unknown => {
  const entries = new Map<string, unknown>();
  for (const { key, value } of items) {
    const keyOffset = offsetOf(key, 0);
    if (!isScalar(key) || typeof key.value !== 'string') {
      const written = isScalar(key) ? String(key.source ?? key.value) : '?';
      report(reading, 'config-yaml-key', { key: written }, [keyOffset, path]);
      continue;
    }
    const at = [...path, key.value];
    if (entries.has(key.value)) {
      const first = reading.place(reading.spots.get(keyOf(at))?.key ?? 0, at).line ?? 1;
      report(reading, 'config-yaml-duplicate', { key: key.value, line: first }, [keyOffset, at]);
      continue;
    }
    // In `{ en: move, now }` a comma inside a text has cut it in two; the second half stands there without a colon.
    if (value === null) report(reading, 'config-yaml-comma', { key: key.value }, [keyOffset, at]);
    else entries.set(key.value, plain(reading, value, at, keyOffset));
  }
  return Object.fromEntries(entries);
};

/** Depth of nesting and number of tokens, counted on the flat token tree without recursion, before anything recurses. */
const tooDeepAt = (tokens: readonly CST.Token[]): number | null => {
  const waiting: { token: unknown; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (typeof token !== 'object' || token === null) continue;
    const collection = 'items' in token;
    if (collection && depth > yamlBounds.depth) return 'offset' in token ? Number(token.offset) : 0;
    const below = collection ? depth + 1 : depth;
    const items: readonly unknown[] = collection && Array.isArray(token.items) ? token.items : [];
    for (const item of items) waiting.push({ token: item, depth: below });
    if ('key' in token) waiting.push({ token: token.key, depth: below });
    if ('value' in token) waiting.push({ token: token.value, depth: below });
  }
  return null;
};

/** What the parser has under way at once in a file that is not nested too deeply: collections, and what is read in one. */
const underWayMost = 2 * yamlBounds.depth;

/** The key before the one that is being read, where no colon follows it: the composer will call that a mistake. */
const keyAlone = (reading: CST.Token | undefined): object | null => {
  const before = reading?.type === 'block-map' ? reading.items.at(-2) : undefined;
  const hasColon = before?.sep?.some(({ type }) => type === 'map-value-ind') === true;
  return before?.key === undefined || before.key === null || hasColon ? null : before;
};

/** A comma that stands behind a comma, with nothing or one space between: the composer will call that a mistake too. */
const commaAlone = (reading: CST.Token | undefined): object | null => {
  const start = reading?.type === 'flow-collection' ? reading.items.at(-1)?.start : undefined;
  const [last, ...before] = [start?.at(-1), start?.at(-2), start?.at(-3)];
  return last?.type === 'comma' && before.some((token) => token?.type === 'comma') ? last : null;
};

interface ReadTokens {
  readonly tokens: readonly CST.Token[];
  /** Where a list or map begins that has more entries than any site needs. */
  readonly longAt: number | null;
}

const isLong = (token: CST.Token | undefined): token is CST.BlockMap | CST.BlockSequence | CST.FlowCollection =>
  token !== undefined && 'items' in token && token.items.length > yamlBounds.entries;

/**
 * The token tree, cut where a broken file has shown enough: each mistake beyond those that are told, and each nesting or
 * entry beyond any bound, costs time and says nothing new.
 */
const readTokens = (text: string, lines: LineCounter): ReadTokens => {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  const alone = new Set<object>();
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errors += 1;
    }
    const reading = parser.stack.at(-1);
    if (isLong(reading)) return { tokens, longAt: reading.offset };
    const mistake = keyAlone(reading) ?? commaAlone(reading);
    if (mistake !== null) alone.add(mistake);
    if (errors + alone.size > yamlBounds.errors || parser.stack.length > underWayMost) break;
  }
  return { tokens: [...tokens, ...parser.end()], longAt: null };
};

/** Every error of the parser would carry a stack, which nobody reads and which costs ten times the parsing. */
const withoutStacks = <T>(work: () => T): T => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
};

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const codeOfYaml = ({ code, message }: { readonly code: string; readonly message: string }): ErrorCode => {
  // The parser has one code for a block in the wrong column and for a bracket that never closes.
  if (code === 'BAD_INDENT' && message.includes('end with')) return 'config-yaml-unclosed';
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'config-yaml-tab';
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'config-yaml-indent';
    case 'MISSING_CHAR':
      return 'config-yaml-unclosed';
    case 'TAG_RESOLVE_FAILED':
      return 'config-yaml-tag';
    case 'BAD_ALIAS':
    case 'MULTIPLE_ANCHORS':
      return 'config-yaml-anchor';
    default:
      return 'config-yaml-syntax';
  }
};

const broken = (code: ErrorCode, params: Failure['params'], at: Place): ReadYaml => ({
  source: null,
  failures: [{ code, params, at }],
});

const syntaxFailures = (file: string, text: string, doc: Document.Parsed, lines: LineCounter): Failure[] =>
  [...doc.errors, ...doc.warnings].slice(0, yamlBounds.errors).map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const written = text.slice(error.pos[0], error.pos[0] + 24).split('\n')[0] ?? '';
    return {
      code: codeOfYaml(error),
      params: { name: written, word: error.code },
      at: { file, line, column: col },
    };
  });

/**
 * One YAML file as plain data with places. Total: any bytes give data or named failures, in time bounded by the size.
 * @param file the name shown in errors
 */
export const readYaml = (file: string, bytes: Uint8Array): ReadYaml => {
  const start: Place = { file, line: 1, column: 1 };
  if (bytes.length > yamlBounds.bytes)
    return broken('config-file-big', { bytes: bytes.length, limit: yamlBounds.bytes }, start);
  const text = decode(bytes);
  if (text === null) return broken('config-file-encoding', {}, start);
  const lines = new LineCounter();
  const place = (offset: number, path: Path): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), field: fieldOf(path) };
  };
  const { tokens, longAt } = readTokens(text, lines);
  if (longAt !== null) return broken('config-yaml-long', { limit: yamlBounds.entries }, place(longAt, []));
  const deep = tooDeepAt(tokens);
  if (deep !== null) return broken('config-yaml-deep', { limit: yamlBounds.depth }, place(deep, []));
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const docs = withoutStacks(() => [...composer.compose(tokens, true, text.length)]);
  const [doc, second] = docs;
  if (doc === undefined) return broken('config-file-empty', {}, start);
  if (second !== undefined) return broken('config-yaml-documents', {}, place(second.range[0], []));
  if (doc.errors.length + doc.warnings.length > 0)
    return { source: null, failures: syntaxFailures(file, text, doc, lines) };
  if (doc.contents === null) return broken('config-file-empty', {}, start);
  const reading: Reading = { spots: new Map(), failures: [], place, values: 0 };
  const value = plain(reading, doc.contents, [], 0);
  if (reading.values > yamlBounds.values) return broken('config-yaml-values', { limit: yamlBounds.values }, start);
  return { source: sourceOf(file, value, reading), failures: reading.failures };
};

const sourceOf = (file: string, value: unknown, { spots, place }: Reading): Source => {
  const spotOf = (path: Path): Spot => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const spot = spots.get(keyOf(path.slice(0, depth)));
      if (spot !== undefined) return spot;
    }
    return { value: 0, key: 0, written: null };
  };
  return {
    file,
    value,
    at: (path) => place(spotOf(path).value, path),
    keyAt: (path) => place(spotOf(path).key, path),
    written: (path) => spots.get(keyOf(path))?.written ?? null,
  };
};
