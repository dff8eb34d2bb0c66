import type { PanelTimers } from './timers.ts';

/** Longer than any person holds a button: it is stuck, or its wire is shorted. */
export const stuckAfterMs = 30_000;

export interface ButtonOptions {
  readonly timers: PanelTimers;
  /** Presses that come sooner after the last one are the same press: contacts bounce. */
  readonly againAfterMs: number;
  /** Is a button that is down at its first report a press? With a stop any doubt is one. */
  readonly firstCounts: boolean;
  /** It was stuck when it was last looked at: if it is free now, that is told. */
  readonly wasStuck: boolean;
  readonly onPress: () => void;
  readonly onStuck: (isStuck: boolean) => void;
}

export interface Button {
  contact(isClosed: boolean): void;
  close(): void;
}

/** A button that acts on its first edge; nothing is waited for and nothing is confirmed. */
export const createButton = (options: ButtonOptions): Button => {
  const { timers, againAfterMs, firstCounts, wasStuck, onPress, onStuck } = options;
  let isDown: boolean | null = null;
  let isStuck = wasStuck ? null : false;
  let pressedAt = Number.NEGATIVE_INFINITY;
  let cancel = (): void => undefined;
  const stuck = (now: boolean): void => {
    if (isStuck === now) return;
    isStuck = now;
    onStuck(now);
  };
  const down = (counts: boolean): void => {
    cancel = timers.after(stuckAfterMs, () => stuck(true));
    if (!counts || timers.now() - pressedAt < againAfterMs) return;
    pressedAt = timers.now();
    onPress();
  };
  return {
    contact: (isClosed) => {
      if (isDown === isClosed) return;
      const counts = isDown !== null || firstCounts;
      isDown = isClosed;
      cancel();
      if (isClosed) down(counts);
      else stuck(false);
    },
    close: () => cancel(),
  };
};
