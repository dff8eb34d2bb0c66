import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealLine, type Switching } from './real-line.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** On the wire: 8 characters there, the unit's 5 ms, 8 characters back, 3.5 of silence. */
const exchangeMs = (8 + 8 + 3.5) * (10_000 / 9600) + 5;

const boot = async (line: RealLine): Promise<void> => {
  line.drivers.carryOut({ do: 'read-outputs' });
  await line.advance(line.boards.size * 40);
  expect(line.events.map(({ kind }) => kind)).toEqual(['outputs']);
  line.events.length = 0;
};

const onWhile = (line: RealLine, since: number): readonly Switching[] =>
  line.switchings().filter(({ at, steps }) => at >= since && steps > 0);

const offs = (line: RealLine, since: number): readonly Switching[] =>
  line.switchings().filter(({ at, steps }) => at >= since && steps === 0);

describe('a stop while 64 sirens are being started one by one', () => {
  it('goes before the starts that wait, and every siren that sounds has its off within a second', async () => {
    const line = new RealLine(range(64));
    await boot(line);
    line.sound(range(64), 60_000);
    await line.advance(600);
    const sounding = [...line.boards].filter(([, board]) => board.on()[0] === true).map(([unit]) => unit);
    expect(sounding.length).toBeGreaterThan(15);
    const stopAt = line.now;
    line.silence(range(64));
    await line.advance(2_500);
    // The one on the wire, and at most one that left between two orders of the same stop.
    expect(onWhile(line, stopAt).length).toBeLessThanOrEqual(1);
    const lastOf = (units: readonly number[]): number =>
      Math.max(...units.map((unit) => offs(line, stopAt).find((off) => off.unit === unit)!.at)) - stopAt;
    const started = [...new Set([...sounding, ...onWhile(line, stopAt).map(({ unit }) => unit)])];
    expect(lastOf(started)).toBeLessThanOrEqual(1_000);
    expect(lastOf(started)).toBeLessThanOrEqual((started.length + 3) * exchangeMs);
    // The others are switched off as well, to be sure: 64 offs of one line take 1.6 s by themselves, and no more than that.
    expect(lastOf(range(64))).toBeLessThanOrEqual(66 * exchangeMs);
    expect([...line.boards.values()].some((board) => board.on()[0])).toBe(false);
  });

  it('calls nobody failed whose start never left', async () => {
    const line = new RealLine(range(64));
    await boot(line);
    line.sound(range(64), 60_000);
    await line.advance(300);
    line.silence(range(64));
    await line.advance(4_000);
    expect(line.findings()).toEqual([]);
    line.drivers.carryOut({ do: 'prove', looks: range(64).map((unit) => ({ terminal: `siren-${unit}`, cue: null })) });
    await line.advance(4_000);
    expect(new Set(line.findings().map(({ sight }) => sight))).toEqual(new Set(['off']));
  });

  it('sounds them all when a newer order comes right behind the stop', async () => {
    const line = new RealLine(range(16));
    await boot(line);
    line.sound(range(16), 60_000);
    await line.advance(100);
    line.silence(range(16));
    await line.advance(5);
    line.sound(range(16), 50_000);
    await line.advance(3_000);
    expect([...line.boards.values()].every((board) => board.on()[0])).toBe(true);
  });
});

interface Order {
  readonly afterMs: number;
  readonly on: boolean;
  readonly units: readonly number[];
}

const order: fc.Arbitrary<Order> = fc.record({
  afterMs: fc.integer({ min: 0, max: 120 }),
  on: fc.boolean(),
  units: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 }),
});

describe('orders to eight sirens in any sequence', () => {
  it('never let an older on leave after an off, and the last order to a siren is what it does', async () => {
    const sequences = fc.tuple(fc.array(order, { minLength: 1, maxLength: 12 }), fc.array(fc.boolean()));
    await fc.assert(
      fc.asyncProperty(sequences, async ([orders, losses]) => {
        const line = new RealLine(range(8));
        let reply = 0;
        line.losesReply = () => losses[reply++] === true;
        const last = new Map<number, number>();
        const silencedAt: { readonly unit: number; readonly at: number; readonly nth: number }[] = [];
        for (const [nth, { afterMs, on, units }] of orders.entries()) {
          await line.advance(afterMs);
          for (const unit of units) last.set(unit, on ? nth : -1);
          // Each order is known by its own length.
          if (on) line.sound(units, (600 + nth) * 100);
          else line.silence(units);
          if (!on) silencedAt.push(...units.map((unit) => ({ unit, at: line.now, nth })));
        }
        await line.advance(6_000);
        for (const { unit, at, nth } of silencedAt) {
          const older = onWhile(line, at + 1e-6).filter((one) => one.unit === unit && one.steps - 600 < nth);
          expect(older).toEqual([]);
        }
        for (const [unit, nth] of last) expect(line.boards.get(unit)!.on()[0]).toBe(nth >= 0);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
