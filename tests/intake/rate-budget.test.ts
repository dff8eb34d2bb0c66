import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkBudget, rateBudget } from '../../src/intake/rate-budget.ts';

describe('the budget before any signature', () => {
  it('lets a burst pass at once and then so many a second as it says', () => {
    const admit = rateBudget({ perSecond: 20, burst: 40 });
    const passed = Array.from({ length: 60 }, () => admit(0)).filter((waitMs) => waitMs === 0);
    expect(passed).toHaveLength(40);
    expect(admit(0)).toBe(50);
    expect(admit(49)).toBeGreaterThan(0);
    expect(admit(50)).toBe(0);
  });

  it('never lets more pass than burst and rate allow, however the messages come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 }), { maxLength: 400 }), (gaps) => {
        const admit = rateBudget(linkBudget);
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          if (admit(now) === 0) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(linkBudget.burst + (now * linkBudget.perSecond) / 1000);
      }),
    );
  });

  it('lets a message pass after the wait it was told', () => {
    const admit = rateBudget({ perSecond: 3, burst: 1 });
    expect(admit(10)).toBe(0);
    const waitMs = admit(10);
    expect(admit(10 + waitMs)).toBe(0);
  });

  it('gives nothing back when time seems to run backward', () => {
    const admit = rateBudget({ perSecond: 20, burst: 1 });
    expect(admit(1_000)).toBe(0);
    expect(admit(0)).toBeGreaterThan(0);
    expect(admit(1_049)).toBeGreaterThan(0);
  });
});
