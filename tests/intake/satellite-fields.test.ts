import { createHash, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import type { IntakeContext } from '../../src/intake/envelope.ts';
import type { PinnedKey } from '../../src/intake/keys.ts';
import { readSatelliteOrder } from '../../src/intake/satellite-order.ts';
import {
  centreKey,
  compactBytes,
  contextWith,
  issueRest,
  orderId,
  otherKey,
  publicKeys,
  senderKey,
  site,
  type Compact,
} from './fixture.ts';

const context = contextWith();

const failureOf = (bytes: Uint8Array, given: IntakeContext = context): unknown => {
  const result = readSatelliteOrder(bytes, given);
  return result.ok ? 'accepted' : result.failure;
};

const bodyOf = (more: Partial<Compact>, given: IntakeContext = context): unknown => {
  const result = readSatelliteOrder(compactBytes(more), given);
  return result.ok ? result.value.body : result.failure.code;
};

const issued = (rest: Parameters<typeof issueRest>[0], more: Partial<Compact> = {}): unknown => {
  const body = bodyOf({ ...more, rest: issueRest(rest) });
  return typeof body === 'object' && body !== null && 'alert' in body ? body.alert : body;
};

/** The same order with other bytes in front of its signature, signed anew by the same key. */
const signedAnew = (raw: Uint8Array): Buffer => Buffer.concat([raw, sign(null, raw, centreKey)]);
const rawOf = (more: Partial<Compact> = {}): Buffer => compactBytes(more).subarray(0, -64);

const framing = (detail: string): object => ({ code: 'satellite-framing', params: { detail } });
/** Refused after the signature held: the sender and the order are proven. */
const proven = { sender: 'county-1', order: orderId };
const unproven = { sender: null, order: null };

describe('the fields of a compact order', () => {
  it.each([
    [0, 'unknown', ''],
    [1, 'blue', '蓝色'],
    [2, 'yellow', '黄色'],
    [3, 'orange', '橙色'],
    [4, 'red', '红色'],
  ])('severity %i is %s and is spoken as “%s”', (number, severity, word) => {
    expect(issued({ flags: number << 5 })).toMatchObject({
      severity,
      headline: `地质灾害${word}预警`,
      text: `地质灾害${word}预警，请立即按预案行动。`,
    });
    expect(issued({ flags: number << 5, plan: 0 })).toMatchObject({ headline: `11D02${word}预警` });
  });

  it.each([
    [0, 'now'],
    [1, '2h'],
    [2, '6h'],
    [3, '24h'],
  ])('stage %i is %s', (number, stage) => {
    expect(issued({ flags: (4 << 5) | (number << 3) })).toMatchObject({ stage, severity: 'red', status: 'actual' });
  });

  it.each([
    [0, 'actual', 0x11, ''],
    [1, 'drill', 0x13, '这是演练。'],
    [2, 'test', 0x13, '这是测试。'],
  ])(
    'status %i is %s and leads in the words, its own and those of the sender',
    (number, status, kindAndClass, lead) => {
      const flags = (4 << 5) | (number << 1);
      const made = '地质灾害红色预警，请立即按预案行动。';
      expect(issued({ flags }, { kindAndClass })).toMatchObject({ status, text: `${lead}${made}` });
      expect(issued({ flags, text: '请上山' }, { kindAndClass })).toMatchObject({ status, text: `${lead}请上山` });
    },
  );

  it.each(['county', 'township', 'village', 'box'])('an authority from the key downward is %s', (authority) => {
    const number = 3 + ['county', 'township', 'village', 'box'].indexOf(authority);
    expect(issued({ speaker: number })).toMatchObject({ authority, class: 'emergency', sirenUnlocked: false });
  });

  it.each(['national', 'province', 'city'])('an authority above the key is read as %s and refused', (authority) => {
    const rest = issueRest({ speaker: ['national', 'province', 'city'].indexOf(authority) });
    expect(failureOf(compactBytes({ rest }))).toMatchObject({
      ...{ code: 'order-authority-too-high', params: { authority, key: 'county-1' } },
      ...proven,
    });
  });

  it('a routine notice is of the class routine', () => {
    expect(issued({ speaker: 8 + 3 }, { kindAndClass: 0x12 })).toMatchObject({ class: 'routine' });
  });

  it('plan 2 is the second of the table, and an update is none but an update', () => {
    expect(issued({ plan: 2 })).toMatchObject({ plan: 'flood', headline: '山洪红色预警', voice: 'recorded' });
    expect(bodyOf({ kindAndClass: 0x21 })).toMatchObject({ kind: 'update', alert: { plan: 'debris-flow' } });
    expect(bodyOf({})).toMatchObject({ kind: 'issue' });
  });

  it('a zone is a bit of the map, lowest first, byte after byte', () => {
    const [pattern] = site.zones;
    if (pattern === undefined) throw new Error('a site without zones');
    const zones = Array.from({ length: 20 }, (_, index) => ({ ...pattern, id: `z${index}` }));
    const large: Site = { ...site, zones };
    const table = JSON.stringify([zones.map(({ id }) => id), ['debris-flow', 'flood']]);
    const named = (bits: readonly number[]): unknown => {
      const rest = issueRest({ zones: bits as number[] }, table);
      const result = readSatelliteOrder(compactBytes({ rest }), contextWith(undefined, { site: large }));
      return result.ok && 'alert' in result.value.body ? result.value.body.alert.zones : result;
    };
    expect(named([0b10000001, 0b00000010, 0b1000])).toEqual(['z0', 'z7', 'z9', 'z19']);
    expect(named([0, 0, 1])).toEqual(['z16']);
    expect(named([0, 0, 0b10000])).toMatchObject({
      failure: { code: 'order-zone-unknown', params: { zone: '#20' }, ...proven },
    });
  });

  it('times and counters are as long as their bytes allow', () => {
    const most = { counter: 2 ** 48 - 1, validForMinutes: 10_080, notBeforeS: 2 ** 32 - 1 };
    expect(readSatelliteOrder(compactBytes(most), context)).toMatchObject({
      ok: true,
      value: { counter: 2 ** 48 - 1, validForMs: 604_800_000, notBefore: (1_577_836_800 + 2 ** 32 - 1) * 1000 },
    });
    expect(readSatelliteOrder(compactBytes({ counter: 1, validForMinutes: 1 }), context)).toMatchObject({
      ok: true,
      value: { counter: 1, validForMs: 60_000 },
    });
  });

  it('the hash is that of every byte before the signature', () => {
    const hash = createHash('sha256').update(rawOf()).digest('hex');
    expect(readSatelliteOrder(compactBytes(), context)).toMatchObject({ ok: true, value: { hash, id: orderId } });
  });
});

describe('a compact order that is refused', () => {
  it.each([
    ['no zone', issueRest({ zones: [0] }), framing('no zone')],
    ['no zone at all', issueRest({ zones: [] }), framing('no zone')],
    ['a plan past the table', issueRest({ plan: 3 }), { code: 'satellite-plan-unknown', params: { number: 3 } }],
    ['a zone past the table', issueRest({ zones: [8] }), { code: 'order-zone-unknown', params: { zone: '#3' } }],
    ['a severity that is none', issueRest({ flags: 5 << 5 }), framing('severity, status or authority')],
    ['a status that is none', issueRest({ flags: 0b110 }), framing('severity, status or authority')],
    ['an authority that is none', issueRest({ speaker: 7 }), framing('severity, status or authority')],
    ['bits that mean nothing', issueRest({ speaker: 16 + 3 }), framing('event or class')],
    ['no event', issueRest({ event: '' }), framing('event or class')],
    ['an event of nine letters', issueRest({ event: '11D020000' }), framing('event or class')],
    ['an event that begins in lower case', issueRest({ event: 'd1102' }), framing('event or class')],
    ['an event that ends in lower case', issueRest({ event: '1102d' }), framing('event or class')],
    ['a control character', issueRest({ text: 'a\u0007' }), framing('control character in the text')],
    ['another table', issueRest({}, '[[],[]]'), { code: 'satellite-table-differs' }],
  ])('with %s says so, and names sender and order', (_, rest, failure) => {
    expect(failureOf(compactBytes({ rest }))).toMatchObject({ ...failure, ...proven });
  });

  it('for a text that is no UTF-8, in an alert or in an all-clear', () => {
    const rest = Buffer.concat([issueRest(), Buffer.of(0xff)]);
    expect(failureOf(compactBytes({ rest }))).toMatchObject({ code: 'envelope-not-utf8', ...proven });
    const clear = { kindAndClass: 0x41, alertId: 'a-1', rest: Buffer.of(0xff) };
    expect(failureOf(compactBytes(clear))).toMatchObject({ code: 'envelope-not-utf8', ...proven });
  });

  it('for being cut says that it is too short, wherever it was cut', () => {
    const whole = rawOf();
    // The fixed part ends with the alert id's length at 43.
    for (let end = 43; end < whole.length; end += 1) {
      expect([end, failureOf(signedAnew(whole.subarray(0, end)))]).toMatchObject([
        end,
        { ...framing('too short'), ...proven },
      ]);
    }
  });

  it.each(['', 'a b', 'a'.repeat(65), ' a', 'a\u0001', 'a\u00ff'])('for the alert id %j', (alertId) => {
    const none = Buffer.alloc(0);
    expect(failureOf(compactBytes({ kindAndClass: 0x31, alertId, rest: none }))).toMatchObject({
      ...framing('alert id'),
      ...proven,
    });
    const stop = failureOf(compactBytes({ kindAndClass: 0x54, alertId, rest: none }));
    if (alertId === '') expect(stop).toBe('accepted');
    else expect(stop).toMatchObject(framing('alert id'));
  });

  it('takes an alert id of 64 characters', () => {
    const alertId = 'a'.repeat(64);
    expect(bodyOf({ kindAndClass: 0x31, alertId, rest: Buffer.alloc(0) })).toEqual({ kind: 'cancel', alertId });
    expect(bodyOf({ kindAndClass: 0x54, alertId: '', rest: Buffer.alloc(0) })).toEqual({ kind: 'stop', alertId: null });
  });

  it.each([
    ['a kind of 0', { kindAndClass: 0x01 }, 'kind or class'],
    ['a class of 0', { kindAndClass: 0x10 }, 'kind or class'],
    ['a kind past the list', { kindAndClass: 0x61 }, 'kind or class'],
    ['a class past the list', { kindAndClass: 0x15 }, 'kind or class'],
    ['no counter', { counter: 0 }, 'counter or validity'],
    ['no validity', { validForMinutes: 0 }, 'counter or validity'],
    ['a validity of more than a week', { validForMinutes: 10_081 }, 'counter or validity'],
    ['bytes after a stop', { kindAndClass: 0x54, rest: Buffer.of(0) }, 'bytes after the end'],
    ['bytes after a cancel', { kindAndClass: 0x31, rest: Buffer.of(0) }, 'bytes after the end'],
  ])('for %s says what is wrong', (_, more, detail) => {
    expect(failureOf(compactBytes(more))).toMatchObject({ ...framing(detail), ...proven });
  });

  it('for another box names the mark that it carries', () => {
    const scope = createHash('sha256').update('shiling-02').digest('hex').slice(0, 16);
    expect(failureOf(compactBytes({ box: 'shiling-02' }))).toMatchObject({
      ...{ code: 'order-wrong-box', params: { scope } },
      ...proven,
    });
  });

  it('before its signature was looked at proves neither sender nor order', () => {
    const long = compactBytes({ rest: issueRest({ text: '山'.repeat(19) }) });
    expect(long.length).toBe(210);
    expect(failureOf(long)).toMatchObject({
      ...{ code: 'satellite-too-long', params: { bytes: 210, max: 209 } },
      ...unproven,
    });
    const short = rawOf({ kindAndClass: 0x54, alertId: '', rest: Buffer.alloc(0) });
    expect(signedAnew(short)).toHaveLength(107);
    expect(failureOf(signedAnew(short))).toBe('accepted');
    expect(failureOf(signedAnew(short.subarray(0, -1)))).toMatchObject({ ...framing('no compact order'), ...unproven });
    const otherMark = Buffer.from(rawOf());
    otherMark[0] = 0x90;
    expect(failureOf(signedAnew(otherMark))).toMatchObject({ ...framing('no compact order'), ...unproven });
    const key = '65b60673';
    expect(failureOf(compactBytes({}, otherKey))).toMatchObject({
      ...{ code: 'envelope-signature-wrong', params: { key } },
      ...unproven,
    });
    expect(failureOf(compactBytes(), contextWith([senderKey({ publicKey: publicKeys.other })]))).toMatchObject({
      ...{ code: 'envelope-key-unknown', params: { key } },
      ...unproven,
    });
  });
});

describe('keys whose fingerprints begin alike', () => {
  const keys = [senderKey(), senderKey({ id: 'second', publicKey: publicKeys.other })];
  /** Both are found by the mark of the first: nobody can make such a pair in a test, but four bytes do not exclude it. */
  const alike = (more: (id: string) => Partial<PinnedKey['sender']> = () => ({})): IntakeContext => {
    const given = contextWith(keys);
    const first = given.ring.get('county-1');
    if (first === undefined) throw new Error('the first key is missing');
    const ring = new Map(
      [...given.ring].map(([id, pinned]) => [
        id,
        { ...pinned, sender: { ...pinned.sender, ...more(id) }, fingerprint: first.fingerprint },
      ]),
    );
    return { ...given, ring };
  };

  it('are told apart by whose signature holds', () => {
    expect(readSatelliteOrder(compactBytes(), alike())).toMatchObject({ ok: true, value: { sender: 'county-1' } });
    expect(readSatelliteOrder(compactBytes({}, otherKey), alike())).toMatchObject({
      ok: true,
      value: { sender: 'second' },
    });
  });

  it('do not lend each other their leave: one made for practice signs nothing on a real box', () => {
    const practice = alike((id) => ({ practice: id === 'second' }));
    expect(readSatelliteOrder(compactBytes(), practice)).toMatchObject({ ok: true, value: { sender: 'county-1' } });
    expect(failureOf(compactBytes({}, otherKey), practice)).toMatchObject({
      ...{ code: 'envelope-key-practice', params: { key: 'second' } },
      ...unproven,
    });
  });
});
