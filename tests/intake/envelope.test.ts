import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/core/order.ts';
import { readEnvelope, refusalEvent, type Refusal } from '../../src/intake/envelope.ts';
import { envelopeMaxBytes } from '../../src/intake/envelope-schema.ts';
import type { SignedBytes } from '../../src/intake/verify.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import type { Result } from '../../src/words/failure.ts';
import { exampleKeys, messageExamples } from '../../src/uplink/examples.ts';
import { runs } from '../support/runs.ts';
import { alertOf, contextWith, envelopeOf, orderId, otherKey, publicKeys, senderKey, signedBy } from './fixture.ts';

const context = contextWith();
const read = (signed: SignedBytes, given = context): Result<Order, Refusal> => readEnvelope(signed, given, 'websocket');
const refusalOf = (result: Result<Order, Refusal>): [string, string | undefined] =>
  result.ok ? ['accepted', undefined] : [result.failure.code, result.failure.at?.field];
const refusal = (envelope: unknown, given = context): [string, string | undefined] =>
  refusalOf(read(signedBy(envelope), given));
const issue = (alert: object, more: object = {}): object =>
  envelopeOf({ body: { kind: 'issue', alert: { ...alertOf(), ...alert } }, ...more });

describe('a signed envelope', () => {
  it('becomes an order with the sender, the class and the zones of this site', () => {
    const result = read(signedBy(envelopeOf()));
    expect(result).toMatchObject({
      ok: true,
      value: {
        id: orderId,
        sender: 'county-1',
        authority: 'county',
        counter: 1,
        validForMs: 3_600_000,
        via: 'websocket',
        body: { kind: 'issue', alert: alertOf() },
      },
    });
  });

  it('of the documents is accepted byte for byte, with the hash that is printed there', () => {
    const [message] = messageExamples['order'] as [{ key: string; signature: string; envelope: string }];
    const practice = contextWith([senderKey({ publicKey: exampleKeys.centre.publicKey })]);
    const result = read(
      { raw: Buffer.from(message.envelope), key: message.key, signature: Buffer.from(message.signature, 'base64') },
      practice,
    );
    expect(Buffer.byteLength(message.envelope)).toBe(543);
    expect(result).toMatchObject({
      ok: true,
      value: { hash: 'a5f0137d0176bbc8bea1f80f56e87e4114f5fa9762cd9032b600f42d5eb4fbc3' },
    });
  });

  it('may have any spacing and order of keys, because only the bytes count', () => {
    const shuffled = Object.fromEntries(Object.entries(envelopeOf()).reverse());
    expect(read(signedBy(JSON.stringify(shuffled, null, 2)))).toMatchObject({ ok: true });
  });

  it.each([
    ['cancel', 'alarm', { kind: 'cancel', alertId: 'a-1' }],
    ['all-clear', 'drill', { kind: 'all-clear', alertId: 'a-1', text: '解除' }],
    ['correction', 'routine', { kind: 'correction', alertId: 'a-1', text: '更正' }],
    ['stop of one', 'stop', { kind: 'stop', alertId: 'a-1' }],
    ['stop of all', 'stop', { kind: 'stop', alertId: null }],
  ])('can be a %s', (_, orderClass, body) => {
    expect(read(signedBy(envelopeOf({ class: orderClass, body })))).toMatchObject({ ok: true, value: { body } });
  });
});

describe('forged and broken bytes', () => {
  const good = signedBy(envelopeOf());

  it('are refused when any single byte of the envelope is another', { timeout: 60_000 }, () => {
    for (let at = 0; at < good.raw.length; at += 1) {
      const raw = Buffer.from(good.raw);
      raw[at] = (raw[at]! + 1) & 255;
      expect(refusalOf(read({ ...good, raw }))[0]).toBe('envelope-signature-wrong');
    }
  });

  it('are refused when any bit of the signature is another', () => {
    for (let bit = 0; bit < 512; bit += 1) {
      const signature = Buffer.from(good.signature);
      signature[bit >> 3] = signature[bit >> 3]! ^ (1 << (bit & 7));
      expect(refusalOf(read({ ...good, signature }))[0]).toBe('envelope-signature-wrong');
    }
  });

  it('are refused when cut at any byte, signed anew or not', { timeout: 60_000 }, () => {
    for (let end = 0; end < good.raw.length; end += 1) {
      const raw = Buffer.from(good.raw.subarray(0, end));
      expect(refusalOf(read({ ...good, raw }))[0]).toBe('envelope-signature-wrong');
      if (end % 3 === 0) expect(refusalOf(read(signedBy(raw)))[0]).toMatch(/^envelope-not-(json|utf8)$/);
    }
  });

  it('get a code of the table and never an exception, whatever they are', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 80 }), fc.string(), (raw, signature, key) => {
        const result = read({ raw, key, signature });
        expect(result.ok).toBe(false);
        if (!result.ok) expect(errorCodes).toHaveProperty([result.failure.code]);
      }),
      runs(500),
    );
  });

  it('get a code of the table also when a known key signed nonsense', () => {
    const nonsense = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(nonsense, (raw) => {
        const result = read(signedBy(Buffer.from(raw)));
        expect(result.ok).toBe(false);
        if (!result.ok) expect(errorCodes).toHaveProperty([result.failure.code]);
      }),
      runs(500),
    );
  });

  it('get a code when one value of a good envelope is replaced by anything', () => {
    const leaves = ['v', 'key', 'scope', 'counter', 'notBefore', 'validForS', 'class', 'id', 'body'];
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.jsonValue(), (name, value) => {
        const result = read(signedBy(envelopeOf({ [name]: value })));
        if (!result.ok) expect(errorCodes).toHaveProperty([result.failure.code]);
        else expect(result.value.counter).toBeGreaterThan(0);
      }),
      runs(500),
    );
  });

  it('are looked at for length first', () => {
    const raw = Buffer.alloc(envelopeMaxBytes + 1, 0x20);
    expect(refusalOf(read({ raw, key: 'nobody', signature: Buffer.alloc(0) }))[0]).toBe('envelope-too-long');
    const text = JSON.stringify(envelopeOf());
    const padded = text + ' '.repeat(envelopeMaxBytes - Buffer.byteLength(text));
    expect(read(signedBy(padded)).ok).toBe(true);
  });

  it('are refused by the frame when the signature has another length', () => {
    expect(refusalOf(read({ ...good, signature: good.signature.subarray(1) }))).toEqual([
      'envelope-framing',
      'signature',
    ]);
  });

  it('are refused when another pinned key signed, and when the key inside is another one', () => {
    const two = contextWith([senderKey(), senderKey({ id: 'other', publicKey: publicKeys.other })]);
    expect(refusalOf(read(signedBy(envelopeOf(), otherKey), two))[0]).toBe('envelope-signature-wrong');
    expect(refusalOf(read(signedBy(envelopeOf(), otherKey, 'other'), two))).toEqual(['envelope-key-mismatch', 'key']);
    expect(refusalOf(read(signedBy(envelopeOf(), otherKey, 'nobody'), two))).toEqual(['envelope-key-unknown', 'key']);
  });
});

describe('a key', () => {
  it('made for practice is refused by a box with a real line, and taken by one without', () => {
    const keys = [senderKey({ practice: true })];
    expect(refusal(envelopeOf(), contextWith(keys))[0]).toBe('envelope-key-practice');
    expect(refusal(envelopeOf(), contextWith(keys, { real: false }))[0]).toBe('accepted');
  });

  it('signs only the classes it was given', () => {
    const drillOnly = contextWith([senderKey({ classes: ['drill'] })]);
    expect(refusal(envelopeOf(), drillOnly)).toEqual(['order-class-not-allowed', 'class']);
    expect(refusal(issue({ status: 'drill' }, { class: 'drill' }), drillOnly)[0]).toBe('accepted');
  });

  it('never speaks for an authority above its own', () => {
    expect(refusal(issue({ authority: 'province' }))).toEqual(['order-authority-too-high', 'body.alert.authority']);
    expect(refusal(issue({ authority: 'village' }))[0]).toBe('accepted');
  });
});

describe('the class of an order', () => {
  it.each([
    ['an actual emergency', { status: 'actual', class: 'emergency' }, 'alarm'],
    ['an actual routine', { status: 'actual', class: 'routine' }, 'routine'],
    ['a drill of an emergency', { status: 'drill', class: 'emergency' }, 'drill'],
    ['a test of a routine', { status: 'test', class: 'routine' }, 'drill'],
  ])('fits %s in one way only', (_, alert, right) => {
    for (const orderClass of ['alarm', 'routine', 'drill', 'stop', 'keys']) {
      const expected = orderClass === right ? ['accepted', undefined] : ['order-class-unfit', 'class'];
      expect(refusal(issue(alert, { class: orderClass }))).toEqual(expected);
    }
  });

  it('of a stop is stop, and a drill alone may unlock the siren', () => {
    const stop = { kind: 'stop', alertId: null };
    expect(refusal(envelopeOf({ class: 'alarm', body: stop }))).toEqual(['order-class-unfit', 'class']);
    expect(refusal(issue({ sirenUnlocked: true }))).toEqual(['order-unlock-not-drill', 'body.alert.sirenUnlocked']);
    expect(refusal(issue({ sirenUnlocked: true, status: 'drill' }, { class: 'drill' }))[0]).toBe('accepted');
  });
});

describe('the fields of an envelope', () => {
  it.each([
    ['an unknown field', envelopeOf({ extra: 1 }), 'envelope-unknown-field', 'extra'],
    ['a missing field', { ...envelopeOf(), id: undefined }, 'envelope-missing-field', 'id'],
    ['another version', envelopeOf({ v: 2 }), 'envelope-wrong-value', 'v'],
    ['a counter of 0', envelopeOf({ counter: 0 }), 'envelope-wrong-value', 'counter'],
    ['a counter past 2^53', envelopeOf({ counter: 2 ** 53 }), 'envelope-wrong-value', 'counter'],
    ['a counter with a fraction', envelopeOf({ counter: 1.5 }), 'envelope-wrong-value', 'counter'],
    ['an id in upper case', envelopeOf({ id: orderId.toUpperCase() }), 'envelope-wrong-value', 'id'],
    ['a validity of 8 days', envelopeOf({ validForS: 691_200 }), 'envelope-wrong-value', 'validForS'],
    ['a body of no kind', envelopeOf({ body: { kind: 'sing' } }), 'envelope-wrong-value', 'body.kind'],
    [
      'a body with more in it',
      envelopeOf({ body: { kind: 'stop', alertId: null, x: 1 } }),
      'envelope-unknown-field',
      'body.x',
    ],
    ['an alert without text', issue({ text: undefined }), 'envelope-missing-field', 'body.alert.text'],
    ['a control character', issue({ headline: 'a\u0007b' }), 'envelope-wrong-value', 'body.alert.headline'],
    ['a mark that turns writing', issue({ text: '\u202eabc' }), 'envelope-wrong-value', 'body.alert.text'],
    ['a text of 2001', issue({ text: '话'.repeat(2001) }), 'envelope-wrong-value', 'body.alert.text'],
    ['no zone', issue({ zones: [] }), 'envelope-wrong-value', 'body.alert.zones'],
    ['a zone that is no text', issue({ zones: ['upper', 7] }), 'envelope-wrong-value', 'body.alert.zones[1]'],
  ])('are closed: %s is refused with its place', (_, envelope, code, field) => {
    expect(refusal(envelope)).toEqual([code, field]);
  });

  it('named __proto__ pollute nothing', () => {
    const text = JSON.stringify(envelopeOf()).replace('{', '{"__proto__":{"real":false},');
    expect(refusalOf(read(signedBy(text)))[0]).toBe('envelope-unknown-field');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('a set of new keys', () => {
  const setKeys = (keys: readonly object[]): object => envelopeOf({ class: 'keys', body: { kind: 'set-keys', keys } });
  const root = senderKey({ scope: '' });
  const given = contextWith([root]);

  it('is accepted when one of them may sign keys for the whole box', () => {
    expect(refusal(setKeys([root]), given)[0]).toBe('accepted');
  });

  it('is refused when it would lock everybody out, holds a practice key, or names a key twice', () => {
    expect(refusal(setKeys([{ ...root, classes: ['alarm'] }]), given)).toEqual(['order-keys-unusable', 'body.keys']);
    expect(refusal(setKeys([root, { ...root, id: 'p', practice: true }]), given)[0]).toBe('envelope-key-practice');
    expect(refusal(setKeys([root, root]), given)[0]).toBe('order-keys-unusable');
  });
});

describe('a refusal', () => {
  it('names sender and order only as far as they were proven', () => {
    const forged = read({ ...signedBy(envelopeOf()), signature: Buffer.alloc(64) });
    const malformed = read(signedBy(envelopeOf({ counter: 0 })));
    const unfit = read(signedBy(envelopeOf({ class: 'routine' })));
    const named = [forged, malformed, unfit].map((result) =>
      result.ok ? null : [result.failure.sender, result.failure.order],
    );
    expect(named).toEqual([
      [null, null],
      ['county-1', orderId],
      ['county-1', orderId],
    ]);
  });

  it('becomes an event with code and place for the journal', () => {
    const result = read(signedBy(envelopeOf({ counter: 0 })));
    if (result.ok) throw new Error('accepted');
    expect(refusalEvent(result.failure, 'websocket')).toEqual({
      kind: 'refused',
      code: 'envelope-wrong-value',
      detail: 'counter: the value does not fit (minimum >= 1) [envelope-wrong-value]',
      sender: 'county-1',
      order: orderId,
      via: 'websocket',
    });
  });
});
