import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Compile } from 'typebox/schema';
import { ok } from '../../src/words/failure.ts';
import type { AudioProgressTold, AudioWanted } from './audio-desk.ts';
import { centreFailed, type CentreResult } from './codes.ts';

/** A message of a box, as its schema in the document says; which ones there are stands in its `operations`. */
export type IncomingMessage =
  | { readonly type: 'snapshot' | 'status' | 'outcome'; readonly signed: string; readonly signature: string }
  | { readonly type: 'receipts'; readonly items: readonly { readonly signed: string; readonly signature: string }[] }
  | { readonly type: 'time-request'; readonly nonce: string }
  | ({ readonly type: 'audio-wanted' } & AudioWanted)
  | ({ readonly type: 'audio-progress' } & AudioProgressTold)
  | {
      readonly type: 'problem';
      readonly code: string;
      readonly field: string | null;
      readonly zh: string;
      readonly en: string;
    };

/** What both sides keep to; all of it is read from the published document, none of it is written here again. */
export interface AsyncapiDocument {
  /** A text frame from a box: JSON, a message that boxes send, of the documented shape. */
  readonly incoming: (text: string) => CentreResult<IncomingMessage>;
  /** A message of ours; null when it is as documented. */
  readonly outgoing: (message: { readonly type: string }) => CentreResult<null>;
  /** The raw text that is signed inside a message of this type. */
  readonly content: (type: string, raw: string) => CentreResult<unknown>;
}

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value under a path of keys; an empty object where the document has none. */
const under = (value: unknown, ...path: readonly string[]): Members => {
  let found = value;
  for (const key of path) found = isMembers(found) ? found[key] : undefined;
  return isMembers(found) ? found : {};
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

interface Check {
  readonly message: ReturnType<typeof Compile>;
  readonly content: ReturnType<typeof Compile> | null;
}

/** `#/channels/centre/messages/order` → `order`. */
const lastPart = (ref: unknown): string => (typeof ref === 'string' ? (ref.split('/').at(-1) ?? '') : '');

const namesOf = (document: unknown, action: string): ReadonlySet<string> => {
  const operations = Object.values(under(document, 'operations')).filter((one) => under(one)['action'] === action);
  const refs = operations.flatMap((one) => (Array.isArray(under(one)['messages']) ? under(one)['messages'] : []));
  return new Set((refs as readonly unknown[]).map((ref) => lastPart(under(ref)['$ref'])));
};

const checksOf = (document: unknown): ReadonlyMap<string, Check> => {
  const messages = Object.entries(under(document, 'components', 'messages'));
  return new Map(
    messages.map(([name, message]) => {
      const schema = lastPart(under(message, 'x-signed-content', 'schema')['$ref']);
      const content = schema === '' ? null : Compile(under(document, 'components', 'schemas', schema));
      return [name, { message: Compile(under(message, 'payload')), content }];
    }),
  );
};

/** Where the value departs from the schema, as `field` and `detail` of a failure. */
const departure = (check: ReturnType<typeof Compile>, value: unknown): readonly [string, string] => {
  const [, errors] = check.Errors(value);
  const deepest = [...errors].sort((a, b) => b.instancePath.length - a.instancePath.length)[0];
  return [deepest?.message ?? '', (deepest?.instancePath ?? '').slice(1).replaceAll('/', '.').slice(0, 128)];
};

/** The document beside the sources, or beside dist/ when the program was bundled. */
const publishedPath = (): string => {
  const places = ['../../docs/reference/asyncapi.json', '../docs/reference/asyncapi.json'];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? paths.join(' | ');
};

/**
 * Reads docs/reference/asyncapi.json and compiles its schemas.
 *
 * @param path another file of the same kind; without it the published one
 * @throws when the file is missing or no JSON: the centre cannot work without the document
 */
export const readDocument = (path = publishedPath()): AsyncapiDocument => {
  const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const checks = checksOf(document);
  const fromBoxes = namesOf(document, 'send');
  const fromCentre = namesOf(document, 'receive');
  return {
    incoming: (text) => {
      const value = parseJson(text);
      if (!isMembers(value)) return centreFailed('centre-message-json');
      const { type } = value;
      const check = typeof type === 'string' && fromBoxes.has(type) ? checks.get(type) : undefined;
      if (check === undefined || typeof type !== 'string')
        return centreFailed('centre-message-type', JSON.stringify(type ?? null).slice(0, 64), 'type');
      if (!check.message.Check(value)) return centreFailed('centre-message-shape', ...departure(check.message, value));
      return ok(value as IncomingMessage);
    },
    outgoing: (message) => {
      const check = fromCentre.has(message.type) ? checks.get(message.type) : undefined;
      if (check === undefined) return centreFailed('centre-order-invalid', message.type, 'type');
      if (!check.message.Check(message))
        return centreFailed('centre-order-invalid', ...departure(check.message, message));
      return ok(null);
    },
    content: (type, raw) => {
      const check = checks.get(type)?.content ?? null;
      const value = parseJson(raw);
      if (check === null || !isMembers(value)) return centreFailed('centre-content-shape', 'JSON', type);
      if (!check.Check(value)) return centreFailed('centre-content-shape', ...departure(check, value));
      return ok(value);
    },
  };
};
