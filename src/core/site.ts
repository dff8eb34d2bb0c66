import type { Bilingual } from '../words/bilingual.ts';
import type { AlertStatus, Severity, Stage } from './alert.ts';

/**
 * The site as core sees it: plain data, compiled from the site's files by src/config. Ids are stable names from those
 * files. Where a terminal is wired is none of core's business; that stands in `Wiring` (wiring.ts).
 */
export interface Site {
  readonly id: string;
  /** 12-digit statistical division code of the township or village (GB/T 2260 + town + village). */
  readonly areaCode: string;
  readonly name: Bilingual;
  readonly zones: readonly Zone[];
  readonly terminals: readonly Terminal[];
  readonly supplies: readonly Supply[];
  readonly tones: readonly Tone[];
  readonly clips: readonly Clip[];
  readonly plans: readonly Plan[];
  readonly notices: readonly Notice[];
  readonly sensors: readonly Sensor[];
  readonly limits: Limits;
  /** Every day at this minute of the Beijing day each terminal that can tests itself without a sound. */
  readonly selfTest?: { readonly minuteOfDay: number };
}

/** The people reached together. `areaCodes` are the division codes that address this zone. */
export interface Zone {
  readonly id: string;
  readonly name: Bilingual;
  readonly areaCodes: readonly string[];
  readonly households: number;
  readonly people: number;
}

export type Ability = 'tone' | 'speech' | 'clip';

/**
 * What keeps a terminal from sounding for ever (promise 3). `timed`: each segment carries its own length, at most
 * `longestMs`. `dead-man`: sounds while renewed; falls silent `holdMs` after the last renewal. `held`: neither.
 */
export type LeaseKind =
  | { readonly kind: 'timed'; readonly longestMs: number; readonly retrigger: Retrigger }
  | { readonly kind: 'dead-man'; readonly holdMs: number; readonly retrigger: Retrigger }
  | { readonly kind: 'held'; readonly retrigger: Retrigger };

/** What the device does when it is switched on while it is on already. */
export type Retrigger = 'extends' | 'ignored' | 'chops' | 'unknown';

/** The best evidence this terminal can give, best first: microphone > sound > current > status > chip > none. */
export type ProofGrade = 'microphone' | 'sound' | 'current' | 'status' | 'chip' | 'none';

export interface Terminal {
  readonly id: string;
  readonly name: Bilingual;
  readonly zone: string;
  readonly kind: 'siren' | 'speaker';
  readonly abilities: readonly Ability[];
  /** The sound output it shares with every terminal of the same name there; null where it has its own sound. */
  readonly output: string | null;
  readonly lease: LeaseKind;
  readonly proof: ProofGrade;
  /** The battery or feed it draws from; sirens that share one start in waves of `startsAtOnce`. */
  readonly supply: string | null;
  /** From order to sound: amplifier lead-in and the like. */
  readonly leadInMs: number;
  /** How long a text takes: `baseMs + perCharacterMs * length`; only for terminals with `speech`. */
  readonly speech: { readonly baseMs: number; readonly perCharacterMs: number } | null;
}

export interface Supply {
  readonly id: string;
  readonly startsAtOnce: number;
  /** Between two waves of starts. */
  readonly startGapMs: number;
}

/** A siren cadence as data: `onMs` sounding, `offMs` silent, `cycles` times. One continuous tone is `offMs: 0, cycles: 1`. */
export interface Tone {
  readonly id: string;
  readonly name: Bilingual;
  readonly onMs: number;
  readonly offMs: number;
  readonly cycles: number;
  /** The number of this tone in siren units that have tones of their own. */
  readonly device?: number;
}

export interface Clip {
  readonly id: string;
  readonly durationMs: number;
  /** Track number in terminals that store clips themselves. */
  readonly track: number | null;
  /** The recording itself says 演练 at both ends: in a drill also a terminal that cannot speak may play it. */
  readonly saysDrill?: boolean;
}

export type PlaylistItem =
  | { readonly play: 'tone'; readonly tone: string }
  /** `text` null speaks the text of the alert. `clip` is played by terminals that cannot speak. */
  | { readonly play: 'speech'; readonly text: string | null; readonly clip: string | null }
  | { readonly play: 'clip'; readonly clip: string };

export type AfterRestart = 'resume' | 'announce-again' | 'stay-silent';

/** How an alert becomes a broadcast. An alert picks the first plan whose event, severity and stage match. */
export interface Plan {
  readonly id: string;
  readonly name: Bilingual;
  readonly class: 'emergency' | 'routine';
  /** Event codes or their prefixes (`11D`), empty for any. */
  readonly events: readonly string[];
  readonly severities: readonly Severity[];
  readonly stages: readonly Stage[];
  /** Default zones of a local trigger; an order names its own. */
  readonly zones: readonly string[];
  readonly playlist: readonly PlaylistItem[];
  /** Full passes of the playlist; 0 means until the alert ends or expires. */
  readonly repeats: number;
  /** Pause between two passes; it counts as sounding. */
  readonly intervalMs: number;
  readonly afterRestart: AfterRestart;
  readonly drill: {
    readonly playlist: readonly PlaylistItem[];
    readonly repeats: number;
    /** Longest siren segment a drill may use when unlocked for that drill; 0 means never. */
    readonly sirenUnlockMs: number;
  };
  /** What is said when such a warning is taken back (`{name}`: its name); left out: the usual sentences. */
  readonly lift?: { readonly correction: string; readonly allClear: string };
}

/** A scheduled routine notice. Weekdays 1 (Monday) – 7; minutes of the Beijing day. */
export interface Notice {
  readonly id: string;
  readonly name: Bilingual;
  readonly plan: string;
  readonly zones: readonly string[];
  readonly weekdays: readonly number[];
  readonly minuteOfDay: number;
  readonly text: string;
}

/**
 * A sensor threshold triggers a plan by itself when the reading named in the wiring is `atLeast` so much, or has grown by
 * so much within `withinMs`.
 */
export interface Sensor {
  readonly id: string;
  readonly name: Bilingual;
  readonly thresholds: readonly {
    readonly id: string;
    readonly atLeast: number;
    readonly withinMs?: number;
    readonly plan: string;
    readonly zones: readonly string[];
    readonly severity: Severity;
    readonly status: AlertStatus;
  }[];
}

/** Promise 9 and reliability limits: changed only here, and only by a signed or local configuration. */
export interface Limits {
  readonly sirenLongestMs: number;
  readonly sirenPauseMs: number;
  readonly sirenPerHourMs: number;
  readonly quietFromMinute: number;
  readonly quietToMinute: number;
  readonly routineLongestMs: number;
  readonly routinePerDay: number;
  readonly queueMax: number;
  readonly holdRoutineAfterStopMs: number;
  readonly renewEveryMs: number;
  /** Most bytes of pushed audio kept; the oldest that nothing live needs goes first. */
  readonly audioStoreBytes: number;
}
