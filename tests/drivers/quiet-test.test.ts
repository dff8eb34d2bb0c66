import { describe, expect, it } from 'vitest';
import { EmulatedSirens } from './emulated-sirens.ts';

const begin = (sirens: EmulatedSirens, unit: number): void =>
  sirens.drivers.carryOut({ do: 'quiet-test', terminal: `siren-${unit}`, trace: 'q' });
const told = ({ events }: EmulatedSirens): readonly string[] =>
  events.flatMap((event) => (event.kind === 'quiet-tested' ? [`${event.terminal} ${event.result}`] : []));
const start = '1:0600140001';

describe('a quiet test', () => {
  it.each([
    [null, 'good'],
    ['dead-amplifier', 'amplifier-fault'],
    ['horn-open', 'horn-open'],
    ['silent', 'no-reply'],
  ] as const)('of a unit with %s finds %s, and nothing is heard', async (fault, result) => {
    const sirens = new EmulatedSirens();
    if (fault !== null) sirens.fault(1, fault);
    begin(sirens, 1);
    await sirens.clock.advance(10_000);
    expect(told(sirens)).toEqual([`siren-1 ${result}`]);
    expect([1, 2, 3].map((unit) => sirens.heard(unit))).toEqual([[], [], []]);
    expect(sirens.line.sent.every(({ lane }) => lane === 'poll')).toBe(true);
    expect(sirens.sent().filter((frame) => frame === start).length).toBeGreaterThan(0);
  });

  it('does not take the result of an earlier test for its own', async () => {
    const sirens = new EmulatedSirens({ count: 1 });
    begin(sirens, 1);
    await sirens.clock.advance(5_000);
    sirens.fault(1, 'horn-open');
    // The unit takes the order and does not begin: its old "good" stands there still.
    const unit = sirens.line.units.get(1)!;
    const answer = unit.answer.bind(unit);
    unit.answer = (pdu) => (pdu[0] === 6 && pdu[2] === 0x14 ? pdu : answer(pdu));
    begin(sirens, 1);
    await sirens.clock.advance(10_000);
    expect(told(sirens)).toEqual(['siren-1 good', 'siren-1 no-reply']);
  });

  it('is unsupported where the definition has none', async () => {
    const sirens = new EmulatedSirens({ count: 1 });
    sirens.drivers.carryOut({ do: 'quiet-test', terminal: 'nobody', trace: 'q' });
    await sirens.clock.advance(0);
    expect(told(sirens)).toEqual(['nobody unsupported']);
    expect(sirens.sent()).toEqual([]);
  });

  it('is given up when an alarm comes, which waits for nothing but the frame on the wire', async () => {
    const sirens = new EmulatedSirens();
    begin(sirens, 1);
    await sirens.clock.advance(1_010);
    const began = sirens.clock.now();
    sirens.line.sent.length = 0;
    sirens.sound([1, 2, 3], 'low', 3_000);
    await sirens.clock.advance(100);
    const on = sirens.line.sent.find(({ pdu }) => pdu === '060010001e')!;
    expect(on.at - began).toBeLessThanOrEqual(40);
    await sirens.clock.advance(10_000);
    expect(told(sirens)).toEqual([]);
    expect([1, 2, 3].every((unit) => sirens.heard(unit).length > 0)).toBe(true);
    expect(sirens.line.sent.filter(({ at, pdu }) => at > began + 40 && pdu.startsWith('040004'))).toEqual([]);
  });

  it('is taken back by the next one', async () => {
    const sirens = new EmulatedSirens();
    begin(sirens, 1);
    await sirens.clock.advance(500);
    begin(sirens, 2);
    await sirens.clock.advance(5_000);
    expect(told(sirens)).toEqual(['siren-2 good']);
  });
});
