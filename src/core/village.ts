import type { QuietResult } from './cue.ts';
import type { Alert, AlertAudio, Severity, Stage } from './alert.ts';
import type { Order, SenderKey } from './order.ts';
import type { Outcome } from './outcome.ts';
import type { EndedHow, Verdict } from './receipt.ts';
import type { AfterRestart, ProofGrade, Site } from './site.ts';
import type { Instant, MonoMs, Reading } from './time.ts';

/** An item made ready to sound: texts filled in, drill rules applied, lengths cut. */
export type ReadyItem =
  | { readonly play: 'tone'; readonly tone: string; readonly longestMs: number | null }
  | { readonly play: 'speech'; readonly text: string; readonly clip: string | null; readonly audio: string | null }
  /** `voicedOnly`: the clip of a drill that does not say so itself; only who can speak the marks before and after plays it. */
  | { readonly play: 'clip'; readonly clip: string; readonly voicedOnly?: true };

export interface ZoneProgress {
  readonly state: 'waiting' | 'playing' | 'preempted' | 'ended';
  /** Full passes done. */
  readonly passes: number;
  /** The item to play next, or the one playing. */
  readonly item: number;
  readonly started: boolean;
  /** When its last full pass ended here; null before the first. */
  readonly lastPassAt: MonoMs | null;
  /** Why it will resume: `preempted`, or the plan's rule after a restart. */
  readonly resume: string | null;
}

/** What is known of one due terminal; `at` is when the evidence was read. */
export interface TerminalResult {
  readonly verdict: Verdict;
  readonly grade: ProofGrade | 'switched';
  readonly reason: string | null;
  readonly value: number | null;
  readonly unit: string | null;
  readonly at: MonoMs;
}

/** One that has been judged, for now or for good. */
export type JudgedResult = TerminalResult & { readonly verdict: Exclude<Verdict, 'due'> };

/** 叫应: a person on duty has heard the alert. */
export interface Answer {
  readonly person: string;
  readonly source: 'panel' | 'console' | 'cli';
  readonly at: MonoMs;
}

/** Kind, severity, stage, voice, authority. */
export type Rank = readonly [kind: number, severity: number, stage: number, voice: number, authority: number];

/** An alert or notice made playable for zones. */
export interface Broadcast {
  readonly id: string;
  readonly trace: string;
  readonly source: string;
  readonly kind: 'alert' | 'all-clear' | 'correction' | 'notice';
  readonly alert: Alert;
  readonly plan: string;
  readonly items: readonly ReadyItem[];
  /** 0 means until it ends or expires. */
  readonly repeats: number;
  readonly intervalMs: number;
  readonly afterRestart: AfterRestart;
  /** The rank table of promise 2 as numbers, most significant first. */
  readonly rank: Rank;
  readonly sequence: number;
  readonly receivedAt: MonoMs;
  readonly expiresAt: MonoMs;
  readonly zones: Readonly<Record<string, ZoneProgress>>;
  readonly results: Readonly<Record<string, TerminalResult>>;
  readonly heard: boolean;
  /** Who answered for it (叫应); absent until somebody did. */
  readonly answer?: Answer;
  readonly ended: EndedHow | null;
  readonly endedAt: MonoMs | null;
  /** What an order said anew of it while a stop held it; absent where none did. */
  readonly news?: News;
}

/** What a person who goes on with an alert would start. */
export type News = Pick<Broadcast, 'alert' | 'source' | 'rank' | 'receivedAt' | 'expiresAt'>;

/** What one zone is doing. Segments, proofs and renewals follow from it by arithmetic and are never stored. */
export interface ZonePlay {
  readonly broadcast: string;
  /** `waiting`: on air and silent, until the sound output that its item needs is free. */
  readonly phase: 'item' | 'pause' | 'waiting';
  readonly startedAt: MonoMs;
  /** The latest end: a tone's exact end, a speech's deadline, the end of a pause. */
  readonly endsAt: MonoMs;
  readonly tone: TonePlay | null;
  /** Terminals still speaking. */
  readonly speaking: readonly string[];
}

/** A tone item on its way: every terminal shifted by its wave, cut at `totalMs` of one terminal's time line. */
export interface TonePlay {
  readonly tone: string;
  readonly onMs: number;
  readonly offMs: number;
  readonly totalMs: number;
  readonly starts: readonly { readonly terminal: string; readonly delayMs: number }[];
}

export interface TerminalState {
  readonly health: 'well' | 'suspect' | 'lost';
  readonly reason: string;
}

/** A stop holds an alert and its updates until severity, stage or area rises, or a person continues. */
export interface Latch {
  readonly alert: string;
  readonly severity: Severity;
  readonly stage: Stage;
  readonly zones: readonly string[];
  readonly at: MonoMs;
}

/** Siren time of one zone: one entry a tone item. */
export interface SirenUse {
  readonly from: MonoMs;
  readonly to: MonoMs;
  readonly onMs: number;
  readonly source: string;
}

export interface SenderState {
  readonly high: number;
  /** Bit i of this hex number: counter `high - i` was seen. 1,024 bits wide. */
  readonly window: string;
}

export interface SeenOrder {
  readonly at: MonoMs;
  /** The first 16 hex digits of the envelope's SHA-256: enough to tell the same order from another of the same id. */
  readonly hash: string;
  readonly via: Order['via'];
  readonly outcome: Outcome;
}

/** Warning audio that an accepted order has named. The file itself lies in the store, under its hash. */
export interface HeldAudio {
  readonly audio: AlertAudio;
  readonly state: 'wanted' | 'ready';
  /** The order under which the centre is asked for it. */
  readonly order: string;
  /** An actual emergency waits for it: it is fetched before all others. */
  readonly urgent: boolean;
  /** How long it is asked for. */
  readonly until: MonoMs;
  /** When an order last named it: the oldest goes first when room is needed. */
  readonly namedAt: MonoMs;
  /** Orders to store it that have not been answered yet. */
  readonly stores: readonly string[];
}

/** An alert without a word of text: it cannot be spoken, so it waits for its audio. */
export interface WaitingOrder {
  readonly trace: string;
  readonly source: string;
  readonly alert: Alert;
  readonly expiresAt: MonoMs;
  /** It was answered before a stop ended it. */
  readonly answer?: Answer;
}

/** The proof after a stop: who has not been read silent yet. */
export interface StopProof {
  readonly trace: string;
  readonly pending: readonly string[];
  readonly attempts: number;
  readonly until: MonoMs;
}

/** A terminal's last test without a sound. */
export interface QuietTest {
  readonly result: QuietResult;
  readonly at: MonoMs;
  /** Nothing was wrong, or it has been proven to sound since. */
  readonly healed: boolean;
}

/** A quiet test under way: one unit after the other. */
export interface QuietRun {
  readonly id: string;
  readonly running: string;
  readonly queue: readonly string[];
  /** No word of the running one until then is no answer. */
  readonly until: MonoMs;
}

/** The durable part of the village: the fold of journaled events. Plain JSON; inner objects are never changed in place. */
export interface Durable {
  readonly schema: 1;
  readonly site: Site | null;
  readonly siteHash: string | null;
  readonly real: boolean;
  readonly keys: readonly SenderKey[];
  /** The keys last read from the site's files, as canonical JSON: only a change made there by hand replaces keys set by order. */
  readonly keysOfFiles: string;
  readonly last: Instant | null;
  readonly boot: string | null;
  /** Outputs are being read at start; nothing is scheduled before `outputs` or this instant. */
  readonly settlingUntil: MonoMs | null;
  readonly clockSource: 'centre' | 'ntp' | 'rtc' | 'none';
  readonly senders: Readonly<Record<string, SenderState>>;
  readonly seen: Readonly<Record<string, SeenOrder>>;
  readonly broadcasts: Readonly<Record<string, Broadcast>>;
  readonly plays: Readonly<Record<string, ZonePlay>>;
  readonly terminals: Readonly<Record<string, TerminalState>>;
  readonly latches: readonly Latch[];
  readonly stopProof: StopProof | null;
  readonly routineHeldUntil: MonoMs | null;
  readonly sirenUse: Readonly<Record<string, readonly SirenUse[]>>;
  readonly routine: { readonly day: number; readonly plays: number };
  readonly localStarts: readonly { readonly person: string; readonly at: MonoMs }[];
  readonly noticesPlayed: Readonly<Record<string, number>>;
  readonly degraded: Readonly<Record<string, string>>;
  /** Instants at which sirens of a supply were or will be started; only those its gap can still see. */
  readonly supplyStarts: Readonly<Record<string, readonly MonoMs[]>>;
  /** Pushed audio by its SHA-256. */
  readonly audio: Readonly<Record<string, HeldAudio>>;
  readonly waiting: readonly WaitingOrder[];
  readonly quietTests: Readonly<Record<string, QuietTest>>;
  readonly quietRun: QuietRun | null;
  /** The Beijing day of the last nightly quiet test. */
  readonly selfTestDay: number | null;
  /** Of sensors with a threshold on how much a total grows, the oldest first: a restart must not forget the rain. */
  readonly totals: Readonly<Record<string, readonly Reading[]>>;
  readonly sequence: number;
  readonly nextReceipt: number;
  readonly acknowledged: number;
  /** Reports sent by satellite: the counter of the last one. */
  readonly satelliteReports: number;
  /** Frames recorded in the journal so far. */
  readonly framesSent: number;
}

/** In memory only: when segments were last looked at, and how often a look or repair was tried in the item on air. */
export interface Senses {
  readonly wokeAt: MonoMs | null;
  readonly tries: Readonly<Record<string, number>>;
  /** When a terminal was last switched on again within its segment: its battery feels that start, too. */
  readonly repaired: Readonly<Record<string, MonoMs>>;
  /** What each terminal was last seen doing while a broadcast had ordered it to sound. No answer is no look. */
  readonly looks: Readonly<Record<string, Look>>;
}

export interface Look {
  readonly broadcast: string;
  readonly sounds: boolean;
  readonly at: MonoMs;
}

export interface Village {
  readonly durable: Durable;
  readonly senses: Senses;
}

export const emptyVillage: Village = {
  durable: {
    schema: 1,
    site: null,
    siteHash: null,
    real: false,
    keys: [],
    keysOfFiles: '',
    last: null,
    boot: null,
    settlingUntil: null,
    clockSource: 'none',
    senders: {},
    seen: {},
    broadcasts: {},
    plays: {},
    terminals: {},
    latches: [],
    stopProof: null,
    routineHeldUntil: null,
    sirenUse: {},
    routine: { day: 0, plays: 0 },
    localStarts: [],
    noticesPlayed: {},
    degraded: {},
    supplyStarts: {},
    quietTests: {},
    quietRun: null,
    selfTestDay: null,
    totals: {},
    audio: {},
    waiting: [],
    sequence: 1,
    nextReceipt: 1,
    acknowledged: 0,
    satelliteReports: 0,
    framesSent: 0,
  },
  senses: { wokeAt: null, tries: {}, repaired: {}, looks: {} },
};
