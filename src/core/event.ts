import type { AlertStatus, Severity } from './alert.ts';
import type { Finding, QuietResult } from './cue.ts';
import type { Order, SenderKey } from './order.ts';
import type { Site } from './site.ts';
import type { Instant } from './time.ts';

/** A person or key switch on site: no signature, but a name in the journal. */
export interface LocalTrigger {
  readonly id: string;
  readonly plan: string;
  readonly zones: readonly string[];
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly text: string | null;
  readonly person: string;
  readonly source: 'console' | 'panel' | 'cli' | 'sensor';
  readonly sirenUnlocked: boolean;
}

/** Where the milliseconds of the first sound went; measured by the edges, journaled so that the receipt can carry it. */
export interface FirstSoundParts {
  readonly intakeMs: number;
  readonly verifyMs: number;
  readonly durableMs: number;
  readonly queueMs: number;
  readonly lineMs: number;
  readonly deviceMs: number;
}

/** One frame on a wire: address, PDU and CRC as they left, in hex; `atMs` is box time. */
export interface SentFrame {
  readonly trace: string;
  readonly line: string;
  readonly hex: string;
  readonly atMs: number;
}

/** Everything that happens is an event. Those that change the durable part are journaled before they are acknowledged. */
export type Event =
  | {
      readonly kind: 'configured';
      readonly hash: string;
      readonly site: Site;
      readonly keys: readonly SenderKey[];
      readonly real: boolean;
    }
  | { readonly kind: 'booted'; readonly version: string; readonly boot: string; readonly clean: boolean }
  | { readonly kind: 'order'; readonly order: Order }
  /** intake refused it: code and what could be read of it. `sender` and `order` are null where they were not trustworthy. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly detail: string;
      readonly sender: string | null;
      readonly order: string | null;
      readonly via: string;
    }
  | { readonly kind: 'trigger'; readonly trigger: LocalTrigger }
  | {
      readonly kind: 'stop';
      readonly source: 'console' | 'panel' | 'cli';
      readonly person: string;
      readonly id: string;
    }
  /** `alert`: one of the warnings that the person was shown to go on; without it whatever the newest stop ended goes on. */
  | { readonly kind: 'continue'; readonly person: string; readonly id: string; readonly alert?: string }
  /**
   * 更正、解除: a person ends a warning that was started on site, and these words are spoken where it sounded; null: the
   * words of its plan.
   */
  | {
      readonly kind: 'lift';
      readonly what: 'all-clear' | 'correction';
      readonly alert: string;
      readonly text: string | null;
      readonly person: string;
      readonly id: string;
    }
  /** 叫应: a person on duty has heard; it answers for every live actual emergency alert that waits. */
  | {
      readonly kind: 'answered';
      readonly source: 'console' | 'panel' | 'cli';
      readonly person: string;
      readonly id: string;
    }
  /** `outputs` at boot: what was found switched on, before anything was decided. */
  | { readonly kind: 'outputs'; readonly on: readonly string[]; readonly unread: readonly string[] }
  | { readonly kind: 'evidence'; readonly findings: readonly Finding[] }
  /** A person asks for the test that nobody hears; no terminal named means all. */
  | {
      readonly kind: 'quiet-test';
      readonly terminals: readonly string[];
      readonly person: string;
      readonly id: string;
    }
  | { readonly kind: 'quiet-tested'; readonly terminal: string; readonly result: QuietResult }
  | { readonly kind: 'unit-lost'; readonly terminal: string; readonly reason: string }
  | { readonly kind: 'unit-back'; readonly terminal: string }
  /** `atStart`: never read below it since the start, so it may be the same crossing that warned before that. */
  | {
      readonly kind: 'threshold';
      readonly sensor: string;
      readonly threshold: string;
      readonly value: number;
      readonly atStart?: true;
    }
  /**
   * What a running total stood at `ageMs` ago, in the unit of its sensor; told seldom, and more often while it grows.
   * `anew`: nobody knows when what fell since the one before fell, so it does not count.
   */
  | {
      readonly kind: 'total';
      readonly sensor: string;
      readonly value: number;
      readonly ageMs: number;
      readonly anew?: true;
    }
  | { readonly kind: 'first-sound'; readonly broadcast: string; readonly parts: FirstSoundParts }
  /** Pushed audio is complete on the disk, its hash holds, and it was decoded. */
  | { readonly kind: 'audio-ready'; readonly sha256: string }
  /** Pushed audio that will not be played: wrong, not decodable, or lost from the disk. */
  | { readonly kind: 'audio-failed'; readonly sha256: string; readonly code: string; readonly detail: string }
  | { readonly kind: 'clock'; readonly source: 'centre' | 'ntp' | 'rtc' | 'none' }
  | { readonly kind: 'acknowledged'; readonly receipt: number }
  /** One more report leaves by satellite; its counter must never repeat, also not after a restart. */
  | { readonly kind: 'satellite-report' }
  /** Frames that left for an order, trigger or stop: the last link from order to wire, under its id. */
  | { readonly kind: 'frames'; readonly frames: readonly SentFrame[] }
  /** The record's receipts, of these numbers, were owed and stand here again, so that older records may go. Folds to nothing. */
  | { readonly kind: 'carried'; readonly from: number; readonly to: number }
  /** `trace`: the order or trigger it happened to; absent where it is about the box itself. */
  | { readonly kind: 'noted'; readonly code: string; readonly detail: string; readonly trace?: string }
  /** The journal could not take a record: what is no emergency does not go on without one. */
  | { readonly kind: 'undurable' }
  | { readonly kind: 'wake' };

/** An event with its instant: what the journal keeps and what the fold reads. */
export interface Happening {
  readonly at: Instant;
  readonly event: Event;
}
