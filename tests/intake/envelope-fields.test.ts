import { describe, expect, it } from 'vitest';
import {
  AlertSchema,
  AudioSchema,
  bodyKinds,
  bodySchemas,
  EnvelopeFrameSchema,
  EnvelopeSchema,
  SenderKeySchema,
  SignedTimeSchema,
} from '../../src/intake/envelope-schema.ts';
import { parseEnvelope } from '../../src/intake/envelope.ts';
import { readSignedTime } from '../../src/intake/signed-time.ts';
import { alertOf, contextWith, envelopeOf, orderId, publicKeys, senderKey, signedBy, site } from './fixture.ts';

type Tree = Record<string, unknown>;

const audio = { sha256: 'ab'.repeat(32), bytes: 1_000, format: 'wav', durationMs: 900 };
const carrying = (body: Tree): Tree => structuredClone(envelopeOf({ body }));
const issue = carrying({ kind: 'issue', alert: alertOf() });
const store = carrying({ kind: 'store-audio', audio });
const keys = carrying({ kind: 'set-keys', keys: [senderKey({ algorithm: 'ed25519' })] });
const clear = carrying({ kind: 'all-clear', alertId: 'a-1', text: '解除' });
const correction = carrying({ kind: 'correction', alertId: 'a-1', text: '更正' });
const cancel = carrying({ kind: 'cancel', alertId: 'a-1' });
const stop = carrying({ kind: 'stop', alertId: 'a-1' });

/** `body.alert.zones[0]` → the names on the way there. */
const stepsOf = (path: string): readonly string[] => path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** A copy in which the value at this path is another one. */
const withAt = (tree: Tree, path: string, value: unknown): Tree => {
  const copy = structuredClone(tree);
  const steps = stepsOf(path);
  const parent = steps.slice(0, -1).reduce<unknown>((inner, name) => (isTree(inner) ? inner[name] : null), copy);
  if (!isTree(parent)) throw new Error(`no ${path}`);
  parent[steps.at(-1) ?? ''] = value;
  return copy;
};

const judged = (envelope: Tree): readonly (string | undefined)[] => {
  const result = parseEnvelope(Buffer.from(JSON.stringify(envelope)));
  return result.ok ? ['read'] : [result.failure.code, result.failure.at?.field];
};

const kindOf = ({ body }: Tree): string => (isTree(body) ? String(body['kind']) : '');

const texts = (most: number): { readonly good: readonly unknown[]; readonly bad: readonly unknown[] } => ({
  good: ['', '山洪', 'x'.repeat(most), 'a\nb'],
  bad: ['x'.repeat(most + 1), 'a\u0007b', '\u202ea', 'a\u0000', 7, null],
});
const names = {
  good: ['a', '!', '~'.repeat(64), 'a-1_B'],
  bad: ['', 'a'.repeat(65), 'a b', ' a', 'a\n', '钥', 7, null],
};
const oneOf = (...good: readonly string[]) => ({ good, bad: ['', `${good[0]} `, 'other', null, 1] });
const authorities = ['national', 'province', 'city', 'county', 'township', 'village', 'box'] as const;
const classes = ['alarm', 'routine', 'drill', 'stop', 'keys'] as const;

/** Bounds as docs/reference/order-envelope.md tells them: by field, what fits and what does not. */
const fields: readonly (readonly [
  Tree,
  string,
  { readonly good: readonly unknown[]; readonly bad: readonly unknown[] },
])[] = [
  [issue, 'v', { good: [1], bad: [0, 2, '1', null] }],
  [issue, 'key', names],
  [issue, 'scope', names],
  [issue, 'counter', { good: [1, Number.MAX_SAFE_INTEGER], bad: [0, -1, 1.5, 2 ** 53, '1', null] }],
  [issue, 'notBefore', { good: [0, 8.64e15], bad: [-1, 8.64e15 + 1, 0.5, '0'] }],
  [issue, 'validForS', { good: [1, 604_800], bad: [0, 604_801, 1.5, '1'] }],
  [issue, 'class', oneOf(...classes)],
  [issue, 'id', { good: [orderId], bad: [orderId.slice(1), `${orderId}0`, 'G'.repeat(32), orderId.toUpperCase(), ''] }],
  [issue, 'body.alert.id', names],
  [issue, 'body.alert.status', oneOf('actual', 'drill', 'test')],
  [issue, 'body.alert.class', oneOf('emergency', 'routine')],
  [
    issue,
    'body.alert.event',
    { good: ['1', '11D02', 'ABCD0123'], bad: ['', '11d02', '123456789', '1-2', 'x11D02', 11] },
  ],
  [issue, 'body.alert.severity', oneOf('red', 'orange', 'yellow', 'blue', 'unknown')],
  [issue, 'body.alert.stage', oneOf('now', '2h', '6h', '24h')],
  [issue, 'body.alert.authority', oneOf(...authorities)],
  [issue, 'body.alert.voice', oneOf('live', 'recorded')],
  [
    issue,
    'body.alert.zones',
    { good: [['a'], Array<string>(247).fill('a')], bad: [[], Array<string>(248).fill('a'), 'a'] },
  ],
  [issue, 'body.alert.zones[0]', { good: ['a', '上游', 'x'.repeat(64)], bad: ['', 'x'.repeat(65), '\u202ea', 7] }],
  [issue, 'body.alert.headline', texts(200)],
  [issue, 'body.alert.text', texts(2000)],
  [issue, 'body.alert.plan', { good: [null, '', 'move-now', 'x'.repeat(64)], bad: ['x'.repeat(65), '\u0007', 7] }],
  [issue, 'body.alert.sirenUnlocked', { good: [true, false], bad: ['true', 1, null] }],
  [issue, 'body.alert.audio', { good: [audio, null], bad: ['x', 7, []] }],
  [
    store,
    'body.audio.sha256',
    { good: ['0f'.repeat(32)], bad: ['0f'.repeat(31), `${'0f'.repeat(32)}0`, 'F'.repeat(64), ''] },
  ],
  [store, 'body.audio.bytes', { good: [1, 20_000_000], bad: [0, 20_000_001, 1.5] }],
  [store, 'body.audio.format', oneOf('wav', 'mp3', 'opus')],
  [store, 'body.audio.durationMs', { good: [1, 900_000], bad: [0, 900_001, 1.5] }],
  [
    keys,
    'body.keys',
    { good: [[senderKey()], Array(16).fill(senderKey())], bad: [[], Array(17).fill(senderKey()), null] },
  ],
  [keys, 'body.keys[0].id', names],
  [
    keys,
    'body.keys[0].publicKey',
    {
      good: [publicKeys.county, 'A'.repeat(44), `${'A'.repeat(87)}=`],
      bad: ['', 'A'.repeat(43), 'A'.repeat(45), `-${'A'.repeat(42)}=`, 'A'.repeat(88), ` ${publicKeys.county}`],
    },
  ],
  [keys, 'body.keys[0].algorithm', oneOf('ed25519', 'sm2')],
  [keys, 'body.keys[0].name', texts(128)],
  [keys, 'body.keys[0].authority', oneOf(...authorities)],
  [keys, 'body.keys[0].classes', { good: [['alarm'], classes], bad: [[], [...classes, 'alarm'], 'alarm'] }],
  [keys, 'body.keys[0].classes[0]', oneOf(...classes)],
  [keys, 'body.keys[0].scope', { good: ['', '51', '510824100201'], bad: ['5108241002011', 'a', '51 ', null] }],
  [keys, 'body.keys[0].practice', { good: [true, false], bad: ['no', 0, null] }],
  [clear, 'body.alertId', names],
  [clear, 'body.text', texts(2000)],
  [correction, 'body.alertId', names],
  [correction, 'body.text', texts(2000)],
  [cancel, 'body.alertId', names],
  [stop, 'body.alertId', { good: [null, ...names.good], bad: ['', 'a'.repeat(65), 'a b', 7] }],
  [stop, 'body.kind', { good: ['stop', 'cancel'], bad: ['', 'sing', null] }],
];

describe('a field of an envelope', () => {
  const named = fields.map((row) => [kindOf(row[0]), row[1], row] as const);
  it.each(named)(
    'of an order to %s: %s takes what fits and is refused by name else',
    (_, __, [envelope, path, values]) => {
      const { good, bad } = values;
      for (const value of good) expect([value, ...judged(withAt(envelope, path, value))]).toEqual([value, 'read']);
      for (const value of bad)
        expect([value, ...judged(withAt(envelope, path, value))]).toEqual([value, 'envelope-wrong-value', path]);
    },
  );

  it('that is left out is named, and but for audio and algorithm none may be', () => {
    const optional = ['body.alert.audio', 'body.keys[0].algorithm'];
    const inLists = /\[\d+\]$/;
    for (const [envelope, path] of fields.filter(([, name]) => !inLists.test(name))) {
      const expected = optional.includes(path) ? ['read'] : ['envelope-missing-field', path];
      expect([path, ...judged(withAt(envelope, path, undefined))]).toEqual([path, ...expected]);
    }
  });

  it.each([
    [issue, 'more'],
    [issue, 'body.more'],
    [carrying({ kind: 'update', alert: alertOf() }), 'body.more'],
    [issue, 'body.alert.more'],
    [store, 'body.more'],
    [store, 'body.audio.more'],
    [keys, 'body.more'],
    [keys, 'body.keys[0].more'],
    [clear, 'body.more'],
    [correction, 'body.more'],
    [cancel, 'body.more'],
    [stop, 'body.more'],
  ])('that nobody knows spoils the order: $1', (envelope, path) => {
    expect(judged(envelope)).toEqual(['read']);
    expect(judged(withAt(envelope, path, 1))).toEqual(['envelope-unknown-field', path]);
  });
});

describe('signed time', () => {
  const nonce = '00112233445566778899aabbccddeeff';
  const said = { v: 1, type: 'time', key: 'county-1', box: site.id, nonce, at: 1_783_688_400_000 };
  const context = { ...contextWith(), boxId: site.id, question: { nonce, askedAt: 0 }, now: 100, floor: 0 };
  it.each([
    ['v', [2, '1', null]],
    ['type', ['', 'order', null]],
    ['key', names.bad],
    ['box', names.bad],
    ['nonce', ['', nonce.toUpperCase(), nonce.slice(1), `${nonce}0`, null]],
    ['at', [-1, 0.5, 8.64e15 + 1, '0']],
  ])('has bounds as an envelope has: %s', (field, bad) => {
    expect(readSignedTime(signedBy(said), context).ok).toBe(true);
    for (const value of bad)
      expect(readSignedTime(signedBy({ ...said, [field]: value }), context)).toMatchObject({
        ok: false,
        failure: { code: 'envelope-wrong-value', at: { field } },
      });
  });
});

/** Every schema in this one, with its path; a constant names itself. */
const partsOf = (schema: unknown, path: string): readonly (readonly [string, Tree])[] => {
  if (!isTree(schema)) return [];
  const { properties, items, anyOf } = schema;
  const inner = [
    ...(isTree(properties) ? Object.entries(properties).map(([name, one]) => [`${path}.${name}`, one] as const) : []),
    ...(items === undefined ? [] : [[`${path}[]`, items] as const]),
    ...(Array.isArray(anyOf) ? anyOf.map((one: unknown, at) => [`${path}|${at}`, one] as const) : []),
  ];
  const own = 'const' in schema || schema['type'] === 'null' ? [] : [[path, schema] as const];
  return [...own, ...inner.flatMap(([name, one]) => partsOf(one, name))];
};

const explained = (part: unknown): boolean => {
  const description = isTree(part) ? part['description'] : null;
  return typeof description === 'string' && /[a-z]{3}/i.test(description) && /[\u4e00-\u9fff]{2}/.test(description);
};

describe('the document of the envelope', () => {
  it('explains every field in both languages', () => {
    const documented = { EnvelopeSchema, AlertSchema, AudioSchema, SenderKeySchema, SignedTimeSchema };
    const poor = Object.entries(documented)
      .flatMap(([name, schema]) => partsOf(schema, name))
      .filter(([path, part]) => !explained(part) && !/body\|\d$|class(es)?\[\]$/.test(path))
      .map(([path]) => path);
    expect(poor).toEqual([]);
    expect(explained(EnvelopeFrameSchema.properties.v)).toBe(true);
  });

  it('has one closed body for each kind, and each is told by its own name', () => {
    expect(Object.keys(bodySchemas).sort()).toEqual([...bodyKinds].sort());
    for (const kind of bodyKinds) expect(bodySchemas[kind].properties.kind.const).toBe(kind);
    const closed = [AlertSchema, AudioSchema, SenderKeySchema, EnvelopeSchema, EnvelopeFrameSchema, SignedTimeSchema];
    for (const schema of [...closed, ...Object.values(bodySchemas)])
      expect(schema).toHaveProperty('additionalProperties', false);
  });
});
