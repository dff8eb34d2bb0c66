import type { Cancel, Clock } from '../clock.ts';

/** How a link carries: `bitsPerSecond` null is as fast as the machine. */
export interface Carriage {
  readonly delayMs: number;
  readonly bitsPerSecond: number | null;
}

export const fullSpeed: Carriage = { delayMs: 0, bitsPerSecond: null };

/** One direction of a link: hands messages on in order, each when a link of this speed would have carried it. */
export interface Pipe {
  readonly push: (bytes: number, arrive: () => void) => void;
  /** Nothing arrives until then; what was pushed meanwhile arrives afterwards. */
  readonly holdUntil: (atMs: number) => void;
  readonly close: () => void;
}

export const createPipe = (clock: Clock, carriage: () => Carriage): Pipe => {
  const waiting = new Set<Cancel>();
  let freeAtMs = 0;
  let lastArrivalMs = 0;
  let heldUntilMs = 0;
  const carry = (bytes: number): number => {
    const { delayMs, bitsPerSecond } = carriage();
    const sendMs = bitsPerSecond === null ? 0 : (bytes * 8000) / bitsPerSecond;
    freeAtMs = Math.max(clock.now(), freeAtMs) + sendMs;
    return Math.max(freeAtMs + delayMs, lastArrivalMs, heldUntilMs);
  };
  return {
    push: (bytes, arrive) => {
      lastArrivalMs = carry(bytes);
      if (lastArrivalMs <= clock.now() && waiting.size === 0) {
        arrive();
        return;
      }
      const cancel = clock.at(lastArrivalMs, () => {
        waiting.delete(cancel);
        arrive();
      });
      waiting.add(cancel);
    },
    holdUntil: (atMs) => {
      heldUntilMs = Math.max(heldUntilMs, atMs);
    },
    close: () => {
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
};
