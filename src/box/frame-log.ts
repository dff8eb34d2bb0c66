import type { FrameNote } from '../bus/line.ts';
import type { Event, SentFrame } from '../core/event.ts';

export interface FrameLog {
  readonly note: (note: FrameNote) => void;
  readonly stop: () => void;
}

export interface FrameLogPorts {
  readonly mono: () => number;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly tell: (event: Event) => void;
}

/** Frames of one switching come within this; they are one record, not one each. */
const gatherMs = 200;
/** A record holds at most this many; a larger sweep is several records. */
const framesMax = 300;

/**
 * Gathers the frames that left for an order, trigger or stop into journal records, so that the journal tells the truth
 * from order to frame under one id (promise 12). Polls, and what came back, are not recorded: evidence already is.
 */
export const gatherFrames = ({ mono, after, tell }: FrameLogPorts): FrameLog => {
  let frames: SentFrame[] = [];
  let cancel: (() => void) | null = null;
  const flush = (): void => {
    cancel = null;
    const gathered = frames;
    frames = [];
    for (let from = 0; from < gathered.length; from += framesMax) {
      tell({ kind: 'frames', frames: gathered.slice(from, from + framesMax) });
    }
  };
  return {
    note: ({ line, direction, bytes, trace }) => {
      if (trace === null || direction !== 'sent') return;
      frames.push({ trace, line, hex: Buffer.from(bytes).toString('hex'), atMs: mono() });
      cancel ??= after(gatherMs, flush);
    },
    stop: () => {
      cancel?.();
      flush();
    },
  };
};
