import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import type { Receipt, Stage } from '../../src/core/receipt.ts';
import { EnvelopeSchema, SignedTimeSchema } from '../../src/intake/envelope-schema.ts';
import { asyncApiText } from '../../src/uplink/asyncapi.ts';
import { exampleKeys, messageExamples } from '../../src/uplink/examples.ts';
import { receiptTypes, SignedReceiptSchema, type SignedReceipt } from '../../src/uplink/receipt-message.ts';
import { receiptTypeOf } from '../../src/uplink/outbound.ts';
import { openUplink } from '../../src/uplink/session.ts';
import { makeBench, settle } from './fixture.ts';

const file = readFileSync(new URL('../../docs/reference/asyncapi.json', import.meta.url), 'utf8');
interface Message {
  readonly payload: TSchema;
  readonly 'x-signed-content'?: { readonly field: string; readonly schema: { readonly $ref: string } };
  readonly examples: readonly { readonly payload: Readonly<Record<string, unknown>> }[];
}
interface AsyncApi {
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, TSchema & { readonly examples?: readonly unknown[] }>>;
  };
}
const documented = JSON.parse(file) as AsyncApi;
const { messages, schemas } = documented.components;

/** Compiled from the file alone, as a stranger would. */
const fits = (schema: TSchema, value: unknown): boolean => Compile(schema).Check(value);

interface Signed {
  readonly text: string;
  readonly signature: string;
  readonly schema: TSchema;
}
/** The signed strings in a message, found by what the document says about them. */
const signedIn = (message: Readonly<Record<string, unknown>>): readonly Signed[] => {
  const content = messages[String(message['type'])]?.['x-signed-content'];
  if (content === undefined) return [];
  const schema = schemas[content.schema.$ref.split('/').at(-1)!]!;
  const field = content.field.replace('items[].', '');
  const holders = content.field.startsWith('items[]') ? (message['items'] as Record<string, unknown>[]) : [message];
  return holders.map((holder) => ({ text: String(holder[field]), signature: String(holder['signature']), schema }));
};

const expectDocumented = (message: Readonly<Record<string, unknown>>): void => {
  const schema = messages[String(message['type'])]?.payload;
  expect(schema, `no message ${String(message['type'])}`).toBeDefined();
  expect(fits(schema!, message)).toBe(true);
  for (const { text, schema: inner } of signedIn(message)) expect(fits(inner, JSON.parse(text))).toBe(true);
};

const everyStage: readonly Stage[] = [
  { stage: 'received' },
  { stage: 'verified' },
  { stage: 'refused', code: 'order-expired', detail: 'x' },
  { stage: 'queued', zones: ['upper'], due: 2 },
  { stage: 'started', zone: 'upper', pass: 1 },
  { stage: 'preempted', zone: 'upper', by: 'b-2' },
  { stage: 'resumed', zone: 'upper', pass: 1, rule: 'resume' },
  {
    stage: 'terminal',
    terminal: 's',
    verdict: 'sounded',
    grade: 'current',
    reason: null,
    value: 3.2,
    unit: 'A',
    ageMs: 5,
  },
  {
    stage: 'terminal',
    terminal: 's',
    verdict: 'failed',
    grade: 'current',
    reason: 'no-current',
    value: 0,
    unit: 'A',
    ageMs: 5,
  },
  {
    stage: 'terminal',
    terminal: 's',
    verdict: 'unknown',
    grade: 'none',
    reason: 'no-reply',
    value: null,
    unit: null,
    ageMs: 5,
  },
  { stage: 'degraded', zone: 'upper', reason: 'siren-cap' },
  {
    stage: 'first-sound',
    totalMs: 60,
    parts: { intakeMs: 1, verifyMs: 1, durableMs: 5, queueMs: 3, lineMs: 30, deviceMs: 20 },
  },
  { stage: 'ended', how: 'dropped', due: 2, sounded: 1, failed: 0, unknown: 1 },
  { stage: 'done', what: 'stop' },
  { stage: 'answered', person: '王某', source: 'panel', afterMs: 42_000 },
  { stage: 'unproven-silence', terminals: ['s'] },
  { stage: 'health', terminal: 's', health: 'lost', reason: 'no-reply' },
  { stage: 'quiet-test', terminal: 'heba-siren-2', result: 'horn-open' },
  { stage: 'restarted', clean: false, boot: 'b-2' },
  { stage: 'noted', code: 'uplink-silent', detail: 'x' },
];

describe('the AsyncAPI document', () => {
  it('is the one the schemas make', () => {
    expect(file).toBe(asyncApiText({ envelope: EnvelopeSchema, time: SignedTimeSchema }));
  });

  it('has an example of every message, and each example fits', () => {
    for (const [name, message] of Object.entries(messages)) {
      expect(message.examples.length, name).toBeGreaterThan(0);
      for (const example of message.examples) expectDocumented(example.payload);
    }
    for (const [name, schema] of Object.entries(schemas)) {
      expect(schema.examples?.length, name).toBe(1);
      for (const example of schema.examples ?? []) expect(fits(schema, example)).toBe(true);
    }
  });

  it('has examples whose signatures hold by the test keys', () => {
    const keyOf = (publicKey: string) =>
      createPublicKey({
        key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'base64')]),
        format: 'der',
        type: 'spki',
      });
    const fromCentre = new Set(['order', 'time']);
    const all = Object.entries(messageExamples).flatMap(([name, examples]) =>
      examples.flatMap((example) =>
        signedIn(example as Record<string, unknown>).map((signed) => ({ ...signed, fromCentre: fromCentre.has(name) })),
      ),
    );
    expect(all).toHaveLength(6);
    for (const { text, signature, fromCentre: centre } of all) {
      const key = keyOf(centre ? exampleKeys.centre.publicKey : exampleKeys.box.publicKey);
      expect(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))).toBe(true);
    }
  });

  it('holds every message of a session, both ways, with every stage of a receipt', async () => {
    const bench = makeBench();
    bench.store.newest = everyStage.length;
    bench.store.bodyOf = (number) => everyStage[number - 1]!;
    const uplink = openUplink(bench.options);
    if (!uplink.ok) throw new Error(uplink.failure.code);
    bench.newest().open();
    await settle();
    const fromCentre = ['order', 'time', 'acknowledge', 'ping'].map((name) => messages[name]!.examples[0]!.payload);
    for (const message of fromCentre) bench.newest().say(message);
    bench.newest().say('nonsense');
    uplink.value.sendStatus();
    await settle();
    const sent = bench.newest().sent;
    expect(new Set(sent.map((message) => message.type))).toEqual(
      new Set(['snapshot', 'time-request', 'receipts', 'status', 'problem']),
    );
    for (const message of [...sent, ...fromCentre]) expectDocumented(message);
    expect([bench.orders.length, bench.times.length, bench.store.acked]).toEqual([1, 1, 1]);
    const named = new Set(everyStage.map(receiptTypeOf));
    expect(named).toEqual(new Set(receiptTypes));
  });

  it('describes receipts as core makes them', () => {
    type Mutable<T> = T extends readonly (infer E)[]
      ? Mutable<E>[]
      : T extends object
        ? { -readonly [K in keyof T]: Mutable<T[K]> }
        : T;
    // Both directions are checked by the compiler: a stage that core gains without a schema does not build.
    const toWire = (receipt: Mutable<Receipt>): SignedReceipt['receipt'] => receipt;
    const toCore = (receipt: SignedReceipt['receipt']): Receipt => receipt;
    expect(toCore(toWire({ ...receiptBase, body: { stage: 'received' } }))).toMatchObject({ number: 1 });
    expect(Compile(SignedReceiptSchema).Check({})).toBe(false);
  });
});

const receiptBase = {
  number: 1,
  at: { mono: 1, wall: 1, trust: 'guessed' as const },
  trace: '',
  alert: null,
  broadcast: null,
  status: null,
};
