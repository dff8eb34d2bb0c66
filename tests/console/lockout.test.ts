import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLockout, lockoutLimits, type Lockout, type Try } from '../../src/console/lockout.ts';

const world = () => {
  let at = 0;
  let kept: string | null = null;
  const open = (): Lockout => createLockout({ now: () => at, load: () => kept, save: (text) => (kept = text) });
  return {
    open,
    pass: (ms: number) => (at += ms),
    at: () => at,
    lose: () => (kept = '{"entries":[7,["x"]],"wrong":9'),
    set: (ms: number) => (at = ms),
  };
};

const stranger: Try = { book: 'network', account: 'li-ming', address: '192.168.8.7' };
const hourMs = 3_600_000;

describe('wrong PINs', () => {
  test('five are free, then 60 s, doubling to one hour', () => {
    const { open, pass } = world();
    const lockout = open();
    const waits: number[] = [];
    for (let wrong = 1; wrong <= 13; wrong += 1) {
      lockout.wrong({ ...stranger, address: `10.0.0.${wrong}` });
      waits.push(lockout.waitMs({ ...stranger, address: 'fresh' }));
      pass(2 * hourMs);
    }
    expect(waits).toEqual([
      0,
      0,
      0,
      0,
      ...[60, 120, 240, 480, 960, 1920, 3600, 3600, 3600].map((seconds) => seconds * 1000),
    ]);
  });

  test('an address is locked for every account, and an account from every address', () => {
    const lockout = world().open();
    for (let wrong = 0; wrong < 5; wrong += 1) lockout.wrong(stranger);
    expect(lockout.waitMs({ ...stranger, account: 'wang-fang' })).toBe(60_000);
    expect(lockout.waitMs({ ...stranger, address: '192.168.8.8' })).toBe(60_000);
    expect(lockout.waitMs({ ...stranger, account: 'wang-fang', address: '192.168.8.8' })).toBe(0);
  });

  test('whoever guesses on the network never locks the screen in the station', () => {
    const { open } = world();
    const lockout = open();
    for (let wrong = 0; wrong < 60; wrong += 1) lockout.wrong({ ...stranger, address: `10.0.0.${wrong}` });
    expect(lockout.waitMs({ book: 'screen', account: 'li-ming', address: '127.0.0.1' })).toBe(0);
  });

  test('a restart forgets nothing, and a file that was torn starts anew instead of failing', () => {
    const { open, pass, set, lose } = world();
    const before = open();
    for (let wrong = 0; wrong < 6; wrong += 1) before.wrong(stranger);
    pass(30_000);
    before.wrong({ ...stranger, account: 'other', address: 'other' });
    set(5);
    expect(open().waitMs(stranger)).toBe(90_000);
    lose();
    expect(open().waitMs(stranger)).toBe(0);
  });

  test('the right PIN clears its account and its address', () => {
    const lockout = world().open();
    for (let wrong = 0; wrong < 4; wrong += 1) lockout.wrong(stranger);
    lockout.right(stranger);
    for (let wrong = 0; wrong < 4; wrong += 1) lockout.wrong(stranger);
    expect(lockout.waitMs(stranger)).toBe(0);
  });

  test('twenty wrong ones are reported once an hour', () => {
    const { open, pass } = world();
    const lockout = open();
    const reports: number[] = [];
    for (let wrong = 1; wrong <= 40; wrong += 1) {
      if (lockout.wrong({ ...stranger, address: `10.0.1.${wrong}` }).report) reports.push(wrong);
      pass(120_000);
    }
    expect(reports).toEqual([20]);
  });

  test('property: a patient guesser from anywhere gets 60 tries in the first hour and 6 in each hour after twenty', () => {
    const move = fc.record({
      account: fc.integer({ min: 0, max: 9 }),
      address: fc.integer({ min: 0, max: 400 }),
      waitMs: fc.integer({ min: 0, max: 120_000 }),
    });
    fc.assert(
      fc.property(fc.array(move, { minLength: 50, maxLength: 400 }), (moves) => {
        const { open, pass, at } = world();
        const lockout = open();
        const tries: number[] = [];
        for (const { account, address, waitMs } of moves) {
          pass(waitMs);
          const one: Try = { book: 'network', account: `a${account}`, address: `10.1.${address}` };
          if (lockout.waitMs(one) > 0) continue;
          lockout.wrong(one);
          tries.push(at());
        }
        const inHourBefore = (end: number, from: number): number =>
          tries.slice(from).filter((time) => time <= end && time > end - hourMs).length;
        for (const [index, time] of tries.entries()) {
          expect(inHourBefore(time, 0)).toBeLessThanOrEqual(lockoutLimits.perHour);
          if (index >= lockoutLimits.alarmedAfter + lockoutLimits.perHourAlarmed)
            expect(inHourBefore(time, lockoutLimits.alarmedAfter)).toBeLessThanOrEqual(lockoutLimits.perHourAlarmed);
        }
      }),
      { numRuns: 200 },
    );
  });
});
