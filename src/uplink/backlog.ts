import type { MonoMs } from '../core/time.ts';
import type { Timers, UplinkClock } from './timers.ts';

/** Most bytes of messages that wait: what was read from the socket before it was held, and some. */
export const backlogMaxBytes = 1_048_576;
/** The smallest message costs this much too, so that a million empty ones are not for nothing. */
const messageCostBytes = 64;
/** So long the messages of a link may take before everything else gets as long a turn. */
const turnMs = 5;

export interface BacklogOptions {
  readonly clock: UplinkClock;
  readonly timers: Timers;
  /** 0, or the milliseconds to wait. */
  readonly admit: (now: MonoMs) => number;
  readonly take: (text: string | null) => void;
  /** Stop or go on reading the socket. */
  readonly hold: (held: boolean) => void;
  readonly overflow: (messages: number) => void;
}

export interface Backlog {
  readonly push: (text: string | null) => void;
  readonly clear: () => void;
  readonly waiting: () => boolean;
}

/** Spends so many ms and tells what is left: what was spent comes back half as fast as time passes. */
const halfOfTime = (clock: UplinkClock): ((ms: number) => number) => {
  let left = { ms: turnMs, at: clock.now() };
  return (ms) => {
    const now = clock.now();
    left = { ms: Math.min(turnMs, left.ms + (now - left.at) / 2) - ms, at: now };
    return left.ms;
  };
};

/**
 * Messages wait here for the budget, in order, while the socket is not read: a flood is slowed down by TCP and costs bounded
 * time and memory, and no order is dropped. It gets half of the program's time at most, however slow the processor is.
 * What was read already is at most `backlogMaxBytes`; more is an overflow.
 */
export const openBacklog = ({ clock, timers, admit, take, hold, overflow }: BacklogOptions): Backlog => {
  let messages: (string | null)[] = [];
  let first = 0;
  let bytes = 0;
  let draining = false;
  const spend = halfOfTime(clock);
  const costOf = (text: string | null): number => messageCostBytes + (text?.length ?? 0);
  const clear = (): void => {
    [messages, first, bytes] = [[], 0, 0];
  };
  const later = (waitMs: number): void => {
    hold(true);
    timers.set('drain', waitMs, drain);
  };
  /** Milliseconds to wait before the next one, 0 when all are taken. */
  const takeAll = (): number => {
    while (first < messages.length) {
      const begunAt = clock.now();
      if (spend(0) <= 0) return turnMs;
      const waitMs = admit(begunAt);
      if (waitMs > 0) return waitMs;
      const text = messages[first] ?? null;
      first += 1;
      bytes -= costOf(text);
      take(text);
      spend(clock.now() - begunAt);
    }
    return 0;
  };
  const drain = (): void => {
    draining = true;
    const waitMs = takeAll();
    draining = false;
    if (waitMs > 0) {
      messages = messages.slice(first);
      first = 0;
      later(waitMs);
      return;
    }
    clear();
    hold(false);
  };
  return {
    push: (text) => {
      messages.push(text);
      bytes += costOf(text);
      if (messages.length - first === 1 && !draining) drain();
      else if (bytes > backlogMaxBytes) {
        overflow(messages.length - first);
        clear();
      }
    },
    clear,
    waiting: () => first < messages.length,
  };
};
