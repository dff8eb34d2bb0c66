/** Monotonic time and timers as the asynchronous runner needs them; the simulator passes a virtual one. */
export interface LineClock {
  /** Monotonic ms. */
  now(): number;
  /** Calls `wake` at this instant or soon after it, once. */
  at(instant: number, wake: () => void): { cancel(): void };
}

export const systemClock: LineClock = {
  now: () => performance.now(),
  at: (instant, wake) => {
    const timer = setTimeout(wake, Math.max(0, instant - performance.now()));
    return { cancel: () => clearTimeout(timer) };
  },
};
