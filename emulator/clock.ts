/**
 * Time as the emulated village sees it: one monotonic scale in ms and one way to be called later. Everything that
 * behaves takes a `Clock`, so that an hour of siren timers runs in a test within a millisecond.
 */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic ms. */
  now(): number;
  /** Calls `run` once when `now()` has reached `atMs`; never early, and never before this call returns. */
  at(atMs: number, run: () => void): Cancel;
}

export interface VirtualClock extends Clock {
  /** Runs everything that falls due within the next `ms`, in order of time. */
  advance(ms: number): void;
}

/** The machine's own monotonic clock. Timers round up: an emulated unit may answer late, but never early. */
export const realClock = (): Clock => ({
  now: () => performance.now(),
  at: (atMs, run) => {
    const timer = setTimeout(run, Math.max(0, Math.ceil(atMs - performance.now())));
    return () => clearTimeout(timer);
  },
});

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const earlier = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A clock that moves only when a test advances it. Equal times run in the order in which they were set. */
export const virtualClock = (startMs = 0): VirtualClock => {
  let nowMs = startMs;
  let order = 0;
  const waiting = new Set<Entry>();
  const next = (untilMs: number): Entry | null => {
    let first: Entry | null = null;
    for (const entry of waiting) if (entry.atMs <= untilMs && (first === null || earlier(entry, first))) first = entry;
    return first;
  };
  return {
    now: () => nowMs,
    at: (atMs, run) => {
      order += 1;
      const entry: Entry = { atMs, order, run };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let entry = next(untilMs); entry !== null; entry = next(untilMs)) {
        waiting.delete(entry);
        nowMs = Math.max(nowMs, entry.atMs);
        entry.run();
      }
      nowMs = untilMs;
    },
  };
};
