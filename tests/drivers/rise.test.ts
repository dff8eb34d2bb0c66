import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../src/core/time.ts';
import { isToBeTold, noTotal, riseOf, totalBefore, type Total } from '../../src/drivers/rise.ts';

const hour = 3_600_000;
const every = 30_000;

/** The rises that are told as readings come every 30 s, over a window of three hours. */
const rises = (values: readonly number[], withinMs = 3 * hour): readonly number[] => {
  let total: Total = noTotal;
  return values.map((value, index) => {
    const told = riseOf(total, { at: index * every, value }, withinMs);
    ({ total } = told);
    return told.rise;
  });
};
const steady = (from: number, count: number, step = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => Math.round((from + index * step) * 10) / 10);

describe('how much a running total has grown', () => {
  it('does not count what fell before the window, however much it is', () => {
    expect(rises(steady(4_711.2, 50)).every((rise) => rise === 0)).toBe(true);
    // Drizzle, a millimetre an hour: never more than what the window holds, and one part of it.
    const drizzle = rises(Array.from({ length: 8_000 }, (_, index) => Math.floor(index / 24) * 0.2));
    expect(Math.max(...drizzle)).toBeGreaterThan(2.9);
    expect(Math.max(...drizzle)).toBeLessThan(3.5 + 0.2);
  });

  it('counts all that fell within it, at once', () => {
    expect(rises([...steady(100, 20), ...steady(100.6, 100, 0.6)]).at(-1)).toBe(60);
  });

  it('is over when the window is', () => {
    const told = rises([...steady(0, 5), ...steady(50, 400)]);
    expect(told[300]).toBe(50);
    // 3 h are 360 readings; the window is known to one part of 240.
    expect(told[400]).toBe(0);
  });

  it('goes on over a gauge that is cleared or runs over in the rain', () => {
    const told = rises([...steady(10, 20), ...steady(30, 20), ...steady(0, 20), ...steady(5, 20)]);
    expect([told[39], told[59], told[79]]).toEqual([20, 20, 25]);
  });

  /** What five readings tell behind a silence in which 60 mm fell. */
  const behind = (silentMs: number, withinMs: number): readonly number[] => {
    let total: Total = noTotal;
    const told = [...steady(10, 500), ...steady(70, 5)].map((value, index) => {
      const one = riseOf(total, { at: index * every + (index < 500 ? 0 : silentMs), value }, withinMs);
      ({ total } = one);
      return one.rise;
    });
    return told.slice(500);
  };

  it('does not count what fell while the gauge was silent for long: nobody knows when that was', () => {
    expect(behind(3 * hour, 3 * hour)).toEqual(steady(0, 5));
    expect(behind(3 * hour - every, 3 * hour)).toEqual(steady(60, 5));
    expect(behind(6 * hour - every, 6 * hour)).toEqual(steady(60, 5));
  });

  it('counts what fell between two readings that are further apart than the window', () => {
    expect(behind(2 * hour, hour / 6)).toEqual(steady(60, 5));
    let total: Total = noTotal;
    const told = [0, 0, 0, 60, 120].map((value, index) => {
      const one = riseOf(total, { at: index * hour, value }, hour / 6);
      ({ total } = one);
      return one.rise;
    });
    expect(told.slice(3)).toEqual([60, 120]);
  });

  it('remembers nothing of a single damaged reading, high or low, also of the very first', () => {
    expect(rises([...steady(10, 20), 6_553.5, ...steady(10, 20)]).slice(21)).toEqual(steady(0, 20));
    expect(rises([...steady(10, 20), 0, ...steady(10, 20)]).slice(21)).toEqual(steady(0, 20));
    expect(rises([0, ...steady(10, 20)]).slice(3)).toEqual(steady(0, 18));
    expect(rises([6_553.5, ...steady(10, 20)]).slice(3)).toEqual(steady(0, 18));
  });

  it('remembers a bounded number of readings, and one from before the window', () => {
    let total: Total = noTotal;
    for (let index = 0; index < 5_000; index += 1) {
      ({ total } = riseOf(total, { at: index * 1_000, value: index }, 600_000));
      expect(total.samples.length).toBeLessThanOrEqual(242);
    }
    expect(total.samples[0]?.at).toBeLessThanOrEqual(4_998_000 - 600_000);
    expect(total.samples[1]?.at).toBeGreaterThan(4_998_000 - 600_000);
  });

  it('is never less than what has fallen in the window, and never more than in the window and a part of it', () => {
    const tips = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 3, maxLength: 400 });
    fc.assert(
      fc.property(tips, fc.integer({ min: 600_000, max: 3 * hour }), (fallen, withinMs) => {
        const readings: Reading[] = [];
        let value = 0;
        for (const [index, tip] of fallen.entries()) readings.push({ at: index * every, value: (value += tip) });
        const told = rises(
          readings.map((one) => one.value),
          withinMs,
        );
        for (const [index, { at, value: now }] of readings.entries()) {
          if (index < 2) continue;
          const since = (ms: number): number =>
            now - (readings.find((one) => one.at >= Math.max(every, at - ms))?.value ?? 0);
          expect(told[index]).toBeGreaterThanOrEqual(since(withinMs));
          expect(told[index]).toBeLessThanOrEqual(since(withinMs * (1 + 1 / 240) + 2 * every));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('over a restart', () => {
  /** What is told of readings every 30 s, as the box remembers it. */
  const toldOf = (values: readonly number[], withinMs: number): readonly Reading[] => {
    const told: Reading[] = [];
    for (const [index, value] of values.entries()) {
      const sure = { at: index * every, value };
      if (isToBeTold(told.at(-1) ?? null, sure, withinMs)) told.push(sure);
    }
    return told;
  };
  /** The rises that are told when the box was off for `downMs` behind these readings and has seen those ones since. */
  const risesAfter = (
    before: readonly number[],
    after: readonly number[],
    { downMs = 0, withinMs = 3 * hour, known = true }: { downMs?: number; withinMs?: number; known?: boolean } = {},
  ): readonly number[] => {
    let total = totalBefore(toldOf(before, withinMs), withinMs, known);
    return after.map((value, index) => {
      const told = riseOf(total, { at: (before.length + index) * every + downMs, value }, withinMs);
      ({ total } = told);
      return told.rise;
    });
  };

  it('what fell before it counts, and what fell meanwhile', () => {
    const rain = steady(100, 100, 0.6);
    expect(risesAfter([...steady(100, 300), ...rain], steady(170, 5), { downMs: hour })).toEqual(steady(70, 5));
  });

  it('only what fell before it and falls after it counts where nobody knows how long that was', () => {
    const after = [...steady(170, 5), ...steady(175, 5)];
    const told = risesAfter([...steady(100, 300), ...steady(140, 100)], after, { downMs: hour, known: false });
    // One damaged reading must not stand for a start: the third one bears the first two out.
    expect(told).toEqual([0, 0, 40, 40, 40, 45, 45, 45, 45, 45]);
  });

  it('a gauge that was cleared meanwhile does not hide what fell before', () => {
    const cleared = risesAfter([...steady(100, 300), ...steady(140, 100)], steady(0, 5));
    expect(cleared.slice(2)).toEqual(steady(40, 3));
  });

  it('behind a silence of three hours and more all is counted anew', () => {
    expect(risesAfter([...steady(100, 300), ...steady(140, 100)], steady(200, 5), { downMs: 3 * hour })).toEqual(
      steady(0, 5),
    );
  });

  it('what lies behind a silence in what was told is not counted either, by a window that it is longer than', () => {
    const reads = [100, 220].map((value, index) => ({ at: index * 4 * hour, value }));
    const rise = (withinMs: number) => {
      const at = 4 * hour + every;
      return riseOf(totalBefore(reads, withinMs, true), { at, value: 225 }, withinMs).rise;
    };
    expect([rise(hour), rise(4 * hour - 1), rise(4 * hour)]).toEqual([5, 5, 125]);
  });

  it('a first damaged reading is not believed', () => {
    expect(risesAfter(steady(100, 300), [100, 6_553.5, 100, 100]).slice(2)).toEqual([0, 0]);
    expect(risesAfter(steady(100, 300), [6_553.5, 100, 100, 100]).slice(1)).toEqual([0, 0, 0]);
    expect(risesAfter(steady(100, 300), [0, 100, 100, 100], { known: false })).toEqual([0, 0, 0, 0]);
  });

  it('nothing remembered is a gauge that nobody has looked at', () => {
    expect(totalBefore([], 3 * hour, true)).toEqual(noTotal);
  });

  it('is told every five minutes at most while it grows, once an hour while it stands still', () => {
    const times = (values: readonly number[], withinMs: number) =>
      toldOf(values, withinMs).map(({ at }) => at / 60_000);
    expect(times(steady(0, 21, 0.2), 3 * hour)).toEqual([0, 5, 10]);
    expect(times(steady(5, 241), 3 * hour)).toEqual([0, 60, 120]);
    // A window of three days: every two hours, whether it grows or not.
    expect(times(steady(0, 481, 0.2), 72 * hour)).toEqual([0, 120, 240]);
    expect(times(steady(5, 481), 72 * hour)).toEqual([0, 120, 240]);
    // It is told as soon as it grows again, not an hour later.
    expect(times([...steady(5, 15), ...steady(5.2, 15)], 3 * hour)).toEqual([0, 7.5]);
  });

  it('is never less than what fell in the window, nor more than that and two parts of it, whenever the box restarts', () => {
    const tips = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 900 });
    fc.assert(
      fc.property(
        tips,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.integer({ min: 1, max: 3 }),
        (fallen, part, hours) => {
          const values: number[] = [];
          for (const tip of fallen)
            values.push((values.at(-1) ?? 0) + (fallen.length % 2 === 0 ? tip : Number(tip === 3)));
          const withinMs = hours * hour;
          const cut = Math.max(5, Math.floor(values.length * part));
          const told = risesAfter(values.slice(0, cut), values.slice(cut), { withinMs });
          for (const [index, rise] of told.entries()) {
            const now = (cut + index) * every;
            const since = (ms: number) =>
              (values[cut + index] ?? 0) - (values[Math.max(0, Math.ceil((now - ms) / every))] ?? 0);
            expect(rise).toBeGreaterThanOrEqual(since(withinMs));
            expect(rise).toBeLessThanOrEqual(since(withinMs + 2 * 300_000 + 2 * every));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
