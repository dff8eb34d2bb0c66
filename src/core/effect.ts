import type { Cue } from './cue.ts';
import type { Order } from './order.ts';
import type { Outcome } from './outcome.ts';
import type { Receipt } from './receipt.ts';

/**
 * Everything the box does is an effect. `urgent` effects go to the wire at once, at the same time as the record
 * (design: order of acts); all others wait until the record is durable.
 */
export type Effect =
  /** Switch on. All cues of one effect start together; `repair` marks single terminals sounded again after a sweep. */
  | { readonly do: 'sound'; readonly urgent: boolean; readonly repair: boolean; readonly cues: readonly Cue[] }
  /** Switch off. `trace` is the order, trigger or stop behind it; the cause itself where it follows from none. */
  | {
      readonly do: 'silence';
      readonly urgent: boolean;
      readonly terminals: readonly string[];
      readonly cause: string;
      readonly trace: string;
    }
  | { readonly do: 'renew'; readonly terminals: readonly string[]; readonly holdMs: number }
  /** Read back these terminals now and report one `evidence` event. `cue` null: is it silent? */
  | { readonly do: 'prove'; readonly looks: readonly { readonly terminal: string; readonly cue: string | null }[] }
  /** Read every output of the site and report one `outputs` event (boot). */
  | { readonly do: 'read-outputs' }
  /** Let one terminal test itself without a sound, and report one `quiet-tested` event. Any sound takes it back. */
  | { readonly do: 'quiet-test'; readonly terminal: string; readonly trace: string }
  /** The same order again: tell its sender the outcome it had. Nothing is recorded, nothing sounds. */
  | { readonly do: 'answer'; readonly order: string; readonly via: Order['via']; readonly outcome: Outcome }
  /** Released to the outbox after the record is durable. */
  | { readonly do: 'receipt'; readonly receipt: Receipt };
