/** Time as drivers see it: monotonic ms and one-shot timers. The real one and the simulated one look the same. */
export interface DriverClock {
  now(): number;
  /** Runs `fn` once after `ms`; the returned function takes it back. */
  setTimer(ms: number, fn: () => void): () => void;
}

/** One order to one terminal, which a later order may take back. */
export interface Token {
  alive(): boolean;
  cancel(): void;
  /** Called once when it is taken back; at once if it already is. Returns how to forget the listener. */
  onCancel(listener: () => void): () => void;
}

export const createToken = (): Token => {
  let alive = true;
  const listeners = new Set<() => void>();
  return {
    alive: () => alive,
    cancel: () => {
      if (!alive) return;
      alive = false;
      for (const listener of [...listeners]) listener();
      listeners.clear();
    },
    onCancel: (listener) => {
      if (!alive) listener();
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** Waits; true when the time is over, false at once when the token was taken back. */
export const sleep = (clock: DriverClock, ms: number, token: Token): Promise<boolean> =>
  new Promise((resolve) => {
    if (!token.alive()) {
      resolve(false);
      return;
    }
    const stopTimer = clock.setTimer(Math.max(0, ms), () => {
      forget();
      resolve(true);
    });
    const forget = token.onCancel(() => {
      stopTimer();
      resolve(false);
    });
  });
