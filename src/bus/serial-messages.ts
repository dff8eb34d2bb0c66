import type { Exchange, ExchangeTiming, FrameNote, UnitNote } from './line.ts';
import type { Outcome } from './machine-settings.ts';
import type { LineWiring } from '../core/wiring.ts';

/** A serial line's wiring. */
export type SerialWiring = LineWiring & { readonly port: Extract<LineWiring['port'], { readonly kind: 'serial' }> };

/** Which frames somebody reads of. */
export const framesToldWords = ['none', 'traced', 'all'] as const;
export type FramesTold = (typeof framesToldWords)[number];

/** What a worker is started with. */
export interface WorkerStart {
  readonly wiring: SerialWiring;
  readonly patienceMs: number;
  readonly lateGuardMs: number;
  readonly logFrames: FramesTold;
  /** Main thread's performance.now minus the machine-wide monotonic clock, ms. */
  readonly clockOffsetMs: number;
  /** Shared: see `Cell`. */
  readonly control: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  /** Shared: mails to the worker and reports to the main thread, see `SlotRing`. */
  readonly mails: SharedArrayBuffer;
  readonly reports: SharedArrayBuffer;
}

/** Cells of the shared control block (32-bit). */
export const cell = {
  /** Counts submissions; the worker sleeps on it. */
  mail: 0,
  /** 1: let the port go and end. */
  stop: 1,
  /** Counts turns of the worker's loop: it lives. */
  heartbeat: 2,
  /** 1: the main thread has been called to its ring and has not come yet. */
  called: 3,
  /** 1: the worker sleeps until mail comes. Whoever brings an alarm then waits a moment for the frame to leave. */
  resting: 4,
  /** 1: the worker has rehearsed enough. */
  rehearsed: 5,
  /** The descriptor of the open port, plus 1; 0: none. The main thread gives it, either side takes it back. */
  device: 6,
  /** Number of the last mail that was given up: that one and those before it are not sent any more. */
  forgotten: 7,
  count: 8,
} as const;

/** Mails are numbered in 32 bits, and begin anew when those are used up: after months on a quick line. */
export const nextMailId = (id: number): number => (id + 1) | 0;

/** Has this mail been given up, if `forgotten` is the last one that was? Mails less than 2^31 numbers apart can be told. */
export const isForgotten = (id: number, forgotten: number): boolean => ((forgotten - id) | 0) >= 0;

/**
 * The last number that nobody waits for any more: the one before the oldest mail that is waited for, or before the newest
 * when none is. It must follow the newest, since numbers are told from each other within half their range only.
 */
export const mailsEndBefore = (oldestWaiting: number | null, newest: number): number =>
  ((oldestWaiting ?? newest) - 1) | 0;

/** The message that calls the main thread to its ring. */
export const callMain = 0;

/** Main thread → worker. */
export interface Mail {
  readonly id: number;
  readonly exchange: Exchange;
  readonly at: number;
}

/** Worker → main thread, in batches. */
export type Report =
  /** The line is up. */
  | { readonly kind: 'open' }
  /** The worker has let go of the descriptor. */
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'settled'; readonly id: number; readonly outcome: Outcome; readonly timing: ExchangeTiming }
  | { readonly kind: 'frame'; readonly note: FrameNote }
  | { readonly kind: 'unit'; readonly note: UnitNote };

/** A message of the worker: reports, or the call to the ring. */
export type FromWorker = typeof callMain | readonly Report[];
