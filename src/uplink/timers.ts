import type { MonoMs } from '../core/time.ts';

/** Monotonic time and one-shot timers; injected, so that a day can pass in a test's second. */
export interface UplinkClock {
  readonly now: () => MonoMs;
  /** Runs once after the delay; the returned function takes it back. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

/** Timers by name: setting one again replaces it, and all are taken back together. */
export interface Timers {
  readonly set: (name: string, delayMs: number, run: () => void) => void;
  readonly clear: (name: string) => void;
  readonly clearAll: () => void;
}

export const timersOf = (clock: UplinkClock): Timers => {
  const running = new Map<string, () => void>();
  const clear = (name: string): void => {
    running.get(name)?.();
    running.delete(name);
  };
  return {
    clear,
    clearAll: () => [...running.keys()].forEach(clear),
    set: (name, delayMs, run) => {
      clear(name);
      const cancel = clock.after(delayMs, () => {
        running.delete(name);
        run();
      });
      running.set(name, cancel);
    },
  };
};
