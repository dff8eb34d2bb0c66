import type { FrameNote } from '../bus/line.ts';
import type { Event, SentFrame } from '../core/event.ts';

export interface FrameLog {
  readonly note: (note: FrameNote) => void;
  /** Lets gathered frames share the flush of whatever is recorded: they then cost no block and no sync of their own. */
  readonly beside: <A extends readonly unknown[], R>(append: (...entry: A) => R) => (...entry: A) => R;
  /** Hands over what is gathered; nothing is gathered from here on. */
  readonly stop: () => void;
}

export interface FrameLogPorts {
  readonly mono: () => number;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly tell: (event: Event) => void;
}

/** Frames wait so long for another record to go with. What sounds is proven within a second, and that is a record. */
const gatherMs = 2_000;
/** A record holds at most this many; a larger sweep is several records. */
const framesMax = 300;

/**
 * Gathers the frames that left for an order, trigger or stop into journal records, so that the journal tells the truth
 * from order to frame under one id (promise 12). Polls, and what came back, are not recorded: evidence already is.
 */
export const gatherFrames = ({ mono, after, tell }: FrameLogPorts): FrameLog => {
  let frames: SentFrame[] = [];
  let cancel: (() => void) | null = null;
  let stopped = false;
  const flush = (): void => {
    cancel?.();
    cancel = null;
    const gathered = frames;
    frames = [];
    for (let from = 0; from < gathered.length; from += framesMax) {
      tell({ kind: 'frames', frames: gathered.slice(from, from + framesMax) });
    }
  };
  return {
    note: ({ line, direction, bytes, trace }) => {
      if (stopped || trace === null || direction !== 'sent') return;
      frames.push({ trace, line, hex: Buffer.from(bytes).toString('hex'), atMs: mono() });
      cancel ??= after(gatherMs, flush);
    },
    beside:
      (append) =>
      (...entry) => {
        // Not at once: the record that is on its way comes first, and the journal gathers what is appended in one turn.
        if (frames.length > 0) queueMicrotask(flush);
        return append(...entry);
      },
    stop: () => {
      stopped = true;
      flush();
    },
  };
};
