import { describe, expect, test } from 'vitest';
import { startClock, type ClockSource } from '../../src/box/clock.ts';

const day = 86_400_000;
const was = Date.UTC(2027, 0, 1);

/** Box time that passed while the box was down, by a machine whose wall clock stands `aheadMs` after the last record. */
const startedBehind = (lastSource: ClockSource, aheadMs: number) => {
  const ports = { monotonic: () => 0, wall: () => was + aheadMs, ntpSynchronised: () => true, rtcPresent: () => true };
  return startClock(ports, {
    sources: ['centre', 'ntp', 'rtc'],
    last: { mono: 1_000, wall: was, trust: 'trusted' },
    lastSource,
    floorMs: was - day,
  });
};
const passedMs = (lastSource: ClockSource, aheadMs: number): number =>
  startedBehind(lastSource, aheadMs).now().mono - 1_001;

describe('box time over a restart', () => {
  test('advances by the system clock where that one was believed before, too', () => {
    expect(passedMs('ntp', day)).toBe(day);
    expect(passedMs('rtc', day)).toBe(day);
  });

  test('does not jump where the time before came from the centre or was a guess', () => {
    expect(passedMs('centre', day)).toBe(0);
    expect(passedMs('none', day)).toBe(0);
  });

  test('advances by a few minutes all the same, but never by what the answer of the centre may have been late', () => {
    expect(passedMs('centre', 60_000)).toBe(55_000);
    expect(passedMs('centre', 6_000)).toBe(1_000);
    expect(passedMs('centre', 5_000)).toBe(0);
  });

  test.each([
    ['ntp', [-1, 0, 30 * day - 1, 30 * day], [false, true, true, false]],
    ['rtc', [-1, 0, day], [false, true, true]],
    ['centre', [-1, 0, 60_000, day], [false, true, true, false]],
    ['none', [-1, 60_000, day], [false, true, false]],
  ] as const)(
    'how long the box was down, %s behind the time before, is known for %j ms: %j',
    (before, ahead, known) => {
      expect(ahead.map((ms) => startedBehind(before, ms).isDownKnown)).toEqual(known);
    },
  );
});

describe('what stands behind the clock', () => {
  const believed = (
    sources: readonly ClockSource[],
    {
      ntp = false,
      rtc = false,
      wall = was,
    }: { readonly ntp?: boolean; readonly rtc?: boolean; readonly wall?: number },
  ) => {
    const ports = { monotonic: () => 0, wall: () => wall, ntpSynchronised: () => ntp, rtcPresent: () => rtc };
    const last = { mono: 1_000, wall: was, trust: 'trusted' } as const;
    return startClock(ports, { sources, last, lastSource: 'ntp', floorMs: was - day });
  };

  test.each([
    [['ntp', 'rtc'], { ntp: true, rtc: true }, 'ntp'],
    [['ntp', 'rtc'], { rtc: true }, 'rtc'],
    [['ntp'], { rtc: true }, 'none'],
    [['rtc'], { ntp: true }, 'none'],
    [['centre'], { ntp: true, rtc: true }, 'none'],
  ] as const)('a site that believes %j, on a machine with %j: %s', (sources, machine, source) => {
    const clock = believed(sources, machine);
    expect([clock.source(), clock.now().trust]).toEqual([source, source === 'none' ? 'guessed' : 'trusted']);
  });

  test('a system clock older than the journal is not believed, whoever vouches for it', () => {
    const clock = believed(['ntp', 'rtc'], { ntp: true, rtc: true, wall: was - day / 2 });
    expect([clock.source(), clock.now().trust, clock.now().wall]).toEqual(['none', 'guessed', was]);
  });

  test('the time that the centre signed is trusted where the site says so, and is never set back by more than minutes', () => {
    const clock = believed(['centre'], {});
    expect(clock.now().trust).toBe('guessed');
    expect(clock.setFromCentre(was + day)).toBe(true);
    expect([clock.source(), clock.now().trust, clock.now().wall]).toEqual(['centre', 'trusted', was + day]);
    expect(clock.setFromCentre(was)).toBe(false);
    expect(believed(['ntp'], {}).setFromCentre(was + day)).toBe(false);
  });
});
