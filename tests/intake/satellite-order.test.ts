import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSatelliteOrder } from '../../src/intake/satellite-order.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import {
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
import { runs } from '../support/runs.ts';

const context = contextWith();
const codeOf = (bytes: Uint8Array, given = context): string => {
  const result = readSatelliteOrder(bytes, given);
  return result.ok ? 'accepted' : result.failure.code;
};
const code = (more: Partial<Compact>): string => codeOf(compactBytes(more));
const alertOf = (more: Partial<Compact>): unknown => {
  const result = readSatelliteOrder(compactBytes(more), context);
  return result.ok && 'alert' in result.value.body ? result.value.body.alert : result;
};

/** The golden bytes stand in the document; white space there is for people. */
const documented = readFileSync(new URL('../../docs/reference/satellite.md', import.meta.url), 'utf8');
const goldenOf = (first: string): Buffer => {
  const block = documented.split('```').find((part) => part.startsWith(`text\n${first}`)) ?? '';
  return Buffer.from(block.replace(/^text/, '').replace(/\s/g, ''), 'hex');
};

describe('a compact order', () => {
  it('has the bytes that the document shows', () => {
    expect(compactBytes().toString('hex')).toBe(goldenOf('91 11').toString('hex'));
    const stop = compactBytes({ kindAndClass: 0x54, alertId: '', rest: Buffer.alloc(0) });
    expect(stop.toString('hex')).toBe(goldenOf('91 54').toString('hex'));
    expect([goldenOf('91 11').length, stop.length]).toEqual([153, 107]);
  });

  it('becomes an order that came by satellite, its words made of plan and severity', () => {
    expect(readSatelliteOrder(goldenOf('91 11'), context)).toMatchObject({
      ok: true,
      value: {
        id: orderId,
        sender: 'county-1',
        counter: 7,
        class: 'alarm',
        notBefore: Date.UTC(2026, 6, 10, 13),
        validForMs: 3_600_000,
        via: 'satellite',
        body: {
          kind: 'issue',
          alert: {
            id: '51082441600000_20260710210000_1',
            status: 'actual',
            severity: 'red',
            stage: 'now',
            authority: 'county',
            event: '11D02',
            zones: ['upper'],
            plan: 'debris-flow',
            text: '地质灾害红色预警，请立即按预案行动。',
          },
        },
      },
    });
  });

  it('carries every severity, stage, status, zone and its own text', () => {
    const rest = issueRest({ flags: 0b011_10_01_1, speaker: 8 + 4, plan: 0, zones: [0b110], text: '请上山' });
    expect(alertOf({ kindAndClass: 0x13, rest })).toMatchObject({
      severity: 'orange',
      stage: '6h',
      status: 'drill',
      sirenUnlocked: true,
      class: 'routine',
      authority: 'township',
      plan: null,
      zones: ['lower', 'river'],
      text: '这是演练。请上山',
    });
  });

  it.each([
    ['cancel', 0x31, Buffer.alloc(0), { kind: 'cancel', alertId: 'a-1' }],
    ['all-clear', 0x41, Buffer.alloc(0), { kind: 'all-clear', alertId: 'a-1', text: '预警解除。' }],
    ['all-clear with words', 0x41, Buffer.from('可以回家'), { kind: 'all-clear', alertId: 'a-1', text: '可以回家' }],
    ['stop of one', 0x54, Buffer.alloc(0), { kind: 'stop', alertId: 'a-1' }],
  ])('can be a %s', (_, kindAndClass, rest, body) => {
    const result = readSatelliteOrder(compactBytes({ kindAndClass, alertId: 'a-1', rest }), context);
    expect(result).toMatchObject({ ok: true, value: { body } });
  });

  it('fits one message to the last byte with 247 zones, an alert id of 48 and three spoken characters', () => {
    const zones = Array.from({ length: 247 }, (_, index) => ({ ...site.zones[0]!, id: `z-${index}` }));
    const large = { ...site, zones };
    const table = JSON.stringify([zones.map((zone) => zone.id), ['debris-flow', 'flood']]);
    const rest = issueRest({ zones: Array<number>(31).fill(0xff).with(30, 0x7f), text: '上山上' }, table);
    const bytes = compactBytes({ alertId: 'a'.repeat(48), rest });
    expect(bytes.length).toBe(209);
    const result = readSatelliteOrder(bytes, contextWith(undefined, { site: large }));
    expect(result).toMatchObject({ ok: true });
  });
});

describe('a compact order that is not right', () => {
  it('is refused for any byte that is another, and cut at any byte', () => {
    const good = compactBytes();
    for (let at = 0; at < good.length; at += 1) {
      const bytes = Buffer.from(good);
      bytes[at] = bytes[at]! ^ 0x10;
      expect(codeOf(bytes)).toMatch(/^(envelope-signature-wrong|envelope-key-unknown|satellite-framing)$/);
      expect(codeOf(good.subarray(0, at))).not.toBe('accepted');
    }
  });

  it('gets a code of the table and never an exception, signed or not', () => {
    const rest = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
    const signed = fc
      .record({ kindAndClass: fc.nat({ max: 255 }), alertId: fc.constantFrom('', 'a-1', 'b\u0001'), rest })
      .map((more) => compactBytes(more));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 260 }), signed), (bytes) => {
        const result = readSatelliteOrder(bytes, context);
        if (!result.ok) expect(errorCodes).toHaveProperty([result.failure.code]);
      }),
      runs(500),
    );
  });

  it('is refused when it is for another box, of a stranger, or of a practice key', () => {
    expect(code({ box: 'shiling-02' })).toBe('order-wrong-box');
    expect(codeOf(compactBytes({}, otherKey))).toBe('envelope-signature-wrong');
    expect(codeOf(compactBytes({}, otherKey, publicKeys.other))).toBe('envelope-key-unknown');
    expect(codeOf(compactBytes(), contextWith([senderKey({ practice: true })]))).toBe('envelope-key-practice');
  });

  it('is judged by the checks of an envelope: class, authority, scope of the key', () => {
    expect(code({ kindAndClass: 0x12 })).toBe('order-class-unfit');
    expect(code({ rest: issueRest({ speaker: 1 }) })).toBe('order-authority-too-high');
    expect(codeOf(compactBytes(), contextWith([senderKey({ classes: ['stop'] })]))).toBe('order-class-not-allowed');
    expect(codeOf(compactBytes(), contextWith([senderKey({ scope: '510825' })]))).toBe('order-scope-too-wide');
  });

  it.each([
    ['another table of zones and plans', { rest: issueRest({}, '[["upper"],["flood"]]') }, 'satellite-table-differs'],
    ['a plan past the table', { rest: issueRest({ plan: 3 }) }, 'satellite-plan-unknown'],
    ['a zone past the table', { rest: issueRest({ zones: [0b1000] }) }, 'order-zone-unknown'],
    ['no zone', { rest: issueRest({ zones: [0] }) }, 'satellite-framing'],
    ['a severity that is none', { rest: issueRest({ flags: 0b101_00_00_0 }) }, 'satellite-framing'],
    ['a status that is none', { rest: issueRest({ flags: 0b100_00_11_0 }) }, 'satellite-framing'],
    ['an event in lower case', { rest: issueRest({ event: '11d02' }) }, 'satellite-framing'],
    ['a control character', { rest: issueRest({ text: '\u0007' }) }, 'satellite-framing'],
    ['half an alert', { rest: issueRest().subarray(0, 6) }, 'satellite-framing'],
    ['bytes after a cancel', { kindAndClass: 0x31, rest: Buffer.from('x') }, 'satellite-framing'],
    ['a kind that is none', { kindAndClass: 0x61 }, 'satellite-framing'],
    ['a class that is none', { kindAndClass: 0x15 }, 'satellite-framing'],
    ['no counter', { counter: 0 }, 'satellite-framing'],
    ['no validity', { validForMinutes: 0 }, 'satellite-framing'],
    ['8 days of validity', { validForMinutes: 11_520 }, 'satellite-framing'],
    ['more than 209 bytes', { rest: issueRest({ text: '山'.repeat(20) }) }, 'satellite-too-long'],
  ])('is refused with %s', (_, more, expected) => {
    expect(code(more)).toBe(expected);
  });
});
