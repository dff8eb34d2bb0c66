import type { FrameNote, UnitNote } from './line.ts';

/** Times and limits of a line that have a sensible default; all optional. */
export interface LineOptions {
  /** Called with every frame sent and every run of bytes received. Leave it out where nobody reads: it costs a message each. */
  readonly onFrame?: (note: FrameNote) => void;
  /** Tell only of frames that serve an order, and spare a serial line two messages for each poll. */
  readonly onlyTraced?: boolean;
  /** Called when a unit goes into quarantine and when it answers again. */
  readonly onUnit?: (note: UnitNote) => void;
  /** Grace beside turnaround and adapter latency, ms: 2 on serial lines, 20 over TCP. */
  readonly patienceMs?: number;
  /** How long the late reply of a unit that did not answer is waited out before it is asked the same function again, ms; 1000. */
  readonly lateGuardMs?: number;
  /** Other paths under which the same serial port may appear after it is plugged in again, tried in order after the first. */
  readonly alternatives?: readonly string[];
  /** The program of the worker thread of a serial line; by default it stands beside this module. */
  readonly workerUrl?: URL;
}

/** Reopening waits this long after the first failure, doubled each time up to the second figure. */
export const reopenBackoffMs = { first: 100, longest: 2000 } as const;

/** So many failed exchanges in a row, and so long since opening, mean that the port itself may be deaf: it is opened anew. */
export const deafPort = { misses: 30, openForMs: 10_000 } as const;
