import type { TSchema } from 'typebox';
import type { ErrorCode } from '../words/error-codes.ts';
import type { Failure } from '../words/failure.ts';
import { durationMs, durationText } from './duration.ts';
import { nearestWord } from './nearest-word.ts';
import { fieldOf, unreadable, type Path, type Source } from './yaml-source.ts';

/** The part of JSON Schema that the site's files use, and our bounds of a length of time. */
export interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly string[];
  readonly default?: unknown;
  readonly shortestMs?: number;
  readonly longestMs?: number;
  /** A path to a secret. What stands here in a wrong form may be the secret itself and is never repeated in an error. */
  readonly secret?: boolean;
}

export interface ShapeReport {
  readonly failures: readonly Failure[];
  /**
   * The file's data with unknown keys left out and every wrong value replaced by one of the right form, so that the
   * rules between files can still be checked and all errors are shown at once. Never used to run when there is a failure.
   */
  readonly value: unknown;
  /** Where `value` is not what the file says. */
  readonly patched: ReadonlySet<string>;
}

interface Check {
  readonly source: Source;
  readonly failures: Failure[];
  readonly patched: Set<string>;
}

const fail = (check: Check, code: ErrorCode, params: Failure['params'], path: Path): void => {
  check.failures.push({ code, params, at: check.source.at(path) });
};

const shown = (check: Check, value: unknown, path: Path): string => {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const text = check.source.written(path) ?? (plain ? String(value) : '…');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

const looksSecret = (key: string): boolean =>
  /(private|secret|password|passwd|token|pin|key)$/i.test(key) && !/public/i.test(key);

/** A value of the right form in the place of a wrong one. */
const standIn = (shape: Shape): unknown => {
  if (shape.enum !== undefined) return shape.enum[0];
  switch (shape.type ?? 'string') {
    case 'object':
      return Object.fromEntries((shape.required ?? []).map((key) => [key, standIn(shape.properties?.[key] ?? {})]));
    case 'array':
      return Array.from({ length: shape.minItems ?? 0 }, () => standIn(shape.items ?? {}));
    case 'integer':
    case 'number':
      return shape.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return shape.examples?.[0] ?? 'x';
  }
};

const patch = (check: Check, shape: Shape, path: Path): unknown => {
  check.patched.add(fieldOf(path));
  return standIn(shape);
};

const wrong = (check: Check, shape: Shape, path: Path, problem: readonly [ErrorCode, Failure['params']]): unknown => {
  fail(check, problem[0], problem[1], path);
  return patch(check, shape, path);
};

const checkMap = (check: Check, shape: Shape, value: unknown, path: Path): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong(check, shape, path, ['config-not-map', { found: shown(check, value, path) }]);
  const properties = shape.properties ?? {};
  const known = Object.keys(properties);
  const entries: [string, unknown][] = [];
  const misspelt = new Set<string>();
  for (const [key, inner] of Object.entries(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property !== undefined) entries.push([key, checkNode(check, property, inner, [...path, key])]);
    else misspelt.add(unknownKey(check, known, [...path, key], inner));
  }
  for (const key of (shape.required ?? []).filter((one) => !Object.hasOwn(value, one))) {
    const at = path.length === 0 ? check.source.at(path) : check.source.keyAt(path);
    // A key that is only misspelt is one mistake, and told as such.
    if (!misspelt.has(key)) check.failures.push({ code: 'config-key-missing', params: { key }, at });
    entries.push([key, patch(check, properties[key] ?? {}, [...path, key])]);
  }
  return Object.fromEntries(entries);
};

/** Reports a key that does not belong here; gives the key that was most likely meant. */
const unknownKey = (check: Check, known: readonly string[], path: Path, value: unknown): string => {
  const key = String(path.at(-1));
  const nearest = nearestWord(key, known);
  const secret = looksSecret(key) && typeof value === 'string';
  const code = secret ? 'config-secret-inline' : 'config-key-unknown';
  check.failures.push({ code, params: { key, nearest }, at: check.source.keyAt(path) });
  return secret ? '' : nearest;
};

const checkList = (check: Check, shape: Shape, value: unknown, path: Path): unknown => {
  if (!Array.isArray(value))
    return wrong(check, shape, path, ['config-not-list', { found: shown(check, value, path) }]);
  const [least, most] = [shape.minItems ?? 0, shape.maxItems ?? Number.POSITIVE_INFINITY];
  if (value.length < least || value.length > most)
    return wrong(check, shape, path, ['config-list-length', { count: value.length, least, most }]);
  return value.map((item: unknown, index) => checkNode(check, shape.items ?? {}, item, [...path, index]));
};

const checkWord = (check: Check, shape: Shape, value: unknown, path: Path): unknown => {
  const allowed = shape.enum ?? [];
  if (allowed.some((one) => one === value)) return value;
  const words = allowed.map(String);
  const found = shown(check, value, path);
  const params = { found, allowed: words.join(', '), nearest: nearestWord(found, words) };
  return wrong(check, shape, path, ['config-word-unknown', params]);
};

const checkText = (check: Check, shape: Shape, value: unknown, path: Path): unknown => {
  const found = shown(check, value, path);
  const example = shape.examples?.[0] ?? '';
  if (typeof value === 'number' && shape.shortestMs === undefined)
    return wrong(check, shape, path, ['config-needs-quotes', { found }]);
  if (typeof value === 'number') return wrong(check, shape, path, ['config-duration-unit', { found }]);
  if (typeof value !== 'string') return wrong(check, shape, path, ['config-not-text', { found }]);
  const most = shape.maxLength ?? Number.POSITIVE_INFINITY;
  if (value.trim().length < (shape.minLength ?? 0) || value.length > most)
    return wrong(check, shape, path, [
      'config-text-length',
      { least: shape.minLength ?? 0, most, found: value.length },
    ]);
  const formed = shape.pattern === undefined || new RegExp(shape.pattern).test(value);
  if (!formed && shape.secret === true)
    return wrong(check, shape, path, ['config-secret-inline', { key: String(path.at(-1)) }]);
  if (!formed) return wrong(check, shape, path, ['config-form', { found, example }]);
  if (shape.shortestMs === undefined || shape.longestMs === undefined) return value;
  const ms = durationMs(value) ?? -1;
  if (ms >= shape.shortestMs && ms <= shape.longestMs) return value;
  const bounds = { least: durationText(shape.shortestMs), most: durationText(shape.longestMs) };
  fail(check, 'config-out-of-range', { found, ...bounds }, path);
  check.patched.add(fieldOf(path));
  return bounds.least;
};

const checkNumber = (check: Check, shape: Shape, value: unknown, path: Path): unknown => {
  const found = shown(check, value, path);
  if (typeof value !== 'number' || !Number.isFinite(value))
    return wrong(check, shape, path, ['config-not-number', { found }]);
  if (shape.type === 'integer' && !Number.isInteger(value))
    return wrong(check, shape, path, ['config-not-whole', { found }]);
  const [least, most] = [shape.minimum ?? Number.NEGATIVE_INFINITY, shape.maximum ?? Number.POSITIVE_INFINITY];
  return value >= least && value <= most
    ? value
    : wrong(check, shape, path, ['config-out-of-range', { found, least, most }]);
};

const checkNode = (check: Check, shape: Shape, value: unknown, path: Path): unknown => {
  if (value === unreadable) return patch(check, shape, path);
  if (value === null) return wrong(check, shape, path, ['config-empty', {}]);
  if (shape.enum !== undefined) return checkWord(check, shape, value, path);
  switch (shape.type ?? 'string') {
    case 'object':
      return checkMap(check, shape, value, path);
    case 'array':
      return checkList(check, shape, value, path);
    case 'integer':
    case 'number':
      return checkNumber(check, shape, value, path);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return wrong(check, shape, path, ['config-not-yes-no', { found: shown(check, value, path) }]);
    default:
      return checkText(check, shape, value, path);
  }
};

/** Every way in which a file differs from its schema, each with its place; and data of the right form to go on with. */
export const checkShape = (schema: TSchema, source: Source): ShapeReport => {
  const shape: Shape = schema;
  const check: Check = { source, failures: [], patched: new Set() };
  const value = checkNode(check, shape, source.value, []);
  return { failures: check.failures, value, patched: check.patched };
};
