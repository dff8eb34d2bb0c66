import type { DriverClock } from '../../src/drivers/clock.ts';

/** Time that stands still until a test moves it; between two timers everything that can go on goes on. */
export interface VirtualClock extends DriverClock {
  advance(ms: number): Promise<void>;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createVirtualClock = (): VirtualClock => {
  let now = 0;
  let order = 0;
  const timers = new Map<number, { readonly at: number; readonly fn: () => void }>();
  const nextTimer = (until: number): readonly [number, { at: number; fn: () => void }] | undefined =>
    [...timers].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
  return {
    now: () => now,
    setTimer: (ms, fn) => {
      order += 1;
      const id = order;
      timers.set(id, { at: now + Math.max(0, ms), fn });
      return () => timers.delete(id);
    },
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = nextTimer(until);
        if (next === undefined) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].fn();
        await settle();
      }
      now = until;
      await settle();
    },
  };
};
