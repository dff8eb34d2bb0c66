import { readlinkSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { WireTime } from './wire-time.ts';

const pillow = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps this thread; never the main one. */
export const sleepMs = (ms: number): void => {
  if (ms > 0) Atomics.wait(pillow, 0, 0, ms);
};

/** The system's number of this thread; null where the system has none to tell. */
const threadNumber = (): number | null => {
  try {
    const number = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isInteger(number) ? number : null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return null;
  }
};

const triedOn = (thread: number | null, ask: (thread: number) => void): boolean => {
  if (thread === null) return false;
  try {
    ask(thread);
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return false;
  }
};

/**
 * Linux lets a thread's sleeps end up to 50 µs late so that it can gather wake-ups; a line asks for 1 µs instead. Where
 * the system has no such file, sleeps stay as they are and the waiting on the spot is longer.
 */
export const sharpenSleep = (): boolean =>
  triedOn(threadNumber(), (thread) => writeFileSync(`/proc/${thread}/timerslack_ns`, '1000'));

/**
 * Puts this thread, and only it, before the others: it wants a processor rarely and briefly, but then at once, also while
 * the main thread is busy. Needs the right to (root, CAP_SYS_NICE or LimitNICE of systemd); false where it is not given.
 */
export const goFirst = (): boolean =>
  triedOn(threadNumber(), (thread) => setPriority(thread, constants.priority.PRIORITY_HIGHEST));

const longestLeadMs = 0.15;
/** One sleep of four may end too early, and the rest of it be spent turning on the spot: that rest is short then. */
const early = { share: 0.25, stepMs: 0.01 } as const;

/**
 * Sleeps that end in time: it learns how late the system's sleeps end, and wakes so much before. It reckons with the
 * quicker ones, so that it seldom wakes too early: turning on the spot costs more than all the rest of an exchange.
 */
export class Sleeper {
  private readonly time: Pick<WireTime, 'now'>;
  private leadMs = 0.05;

  constructor(time: Pick<WireTime, 'now'>) {
    this.time = time;
  }

  /** About at this instant, more often after it than before. */
  about(instant: number): void {
    const until = instant - this.leadMs;
    const ms = until - this.time.now();
    if (ms <= 0) return;
    sleepMs(ms);
    const wasEarly = this.time.now() < instant;
    const leadMs = this.leadMs + early.stepMs * (wasEarly ? early.share - 1 : early.share);
    this.leadMs = Math.min(Math.max(0, leadMs), longestLeadMs);
  }

  /** Never before this instant, and soon after it. */
  exactly(instant: number): void {
    this.about(instant);
    while (this.time.now() < instant);
  }
}
