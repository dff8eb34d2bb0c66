import type { MonoMs } from '../core/time.ts';
import type { Timers, UplinkClock } from './timers.ts';

/** Most messages waiting for the budget. */
export const backlogMax = 256;

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

/**
 * Messages wait here for the budget, in order, while the socket is not read: a flood is slowed down by TCP and costs bounded
 * time and memory, and no order is dropped. What was read already is at most `backlogMax` messages; more is an overflow.
 */
export const openBacklog = ({ clock, timers, admit, take, hold, overflow }: BacklogOptions): Backlog => {
  let messages: (string | null)[] = [];
  const drain = (): void => {
    while (messages.length > 0) {
      const waitMs = admit(clock.now());
      if (waitMs > 0) {
        hold(true);
        timers.set('drain', waitMs, drain);
        return;
      }
      take(messages.shift() ?? null);
    }
    hold(false);
  };
  return {
    push: (text) => {
      messages.push(text);
      if (messages.length === 1) drain();
      else if (messages.length > backlogMax) {
        overflow(messages.length);
        messages = [];
      }
    },
    clear: () => {
      messages = [];
    },
    waiting: () => messages.length > 0,
  };
};
