/** Time as the makers of sound need it, so that limits can be tried without waiting. */
export interface Clock {
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Calls back once after so many ms; the returned function forgets it. */
  readonly after: (ms: number, call: () => void) => () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
