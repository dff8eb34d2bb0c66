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

/** How much may be under way on one line, and since when what is under way is there. */
export interface Pace {
  readonly window: () => number;
  /** A message with receipts up to this number went out. */
  readonly sent: (upTo: number, at: MonoMs) => void;
  readonly acknowledged: (number: number, at: MonoMs) => void;
  /** Another line, or one that answers no more: nothing is known of it. */
  readonly beginAnew: () => void;
}

/** Remembers one departure a message, at most a window of them: each holds at least one receipt. */
export const openPace = (): Pace => {
  let window = firstWindow;
  let underWay: readonly { readonly upTo: number; readonly at: MonoMs }[] = [];
  return {
    window: () => window,
    sent: (upTo, at) => {
      underWay = [...underWay.filter((one) => one.upTo < upTo), { upTo, at }];
    },
    acknowledged: (number, at) => {
      const newest = underWay.filter(({ upTo }) => upTo <= number).at(-1);
      underWay = underWay.filter(({ upTo }) => upTo > number);
      if (newest !== undefined) window = windowAfter(window, at - newest.at);
    },
    beginAnew: () => {
      window = firstWindow;
      underWay = [];
    },
  };
};
