import type { QuietResult } from './cue.ts';
import type { FirstSoundParts } from './event.ts';
import type { ProofGrade } from './site.ts';
import type { Instant } from './time.ts';

export type Verdict = 'due' | 'sounded' | 'failed' | 'unknown';

/** One stage reported upstream, in order and never skipped: received → verified → queued → started → … → ended. */
export type Stage =
  | { readonly stage: 'received' }
  | { readonly stage: 'verified' }
  | { readonly stage: 'refused'; readonly code: string; readonly detail: string }
  | { readonly stage: 'queued'; readonly zones: readonly string[]; readonly due: number }
  | { readonly stage: 'started'; readonly zone: string; readonly pass: number }
  | { readonly stage: 'preempted'; readonly zone: string; readonly by: string }
  | { readonly stage: 'resumed'; readonly zone: string; readonly pass: number; readonly rule: string }
  | {
      readonly stage: 'terminal';
      readonly terminal: string;
      readonly verdict: Exclude<Verdict, 'due'>;
      readonly grade: ProofGrade | 'switched';
      /** E.g. `no-reply`, `no-current`; null when it sounded. */
      readonly reason: string | null;
      readonly value: number | null;
      readonly unit: string | null;
      /** Age of the evidence when the receipt was made. */
      readonly ageMs: number;
    }
  | { readonly stage: 'degraded'; readonly zone: string; readonly reason: string }
  | { readonly stage: 'first-sound'; readonly totalMs: number; readonly parts: FirstSoundParts }
  | {
      readonly stage: 'ended';
      readonly how: EndedHow;
      readonly due: number;
      readonly sounded: number;
      readonly failed: number;
      readonly unknown: number;
    }
  | { readonly stage: 'done'; readonly what: string }
  /** 叫应: a person on site has heard this alert, `afterMs` after the box received it. */
  | {
      readonly stage: 'answered';
      readonly person: string;
      readonly source: 'console' | 'panel' | 'cli';
      readonly afterMs: number;
    }
  | { readonly stage: 'unproven-silence'; readonly terminals: readonly string[] }
  | {
      readonly stage: 'health';
      readonly terminal: string;
      readonly health: 'well' | 'suspect' | 'lost';
      readonly reason: string;
    }
  /** What a test that nobody hears has found. */
  | { readonly stage: 'quiet-test'; readonly terminal: string; readonly result: QuietResult }
  | { readonly stage: 'restarted'; readonly clean: boolean; readonly boot: string }
  | { readonly stage: 'noted'; readonly code: string; readonly detail: string };

export type EndedHow =
  'completed' | 'stopped' | 'cancelled' | 'cleared' | 'expired' | 'interrupted' | 'replaced' | 'dropped';

/** `number` counts without gaps per box; the centre acknowledges up to a number. */
export interface Receipt {
  readonly number: number;
  readonly at: Instant;
  /** Order or trigger id; '' for receipts about the box itself. */
  readonly trace: string;
  readonly alert: string | null;
  readonly broadcast: string | null;
  readonly status: 'actual' | 'drill' | 'test' | null;
  readonly body: Stage;
}
