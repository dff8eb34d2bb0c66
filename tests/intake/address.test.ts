import { describe, expect, it } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { areaPrefix } from '../../src/core/area.ts';
import { zonesInScope } from '../../src/intake/address.ts';
import { readEnvelope } from '../../src/intake/envelope.ts';
import { alertOf, contextWith, envelopeOf, senderKey, signedBy, site } from './fixture.ts';

const outcome = (
  scope: string,
  { zones = ['upper'], keyScope = '510824', at = site }: { zones?: string[]; keyScope?: string; at?: Site } = {},
): unknown => {
  const body = { kind: 'issue', alert: alertOf({ zones }) };
  const context = contextWith([senderKey({ scope: keyScope })], { site: at });
  const result = readEnvelope(signedBy(envelopeOf({ scope, body })), context, 'websocket');
  if (!result.ok) return `${result.failure.code} ${result.failure.at?.field ?? ''}`;
  return result.value.body.kind === 'issue' ? result.value.body.alert.zones : null;
};

describe('a division code', () => {
  it.each([
    ['510824000000', '510824'],
    ['510824100000', '510824100'],
    ['510824100201', '510824100201'],
    ['510000', '51'],
    ['510800', '5108'],
    ['510824100', '510824100'],
    ['510824000201', '510824000201'],
    ['000000000000', '00'],
    ['', ''],
  ])('%s names the area %s', (code, area) => {
    expect(areaPrefix(code)).toBe(area);
  });
});

describe('the scope of an order', () => {
  it.each(['shiling-01', '510824', '510824100', '510824100000'])('%s holds this box', (scope) => {
    expect(outcome(scope)).toEqual(['upper']);
  });

  it.each(['shiling-02', '510825', '510824101', '51082', '5', 'SHILING-01', '510824100204'])(
    '%s is for another box',
    (scope) => {
      expect(outcome(scope, { keyScope: '' })).toBe('order-wrong-box scope');
    },
  );

  it('wider than that of the key is refused, and a key without scope may address this box in any way', () => {
    expect(outcome('51')).toBe('order-scope-too-wide scope');
    expect(outcome('51', { keyScope: '' })).toEqual(['upper']);
    expect(outcome('shiling-01', { keyScope: '510825' })).toBe('order-scope-too-wide scope');
  });

  it('of one village reaches the zone of that village and no other', () => {
    const village = { keyScope: '510824100201' };
    expect(outcome('510824100201', village)).toEqual(['upper']);
    expect(outcome('510824100201', { ...village, zones: ['lower'] })).toBe(
      'order-zone-out-of-scope body.alert.zones[0]',
    );
    expect(outcome('shiling-01', village)).toBe('order-scope-too-wide scope');
    expect(zonesInScope(site, '510824100201').map((zone) => zone.id)).toEqual(['upper']);
  });

  it('must hold the whole site for a stop of everything', () => {
    const stop = envelopeOf({ class: 'stop', scope: '510824100201', body: { kind: 'stop', alertId: null } });
    const result = readEnvelope(signedBy(stop), contextWith([senderKey({ scope: '' })]), 'websocket');
    expect(result).toMatchObject({ ok: false, failure: { code: 'order-wrong-box' } });
  });
});

describe('the zones of an alert', () => {
  it('may be zone ids or division codes, and come out once, in the order of the site', () => {
    expect(outcome('510824', { zones: ['river', '510824100201', 'upper'] })).toEqual(['upper', 'river']);
    expect(outcome('510824', { zones: ['510824'] })).toEqual(['upper', 'lower', 'river']);
  });

  it('elsewhere are passed over as long as one is here', () => {
    expect(outcome('510824', { zones: ['510824107', '510824100202'] })).toEqual(['lower']);
    expect(outcome('510824', { zones: ['510824107'] })).toBe('order-zone-unknown body.alert.zones');
  });

  it('that are neither zone nor code are refused with their place', () => {
    expect(outcome('510824', { zones: ['upper', 'uper'] })).toBe('order-zone-unknown body.alert.zones[1]');
  });

  it('named like a code are that zone', () => {
    const first = site.zones[0]!;
    const odd: Site = { ...site, zones: [{ ...first, id: '51' }, ...site.zones.slice(1)] };
    expect(outcome('510824', { zones: ['51'], at: odd })).toEqual(['51']);
  });
});
