import { expect, test } from 'vitest';
import { minuteBudget } from '../../src/box/doors.ts';

test('refusals are journaled up to a bound a minute for each sender, the rest only counted', () => {
  const budget = minuteBudget();
  const admitted = (who: string, now: number): number =>
    Array.from({ length: 50 }, () => budget(who, 30, now)).filter(Boolean).length;
  expect([admitted('county', 0), admitted('town', 59_999), admitted('county', 59_999)]).toEqual([30, 30, 0]);
  expect(admitted('county', 60_000)).toBe(30);
});
