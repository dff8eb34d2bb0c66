import { describe, expect, test } from 'vitest';
import { startClock, type ClockSource } from '../../src/box/clock.ts';

const day = 86_400_000;
const was = Date.UTC(2027, 0, 1);

/** Box time that passed while the box was down, by a machine whose wall clock stands `aheadMs` after the last record. */
const passedMs = (lastSource: ClockSource, aheadMs: number): number => {
  const ports = { monotonic: () => 0, wall: () => was + aheadMs, ntpSynchronised: () => true, rtcPresent: () => true };
  const clock = startClock(ports, {
    sources: ['centre', 'ntp', 'rtc'],
    last: { mono: 1_000, wall: was, trust: 'trusted' },
    lastSource,
    floorMs: was - day,
  });
  return clock.now().mono - 1_001;
};

describe('box time over a restart', () => {
  test('advances by the system clock where that one was believed before, too', () => {
    expect(passedMs('ntp', day)).toBe(day);
    expect(passedMs('rtc', day)).toBe(day);
  });

  test('does not jump where the time before came from the centre or was a guess', () => {
    expect(passedMs('centre', day)).toBe(0);
    expect(passedMs('none', day)).toBe(0);
  });

  test('advances by a few minutes all the same', () => {
    expect(passedMs('centre', 60_000)).toBe(60_000);
  });
});
