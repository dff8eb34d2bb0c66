import type { AlertStatus, Severity } from '../core/alert.ts';
import type { ProofGrade } from '../core/site.ts';
import type { Bilingual } from '../words/bilingual.ts';

/** What the page knows of the site; sent once, when somebody begins to watch. */
export interface SiteView {
  readonly id: string;
  readonly name: Bilingual;
  readonly zones: readonly ZoneView[];
  readonly terminals: readonly TerminalView[];
  /** Plans a person may start, in the order of their files. */
  readonly plans: readonly PlanView[];
  /** Who may enter a PIN. */
  readonly staff: readonly { readonly id: string; readonly name: string }[];
  /** Minutes of the Beijing day between which people sleep. */
  readonly night: { readonly from: number; readonly to: number };
}

export interface ZoneView {
  readonly id: string;
  readonly name: Bilingual;
  readonly households: number;
  readonly people: number;
}

export interface TerminalView {
  readonly id: string;
  readonly name: Bilingual;
  readonly zone: string;
  readonly kind: 'siren' | 'speaker';
  readonly abilities: readonly string[];
  readonly proof: ProofGrade;
  /** How often its unit is asked, in ms; null where nothing is polled. */
  readonly seenEveryMs: number | null;
}

export interface PlanView {
  readonly id: string;
  readonly name: Bilingual;
  readonly class: 'emergency' | 'routine';
  /** Levels to choose from, the first by default; never empty. */
  readonly severities: readonly Severity[];
  readonly zones: readonly string[];
  /** What sounds, in order. `text` null: the words of this warning. */
  readonly items: readonly ItemView[];
  /** 0: until the alert ends. */
  readonly repeats: number;
  readonly drillItems: readonly ItemView[];
  readonly drillRepeats: number;
  /** The sentences that stand ready when such a warning is taken back. */
  readonly lift: Readonly<Record<'correction' | 'all-clear', string>>;
  /** Longest siren of an unlocked drill in ms; 0: the siren stays locked in drills. */
  readonly sirenUnlockMs: number;
}

export type ItemView =
  | { readonly play: 'tone'; readonly name: Bilingual }
  | { readonly play: 'speech'; readonly text: string | null }
  | { readonly play: 'clip'; readonly name: string };

/** Numbers that always add up: due = sounded + failed + unknown. `waiting` of the unknown are only waited for. */
export interface Counts {
  readonly due: number;
  readonly sounded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly waiting: number;
}

export interface ResultView {
  readonly terminal: string;
  readonly verdict: 'sounded' | 'failed' | 'unknown' | 'waiting';
  readonly grade: string;
  readonly reason: string | null;
  readonly value: number | null;
  readonly unit: string | null;
  /** Age of the evidence in ms; null while there is none. */
  readonly ageMs: number | null;
}

export interface BroadcastView {
  readonly id: string;
  readonly trace: string;
  readonly alert: string;
  /** A person on site, or the sender of a signed order. */
  readonly source: string;
  readonly isLocal: boolean;
  /** A sensor began it, no person on site. */
  readonly isBySensor: boolean;
  readonly kind: 'alert' | 'all-clear' | 'correction' | 'notice';
  readonly status: AlertStatus;
  readonly class: 'emergency' | 'routine';
  readonly severity: Severity;
  readonly headline: string;
  readonly text: string;
  readonly plan: string;
  readonly zones: readonly {
    readonly zone: string;
    readonly state: 'waiting' | 'playing' | 'preempted' | 'ended';
    readonly passes: number;
  }[];
  readonly state: 'playing' | 'queued' | 'preempted' | 'ended';
  readonly repeats: number;
  readonly receivedAgoMs: number;
  /** Null while it lives. */
  readonly ended: string | null;
  readonly endedAgoMs: number | null;
  /** Its validity is over: also when it had ended before. */
  readonly isExpired: boolean;
  /** 叫应: a warning in force that nobody has answered; an answer given now goes to it. */
  readonly awaitsAnswer: boolean;
  /** Null for one that ended before the box was started. */
  readonly counts: Counts | null;
  readonly results: readonly ResultView[];
}

export interface TerminalNow {
  readonly id: string;
  readonly health: 'well' | 'suspect' | 'lost';
  readonly reason: string;
  readonly sounding: 'yes' | 'no' | 'unknown';
  /** When its unit was last heard on the line, in ms ago; null: never since the start. */
  readonly seenAgoMs: number | null;
  /** What it last showed when it was due, and how long ago. */
  readonly last: ResultView | null;
}

/** One receipt as a line of the time line. */
export interface ReceiptView {
  readonly number: number;
  readonly wall: number;
  readonly trace: string;
  readonly broadcast: string | null;
  readonly status: AlertStatus | null;
  readonly stage: string;
  readonly words: Bilingual;
}

/** What a stop by hand ended and a person may still let sound again: the newest that was ordered of it. */
export interface StoppedView {
  readonly alert: string;
  readonly headline: string;
  readonly severity: Severity;
  readonly text: string;
  /** Were these words ordered after the stop? Then nobody here has heard them yet. */
  readonly isNews: boolean;
}

/** Everything that changes. Ages are ages at `at`: a page adds how long ago it got this. */
export interface LiveView {
  readonly at: { readonly wall: number; readonly trust: 'trusted' | 'guessed' };
  readonly boot: string;
  readonly software: string;
  readonly uplink: { readonly state: 'connected' | 'lost' | 'none'; readonly sinceMs: number | null };
  readonly isDurable: boolean;
  readonly troubles: readonly { readonly code: string; readonly words: Bilingual }[];
  /** Live ones by rank, highest first. */
  readonly live: readonly BroadcastView[];
  /** Ended ones, newest first. */
  readonly ended: readonly BroadcastView[];
  readonly terminals: readonly TerminalNow[];
  /** Newest first. */
  readonly receipts: readonly ReceiptView[];
  /** The last stop by hand that a person may still take back; null when there is none. */
  readonly stop: {
    readonly ageMs: number;
    /** What would sound again, in the order in which it would. */
    readonly warnings: readonly StoppedView[];
  } | null;
}

/** One push to whoever watches. */
export interface Watched {
  readonly sequence: number;
  readonly live: LiveView;
  /** Only in the first. */
  readonly site?: SiteView;
}
