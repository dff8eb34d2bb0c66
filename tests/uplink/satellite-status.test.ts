import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alertMark,
  codeMark,
  decodeReceipt,
  decodeStatus,
  encodeReceipt,
  encodeStatus,
  satelliteStages,
  terminalStates,
  type ReportSender,
} from '../../src/uplink/satellite-status.ts';

const sender = (counter: number, boxId = 'shiling-01'): ReportSender => ({
  boxId,
  macKey: Buffer.from(Array.from({ length: 32 }, (_, index) => 0x41 + index)),
  counter,
});
const alertId = '51082441600000_20260710210000_1';
const five = ['sounded', 'failed', 'unknown', 'ready', 'sounded'] as const;
const statusOf = (counter: number, states: readonly (typeof terminalStates)[number][] = five): Buffer => {
  const encoded = encodeStatus({ alertId, states }, sender(counter));
  if (!encoded.ok) throw new Error(encoded.failure.code);
  return encoded.value;
};
const siteOf = (terminals: number, boxId = 'shiling-01') => ({ ...sender(0, boxId), terminals });
const documented = readFileSync(new URL('../../docs/reference/satellite.md', import.meta.url), 'utf8');
const golden = (name: string): string =>
  new RegExp(`^${name} +([0-9A-F ]+)$`, 'm').exec(documented)?.[1]?.replaceAll(' ', '').toLowerCase() ?? '';

describe('a satellite status', () => {
  it('has the bytes that the document shows', () => {
    expect(statusOf(258).toString('hex')).toBe(golden('status'));
  });

  it('of 64 terminals is 23 bytes and of 247 is 69: one message with the A4 mark, whatever the states', () => {
    fc.assert(
      fc.property(fc.nat({ max: 247 }), fc.constantFrom(...terminalStates), (count, state) => {
        const bytes = statusOf(
          1,
          Array.from({ length: count }, () => state),
        );
        expect(bytes.length).toBe(7 + Math.ceil(count / 4));
        expect(bytes.length + 1).toBeLessThanOrEqual(70);
      }),
    );
    expect([64, 247].map((count) => statusOf(1, Array<'ready'>(count).fill('ready')).length)).toEqual([23, 69]);
    const many = encodeStatus({ alertId, states: Array<'ready'>(248).fill('ready') }, sender(1));
    expect(many).toMatchObject({ ok: false, failure: { code: 'satellite-status-too-many' } });
  });

  it('comes back as it was, with its counter, over gaps', () => {
    const states = fc.array(fc.constantFrom(...terminalStates), { maxLength: 247 });
    fc.assert(
      fc.property(states, fc.nat({ max: 2 ** 40 }), fc.integer({ min: 1, max: 4_000 }), (given, last, gap) => {
        const bytes = statusOf(last + gap, given);
        expect(decodeStatus(bytes, siteOf(given.length), last)).toEqual({
          ok: true,
          value: { counter: last + gap, alertMark: alertMark(alertId), states: given },
        });
      }),
    );
  });

  it('that was seen before, is of another box, or has one bit wrong is refused', () => {
    const bytes = statusOf(258);
    expect(decodeStatus(bytes, siteOf(5), 257).ok).toBe(true);
    expect(decodeStatus(bytes, siteOf(5), 258)).toMatchObject({ ok: false, failure: { code: 'satellite-status-mac' } });
    expect(decodeStatus(bytes, siteOf(5, 'shiling-02'), 257).ok).toBe(false);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const wrong = Buffer.from(bytes);
      wrong[bit >> 3] = wrong[bit >> 3]! ^ (1 << (bit & 7));
      expect(decodeStatus(wrong, siteOf(5), 257).ok).toBe(false);
    }
  });

  it('never claims what it does not know: a terminal without a state is unknown', () => {
    const read = decodeStatus(statusOf(1, []), siteOf(0), 0);
    expect(read).toMatchObject({ ok: true, value: { states: [] } });
    expect(terminalStates[0]).toBe('unknown');
    expect([alertMark(null), alertMark('a') > 0]).toEqual([0, true]);
  });

  it('decoder takes any bytes without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat({ max: 247 }), (bytes, terminals) => {
        expect(decodeStatus(bytes, siteOf(terminals), 0).ok).toBe(false);
        expect(decodeReceipt(bytes, sender(0), 0).ok).toBe(false);
      }),
    );
  });
});

describe('a satellite receipt', () => {
  const ended = {
    order: '0123456789abcdef0123456789abcdef',
    stage: 'ended',
    code: null,
    due: 5,
    sounded: 3,
    failed: 1,
    unknown: 1,
  } as const;

  it('has the bytes that the document shows, 21 of them', () => {
    const bytes = encodeReceipt(ended, sender(259));
    expect(bytes.toString('hex')).toBe(golden('receipt'));
    expect(bytes.length).toBe(21);
  });

  it.each(satelliteStages)('tells the stage %s, counts and the mark of a code', (stage) => {
    const bytes = encodeReceipt({ ...ended, stage, code: 'order-expired', due: 300 }, sender(7));
    expect(decodeReceipt(bytes, sender(0), 6)).toEqual({
      ok: true,
      value: {
        counter: 7,
        receipt: { ...ended, order: '0123456789abcdef', stage, code: codeMark('order-expired'), due: 255 },
      },
    });
  });
});
