/** Runs something later, once; gives back a way to call it off. Injected, so that a simulator can own the time. */
export interface RetryClock {
  after(delayMs: number, act: () => void): () => void;
}

/** The machine's own clock. It keeps no process alive. */
export const realRetryClock: RetryClock = {
  after: (delayMs, act) => {
    const timer = setTimeout(act, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
