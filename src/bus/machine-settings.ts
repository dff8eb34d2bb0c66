import type { Failure } from '../words/failure.ts';
import type { Framing } from './framing.ts';
import type { ExchangeTiming } from './line.ts';
import type { WireTiming } from './timing.ts';
import { bookDefaults, type BookSettings } from './unit-book.ts';

/** What a line machine must know of its line. All times in ms. */
export interface MachineSettings {
  readonly id: string;
  readonly framing: Framing;
  readonly timing: WireTiming;
  readonly echoes: boolean;
  /** The adapter's own latency, added to first-byte timeouts. */
  readonly adapterLatencyMs: number;
  /** Grace beside turnaround and latency for a host or a network that is late; not given to quarantined units. */
  readonly patienceMs: number;
  /** Grace for the rest of a reply whose first bytes have come. */
  readonly replySlackMs: number;
  readonly book: BookSettings;
}

export const machineDefaults = {
  echoes: false,
  adapterLatencyMs: 0,
  patienceMs: 2,
  replySlackMs: 30,
  book: bookDefaults,
} as const;

/** How an exchange ended. `frame`: the whole reply frame where one came. */
export type Outcome =
  | { readonly ok: true; readonly pdu: Uint8Array; readonly frame: Uint8Array | null }
  | { readonly ok: false; readonly failure: Failure; readonly frame: Uint8Array | null };

/** What the runner has to do. */
export type LineAction =
  /** Write this frame now, then call `sent`. */
  | {
      readonly do: 'send';
      readonly unit: number;
      readonly pdu: Uint8Array;
      readonly frame: Uint8Array;
      readonly trace: string | null;
    }
  | { readonly do: 'settle'; readonly id: number; readonly outcome: Outcome; readonly timing: ExchangeTiming }
  /** For the frame log. */
  | { readonly do: 'heard'; readonly bytes: Uint8Array; readonly at: number; readonly trace: string | null }
  | { readonly do: 'unit'; readonly unit: number; readonly state: 'quarantined' | 'back'; readonly at: number };
