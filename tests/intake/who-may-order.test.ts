import { describe, expect, it } from 'vitest';
import { scopeHoldsSite, zonesInArea, zonesInScope } from '../../src/intake/address.ts';
import { orderFrom, readEnvelope, type IntakeContext } from '../../src/intake/envelope.ts';
import { checkOrder } from '../../src/intake/order-checks.ts';
import type { Authority } from '../../src/core/alert.ts';
import type { OrderBody, OrderClass, SenderKey } from '../../src/core/order.ts';
import type { Site } from '../../src/core/site.ts';
import {
  alertOf,
  contextWith,
  envelopeOf,
  orderId,
  otherKey,
  publicKeys,
  senderKey,
  signedBy,
  site,
} from './fixture.ts';

const [first] = site.zones;
if (first === undefined) throw new Error('a site without zones');
/** A village whose one zone lies in two groups, beside one that lies in one. */
const village: Site = {
  ...site,
  areaCode: '510824100000',
  zones: [
    { ...first, id: 'both', areaCodes: ['510824100201', '510824100202'] },
    { ...first, id: 'one', areaCodes: ['510824100202'] },
    { ...first, id: 'far', areaCodes: ['510824100999'] },
  ],
};

interface Claimed {
  readonly scope?: string;
  readonly class?: OrderClass;
  readonly body?: OrderBody;
}
const judged = (claim: Claimed, sender: Partial<SenderKey> = {}, real = true): unknown => {
  const { scope = site.id, class: orderClass = 'alarm', body = { kind: 'issue', alert: alertOf() } } = claim;
  const result = checkOrder({ scope, class: orderClass, body }, { sender: senderKey(sender), site, real });
  return result.ok ? 'may' : result.failure;
};
const refused = (code: string, params: object, field: string): object => ({ code, params, at: { field } });

describe('the class of an order', () => {
  const audio = { sha256: 'ab'.repeat(32), bytes: 1, format: 'wav', durationMs: 1 } as const;
  const bodies: readonly (readonly [OrderBody, readonly OrderClass[]])[] = [
    [{ kind: 'issue', alert: alertOf() }, ['alarm']],
    [{ kind: 'update', alert: alertOf({ class: 'routine' }) }, ['routine']],
    [{ kind: 'cancel', alertId: 'a' }, ['alarm', 'routine', 'drill']],
    [{ kind: 'all-clear', alertId: 'a', text: '' }, ['alarm', 'routine', 'drill']],
    [{ kind: 'correction', alertId: 'a', text: '' }, ['alarm', 'routine', 'drill']],
    [{ kind: 'store-audio', audio }, ['alarm', 'routine', 'drill']],
    [{ kind: 'stop', alertId: 'a' }, ['stop']],
    [{ kind: 'set-keys', keys: [senderKey({ scope: '' })] }, ['keys']],
  ];
  it.each(bodies.map(([body, fits]) => [body.kind, body, fits] as const))('%s has its own', (_, body, fits) => {
    for (const orderClass of ['alarm', 'routine', 'drill', 'stop', 'keys'] as const) {
      const expected = fits.includes(orderClass) ? 'may' : refused('order-class-unfit', { class: orderClass }, 'class');
      expect([orderClass, judged({ class: orderClass, body }, { scope: '' })]).toMatchObject([orderClass, expected]);
    }
  });

  it('that the key was not given is told with both names', () => {
    expect(judged({}, { classes: ['drill'] })).toMatchObject(
      refused('order-class-not-allowed', { class: 'alarm', key: 'county-1' }, 'class'),
    );
  });
});

describe('the authority of an order', () => {
  const ladder: readonly Authority[] = ['national', 'province', 'city', 'county', 'township', 'village', 'box'];
  it.each(ladder.map((authority, at) => [authority, at] as const))('of a key of the %s reaches downward', (own, at) => {
    const said = ladder.map((authority) =>
      judged({ body: { kind: 'issue', alert: alertOf({ authority }) } }, { authority: own }),
    );
    expect(said.map((one) => one === 'may')).toEqual(ladder.map((_, below) => below >= at));
    for (const one of said.slice(0, at)) expect(one).toMatchObject({ code: 'order-authority-too-high' });
  });
});

describe('the scope of an order', () => {
  it('must hold this box, and lie within that of the key', () => {
    expect(judged({ scope: 'shiling-02' })).toMatchObject(refused('order-wrong-box', { scope: 'shiling-02' }, 'scope'));
    expect(judged({ scope: '510825' })).toMatchObject(refused('order-wrong-box', { scope: '510825' }, 'scope'));
    expect(judged({ scope: '5108' })).toMatchObject(
      refused('order-scope-too-wide', { scope: '5108', key: 'county-1' }, 'scope'),
    );
    expect(judged({}, { scope: '510825' })).toMatchObject(
      refused('order-scope-too-wide', { scope: site.id, key: 'county-1' }, 'scope'),
    );
    expect(judged({ scope: '510824' })).toBe('may');
  });

  it('of a part of the site stops one alert there, but neither everything nor the keys', () => {
    const scope = '510824100201';
    const wrong = refused('order-wrong-box', { scope }, 'scope');
    expect(judged({ scope, class: 'stop', body: { kind: 'stop', alertId: 'a' } })).toBe('may');
    expect(judged({ scope, class: 'stop', body: { kind: 'stop', alertId: null } })).toMatchObject(wrong);
    const keys = [senderKey({ scope: '' })];
    expect(judged({ scope, class: 'keys', body: { kind: 'set-keys', keys } })).toMatchObject(wrong);
    expect(judged({ scope, class: 'alarm', body: { kind: 'cancel', alertId: 'a' } })).toBe('may');
    for (const whole of [site.id, '510824100', '510824']) {
      expect(judged({ scope: whole, class: 'stop', body: { kind: 'stop', alertId: null } })).toBe('may');
      expect(judged({ scope: whole, class: 'keys', body: { kind: 'set-keys', keys } })).toBe('may');
    }
  });

  it('chooses the zones of issue and update alike', () => {
    const alert = alertOf({ zones: ['510824100'] });
    for (const kind of ['issue', 'update'] as const) {
      const claim = {
        scope: '510824100202',
        class: 'alarm',
        body: { kind, alert: alertOf({ zones: ['lower'] }) },
      } as const;
      expect(checkOrder(claim, { sender: senderKey(), site, real: true })).toMatchObject({
        ok: true,
        value: { kind, alert: { zones: ['lower'] } },
      });
      const wide = { ...claim, body: { kind, alert } } as const;
      expect(checkOrder(wide, { sender: senderKey(), site, real: true })).toMatchObject({
        ok: false,
        failure: refused('order-zone-out-of-scope', { zone: 'upper' }, 'body.alert.zones[0]'),
      });
      expect(checkOrder({ ...wide, scope: site.id }, { sender: senderKey(), site, real: true })).toMatchObject({
        ok: true,
        value: { alert: { zones: ['upper', 'lower', 'river'] } },
      });
    }
  });

  it('that holds only some zones holds those with one code in it, whichever of their codes', () => {
    expect(zonesInArea(village, '510824100201').map(({ id }) => id)).toEqual(['both']);
    expect(zonesInArea(village, '510824100202').map(({ id }) => id)).toEqual(['both', 'one']);
    expect(zonesInArea(village, '510824100').map(({ id }) => id)).toEqual(['both', 'one', 'far']);
    expect(
      zonesInArea({ ...village, zones: village.zones.map((zone) => ({ ...zone, areaCodes: [] })) }, '510824'),
    ).toHaveLength(3);
    expect(zonesInArea(village, '510824100203')).toEqual([]);
    expect(zonesInScope(village, '510824100202').map(({ id }) => id)).toEqual(['both', 'one']);
    expect(zonesInScope(village, '202')).toEqual([]);
  });

  it('holds the site by its id, or by an area around it', () => {
    const holds = (scope: string): boolean => scopeHoldsSite(village, scope);
    expect([site.id, '51', '510824', '510824100', '510824100000'].map(holds)).toEqual(Array(5).fill(true));
    expect(['', 'shiling-02', '510825', '510824100201', '5'].map(holds)).toEqual(Array(5).fill(false));
  });

  it('names the zone that is not there', () => {
    const zones = (...named: string[]): unknown =>
      judged({ body: { kind: 'issue', alert: alertOf({ zones: named }) } });
    expect(zones('upper', 'nowhere')).toMatchObject(
      refused('order-zone-unknown', { zone: 'nowhere' }, 'body.alert.zones[1]'),
    );
    expect(zones('510825', '510826')).toMatchObject(
      refused('order-zone-unknown', { zone: '510825 510826' }, 'body.alert.zones'),
    );
  });
});

describe('new keys', () => {
  const judgedKeys = (keys: readonly SenderKey[], real = true): unknown =>
    judged({ class: 'keys', body: { kind: 'set-keys', keys } }, { scope: '' }, real);
  const root = senderKey({ scope: '' });
  const child = senderKey({ id: 'b', publicKey: publicKeys.other, classes: ['alarm'] });

  it('need one that may sign keys for the whole box, and one is enough', () => {
    expect(judgedKeys([root, child])).toBe('may');
    const nobody = refused(
      'order-keys-unusable',
      { detail: 'no key of class keys with the scope of the whole box' },
      'body.keys',
    );
    expect(judgedKeys([child])).toMatchObject(nobody);
    expect(judgedKeys([senderKey(), child])).toMatchObject(nobody);
    expect(
      judgedKeys([senderKey({ scope: '', classes: ['alarm'] }), senderKey({ ...child, classes: ['keys'] })]),
    ).toMatchObject(nobody);
  });

  it('are none for practice on a box with a real line', () => {
    const practice = { ...child, practice: true };
    expect(judgedKeys([root, practice])).toMatchObject(refused('envelope-key-practice', { key: 'b' }, 'body.keys'));
    expect(judgedKeys([root, practice], false)).toBe('may');
  });
});

describe('what is read of an envelope that is refused', () => {
  const orderOf = (content: object, context: IntakeContext = contextWith()): unknown => {
    const result = readEnvelope(signedBy(content), context, 'websocket');
    return result.ok ? 'accepted' : result.failure.order;
  };

  it('is its id only where that is one', () => {
    expect(orderOf(envelopeOf({ counter: 0 }))).toBe(orderId);
    for (const id of [`x${orderId}`, `${orderId}x`, orderId.slice(1), '', 7, null, [orderId]])
      expect(orderOf(envelopeOf({ id }))).toBeNull();
    for (const content of [[], [orderId], { id: orderId.toUpperCase() }]) expect(orderOf(content)).toBeNull();
    expect(readEnvelope(signedBy('"text"'), contextWith(), 'websocket')).toMatchObject({ failure: { order: null } });
    expect(readEnvelope(signedBy('null'), contextWith(), 'websocket')).toMatchObject({ failure: { order: null } });
  });

  it('names both keys where they differ, also one that nobody knows', () => {
    const two = contextWith([senderKey(), senderKey({ id: 'other', publicKey: publicKeys.other })]);
    const failure = (key: string): unknown =>
      readEnvelope(signedBy(envelopeOf({ key }), otherKey, 'other'), two, 'websocket');
    for (const inner of ['county-1', 'nobody'])
      expect(failure(inner)).toMatchObject({
        failure: {
          ...refused('envelope-key-mismatch', { inner, outer: 'other' }, 'key'),
          ...{ sender: 'other', order: orderId },
        },
      });
    const unknown = signedBy(envelopeOf({ key: 'nobody' }), otherKey, 'nobody');
    const { body, ...head } = envelopeOf({ key: 'nobody' });
    const envelope = { head, body } as Parameters<typeof orderFrom>[0];
    expect(orderFrom(envelope, unknown, { context: two, via: 'websocket' })).toMatchObject({
      failure: { code: 'envelope-key-mismatch', params: { inner: 'nobody', outer: 'nobody' } },
    });
  });
});
