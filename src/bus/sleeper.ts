import { readlinkSync, writeFileSync } from 'node:fs';

const pillow = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps this thread; never the main one. */
export const sleepMs = (ms: number): void => {
  if (ms > 0) Atomics.wait(pillow, 0, 0, ms);
};

/**
 * Linux lets a thread's sleeps end up to 50 µs late so that it can gather wake-ups; a line asks for 1 µs instead. Where
 * the system has no such file, sleeps stay as they are and the waiting on the spot is longer.
 */
export const sharpenSleep = (): boolean => {
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? 'self';
    writeFileSync(`/proc/${thread}/timerslack_ns`, '1000');
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return false;
  }
};

const longestLateMs = 0.15;
const guardMs = 0.03;

/** Sleeps that end in time: it learns how late the system's sleeps end, and wakes so much before. */
export class Sleeper {
  private readonly now: () => number;
  private lateMs = 0.08;

  constructor(now: () => number) {
    this.now = now;
  }

  private sleep(until: number): void {
    const ms = until - this.now();
    if (ms <= 0) return;
    sleepMs(ms);
    const late = Math.min(Math.max(0, this.now() - until), longestLateMs);
    this.lateMs += (late - this.lateMs) / 8;
  }

  /** Until about this instant: as often before as after it. */
  about(instant: number): void {
    this.sleep(instant - this.lateMs);
  }

  /** Never before this instant, and at once after it: the last moment is spent turning on the spot. */
  exactly(instant: number): void {
    this.sleep(instant - this.lateMs - guardMs);
    while (this.now() < instant);
  }
}
