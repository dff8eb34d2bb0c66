import type { MonoMs } from '../core/time.ts';

/** Most receipts sent and not yet acknowledged, on the quickest line. */
export const widestWindow = 128;
/** What a new link begins with: some 6 kB, which the narrowest line we know (2.4 kbit/s) carries in 20 s. */
export const firstWindow = 8;
const narrowestWindow = 2;

/** An acknowledgement within this time, two seconds of satellite included, says that the line carries more. */
const quickMs = 4_000;
/** After this time the line is full: what is sent now only waits behind it, and so does the sign of life. */
const slowMs = 8_000;

/** The window after an acknowledgement that came so many ms after the message it is for. */
export const windowAfter = (window: number, tookMs: number): number => {
  if (tookMs <= quickMs) return Math.min(widestWindow, window * 2);
  return tookMs > slowMs ? Math.max(narrowestWindow, window >> 1) : window;
};

/** Two messages fill a window: one on its way, one whose acknowledgement is coming back. */
export const messageShare = (window: number): number => Math.max(1, window >> 1);

/** When each message that is not yet acknowledged went out, oldest first. */
export interface Departures {
  readonly add: (upTo: number, at: MonoMs) => void;
  /** How long the newest message that this acknowledges was under way, ms; null for none. */
  readonly settle: (number: number, at: MonoMs) => number | null;
  readonly clear: () => void;
}

/** Never more than a window of them: each holds at least one receipt. */
export const departures = (): Departures => {
  let waiting: readonly { readonly upTo: number; readonly at: MonoMs }[] = [];
  return {
    add: (upTo, at) => {
      waiting = [...waiting.filter((one) => one.upTo < upTo), { upTo, at }];
    },
    settle: (number, at) => {
      const settled = waiting.filter(({ upTo }) => upTo <= number).at(-1);
      waiting = waiting.filter(({ upTo }) => upTo > number);
      return settled === undefined ? null : at - settled.at;
    },
    clear: () => {
      waiting = [];
    },
  };
};
