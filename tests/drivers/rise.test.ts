import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTotal, riseOf, type Reading, type Total } from '../../src/drivers/rise.ts';

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
