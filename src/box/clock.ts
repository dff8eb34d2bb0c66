import { existsSync } from 'node:fs';
import type { Instant } from '../core/time.ts';
import { timeMaxRoundTripMs } from '../intake/signed-time.ts';

export type ClockSource = 'centre' | 'ntp' | 'rtc' | 'none';

/** What the clock reads from the machine; injected, so that a test or the simulator owns time. */
export interface ClockPorts {
  /** Monotonic milliseconds of this process. */
  readonly monotonic: () => number;
  /** The system's wall clock. */
  readonly wall: () => number;
  readonly ntpSynchronised: () => boolean;
  readonly rtcPresent: () => boolean;
}

export const machineClock: ClockPorts = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  // systemd-timesyncd touches this file whenever the clock has been set from a server (systemd-timesyncd.service(8)).
  ntpSynchronised: () => existsSync('/run/systemd/timesync/synchronized'),
  rtcPresent: () => existsSync('/dev/rtc0'),
};

export interface BoxClock {
  readonly now: () => Instant;
  /** How long the box was down is known, and `mono` has advanced by it. */
  readonly isDownKnown: boolean;
  readonly source: () => ClockSource;
  /** Signed centre time, already verified: wall ms at this very moment. Returns true when it was taken. */
  readonly setFromCentre: (wall: number) => boolean;
  /** Looks at the system's sources again; true when the source changed. */
  readonly refresh: () => boolean;
}

export interface ClockStart {
  /** Sources this site believes, from site.yaml. */
  readonly sources: readonly ClockSource[];
  /** The last instant in the journal, or null on a new box. */
  readonly last: Instant | null;
  /** What stood behind the clock then. */
  readonly lastSource: ClockSource;
  /** No believable time is older than this: the build date. */
  readonly floorMs: number;
}

/** A running clock is never set back by more than this; a later centre time corrects it forward. */
const backMax = 5 * 60_000;
/** Down for longer than this, or a clock that jumped: the time that passed is unknown and counts as none. */
const downMax = 30 * 86_400_000;
/** So much may pass also where the clock was another one then: two honest clocks differ by less than a few minutes. */
const downAcrossMax = 10 * 60_000;
/** By so much the centre's time may lag behind, for all that the box can tell: this much of the difference is none that passed. */
const lagMax = timeMaxRoundTripMs / 2;

const isSystem = (source: ClockSource): boolean => source === 'ntp' || source === 'rtc';

/**
 * The box's clock. `mono` continues from the journal: while the box was down it advances by the wall clock's difference
 * where a believed system source stands behind it now and stood behind it then, else not at all (a guess must never expire
 * an alert). A centre's time and the system's may lie a day apart: across such a change only a few minutes can pass, less
 * what the centre's time may have lagged on its way (a siren's pause must not be cut short by it). Ranking of sources: signed
 * centre time, NTP, a battery-backed RTC; without one the wall clock is `guessed`.
 */
export const startClock = (ports: ClockPorts, { sources, last, lastSource, floorMs }: ClockStart): BoxClock => {
  const systemSource = (): ClockSource => {
    if (ports.wall() < Math.max(floorMs, last?.wall ?? 0) - backMax) return 'none';
    if (sources.includes('ntp') && ports.ntpSynchronised()) return 'ntp';
    return sources.includes('rtc') && ports.rtcPresent() ? 'rtc' : 'none';
  };
  let source = systemSource();
  const startedAt = ports.monotonic();
  const [lag, most] = isSystem(lastSource) ? [0, downMax] : [lagMax, downAcrossMax];
  const ahead = last === null ? 0 : ports.wall() - last.wall;
  const passed = ahead - lag;
  // A clock that went back says nothing of how long that was.
  const isDownKnown = isSystem(source) && ahead >= 0 && passed < most;
  const down = isDownKnown ? Math.max(0, passed) : 0;
  const base = last === null ? 0 : last.mono + 1 + down;
  const elapsed = (): number => ports.monotonic() - startedAt;
  let centre: { readonly wall: number; readonly at: number } | null = null;
  const guess = Math.max(ports.wall(), floorMs, last?.wall ?? 0);
  const wall = (): number => {
    if (centre !== null) return centre.wall + ports.monotonic() - centre.at;
    return source === 'none' ? guess + elapsed() : ports.wall();
  };
  return {
    now: () => ({
      mono: base + Math.round(elapsed()),
      wall: Math.round(wall()),
      trust: source === 'none' ? 'guessed' : 'trusted',
    }),
    isDownKnown,
    source: () => source,
    setFromCentre: (believed) => {
      if (!sources.includes('centre') || believed < floorMs - backMax) return false;
      if (source === 'centre' && believed < wall() - backMax) return false;
      centre = { wall: believed, at: ports.monotonic() };
      source = 'centre';
      return true;
    },
    refresh: () => {
      if (source === 'centre') return false;
      const before = source;
      source = systemSource();
      return before !== source;
    },
  };
};
