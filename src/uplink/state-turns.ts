import type { Timers, UplinkClock } from './timers.ts';

/** Where a ping took so long the line belongs to receipts for so many times as long. */
const restShare = 3;

export interface StateTurnsOptions {
  readonly clock: UplinkClock;
  readonly timers: Timers;
  readonly ping: (number: number) => void;
  /** Sends the full state. */
  readonly send: () => void;
}

/** When a changed state may go out. */
export interface StateTurns {
  /** Another link: nothing that was asked before is answered on it. */
  readonly opened: () => void;
  readonly ping: () => void;
  readonly changed: () => void;
  /** The ping of this number was answered; absent: all so far. */
  readonly heard: (echo?: number) => void;
}

/**
 * The state of a large village changes every few seconds of an alarm and takes many on a line that crawls. So a ping goes
 * before each one: its answer says that the state before has arrived, and how full the line is. What changes meanwhile is in it.
 */
export const openStateTurns = ({ clock, timers, ping, send }: StateTurnsOptions): StateTurns => {
  let pings = 0;
  let asked: { readonly ping: number; readonly at: number } | null = null;
  let resting = false;
  const pingNext = (): void => {
    pings += 1;
    ping(pings);
  };
  const goOut = (): void => {
    resting = false;
    send();
  };
  return {
    opened: () => {
      asked = null;
      resting = false;
    },
    ping: pingNext,
    changed: () => {
      if (asked !== null || resting) return;
      asked = { ping: pings + 1, at: clock.now() };
      pingNext();
    },
    heard: (echo = pings) => {
      if (asked === null || echo < asked.ping) return;
      const restMs = restShare * (clock.now() - asked.at);
      asked = null;
      resting = restMs > 0;
      if (resting) timers.set('state', restMs, goOut);
      else goOut();
    },
  };
};
