import { expect, test } from 'vitest';
import { mendedForMs, watchMended } from '../../src/box/mended-flushes.ts';
import { failed, type Failure } from '../../src/words/failure.ts';

const watched = () => {
  let now = 5;
  let mend: (failure: Failure) => void = () => undefined;
  const troubles = new Set<string>();
  const look = watchMended({
    journal: { onMended: (listener) => void (mend = listener) },
    troubles,
    now: () => now,
  });
  return {
    look,
    troubles,
    pass: (ms: number): void => void (now += ms),
    mend: (): void => mend(failed('disk-full', { call: 'write', path: '/x' }).failure),
  };
};

test('a flush that was mended is true at once, told at the next look, and no more of it when nothing follows', () => {
  const { look, troubles, mend, pass } = watched();
  expect(look()).toBeNull();
  mend();
  expect([...troubles]).toEqual(['journal-flush-mended']);
  expect(look()).toMatchObject({ code: 'journal-flush-mended', params: { reason: 'disk-full', count: 1 } });
  pass(mendedForMs - 1);
  expect(look()).toBeNull();
  expect(troubles.size).toBe(1);
  pass(1);
  expect(look()).toBeNull();
  expect(troubles.size).toBe(0);
});

test('a disk that does it all the time is told once an hour, with how often: telling may be what fails next', () => {
  const { look, troubles, mend, pass } = watched();
  const told: unknown[] = [];
  for (let minute = 0; minute < 180; minute += 1) {
    mend();
    told.push(look()?.params['count']);
    pass(60_000);
  }
  expect(told.filter((count) => count !== undefined)).toEqual([1, 60, 60]);
  expect(troubles.size).toBe(1);
});
