import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyHabit } from '../../src/bus/reply-habit.ts';

/** One exchange whose reply is there `trueMs` after its request: looks at the guess, then every 0.12 ms. */
const exchange = (habit: ReplyHabit, trueMs: number): { readonly lateMs: number; readonly looks: number } => {
  let at = habit.usualMs;
  let missed: number | null = null;
  let looks = 1;
  while (at < trueMs) {
    missed = at;
    at += 0.12;
    looks += 1;
  }
  habit.learn(at, missed);
  return { lateMs: at - trueMs, looks };
};

const after = (count: number, trueMs: (n: number) => number): { readonly lateMs: number; readonly looks: number } => {
  const habit = new ReplyHabit(0, { usualMs: 3.6, lowMs: 0 });
  for (let n = 0; n < count; n += 1) exchange(habit, trueMs(n));
  const last = Array.from({ length: 20 }, (_, n) => exchange(habit, trueMs(count + n)));
  const sum = (of: (one: (typeof last)[number]) => number): number => last.reduce((total, one) => total + of(one), 0);
  return { lateMs: sum(({ lateMs }) => lateMs) / 20, looks: sum(({ looks }) => looks) / 20 };
};

describe('the habit of a unit', () => {
  it.each([0.5, 2.6, 7.7, 40])('of %d ms is known after 20 replies: looks come soon after it, and few', (trueMs) => {
    const { lateMs, looks } = after(20, () => trueMs);
    expect(lateMs).toBeLessThan(0.08);
    expect(looks).toBeLessThan(1.4);
  });

  it('is found again within 40 replies when the unit becomes faster, and within 10 when it becomes slower', () => {
    expect(after(60, (n) => (n < 20 ? 20 : 4)).lateMs).toBeLessThan(0.1);
    expect(after(30, (n) => (n < 20 ? 4 : 20)).looks).toBeLessThan(3);
  });

  it('is taken over by the next unit, which looks in vain no more often than once in sixteen replies', () => {
    const first = new ReplyHabit(2.6);
    for (let n = 0; n < 20; n += 1) exchange(first, 10);
    const next = new ReplyHabit(2.6, first);
    const looks = Array.from({ length: 16 }, () => exchange(next, 10).looks);
    expect(looks).toEqual(looks.map(() => 1));
  });

  it('of a unit as quick as can be is left alone once it is known', () => {
    const habit = new ReplyHabit(1.45);
    const looks = Array.from({ length: 200 }, () => exchange(habit, 1.5).looks);
    expect(looks.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(201);
  });

  it('is not spoilt by one late turn of the program', () => {
    const habit = new ReplyHabit(0, { usualMs: 3.6, lowMs: 0 });
    for (let n = 0; n < 30; n += 1) exchange(habit, 3);
    habit.learn(40, 3.1);
    expect(habit.usualMs).toBeLessThan(3.3);
    habit.learn(40, null);
    expect(habit.usualMs).toBeLessThan(3.3);
  });

  it('is never negative and never beyond what was seen', () => {
    const time = fc.double({ min: -5, max: 500, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, fc.option(time)), { minLength: 1, maxLength: 60 }), (looks) => {
        const habit = new ReplyHabit(0, { usualMs: 3.6, lowMs: 0 });
        for (const [found, missed] of looks) {
          habit.learn(Math.max(found, missed ?? found), missed);
          expect(habit.usualMs).toBeGreaterThanOrEqual(0);
          expect(habit.usualMs).toBeLessThanOrEqual(500);
        }
      }),
      { numRuns: 500 },
    );
  });
});
