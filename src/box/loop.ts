import type { Effect } from '../core/effect.ts';
import type { Event, Happening } from '../core/event.ts';
import { livesRoutine } from '../core/interrupt-routine.ts';
import { nextWake } from '../core/next-wake.ts';
import type { Receipt } from '../core/receipt.ts';
import { step, type Stepped } from '../core/step.ts';
import type { Instant } from '../core/time.ts';
import type { Durable, Village } from '../core/village.ts';
import { fromMemory } from './from-memory.ts';
import { createOvertaken } from './overtaken.ts';
import { createRecordedPlays } from './recorded-plays.ts';
import { createRecorder, type Recorder, type RecorderState } from './recorder.ts';
import { coreErrors } from '../words/errors/core.ts';
import type { Failure, Result } from '../words/failure.ts';

/** One record of the journal: the event with its instant, the receipts it made, and now and then the state's hash. */
export interface JournalEntry {
  readonly at: Instant;
  readonly event: Event;
  readonly receipts: readonly Receipt[];
  /** SHA-256 of the durable part after this event, hex; only in every 32nd record, so that it costs next to nothing. */
  readonly state?: string;
}

/** A place in the journal. */
export interface Recorded {
  readonly number: number;
  readonly hash: string;
}

/** The durable part of which the journal holds every event up to `record`, and none behind it. */
export interface Settled {
  readonly durable: Durable;
  readonly record: Recorded;
  /** The journal took records in another order than they were folded in: only a checkpoint makes that harmless. */
  readonly mended: boolean;
}

export interface LoopPorts {
  readonly now: () => Instant;
  /** Calls back once, `afterMs` from now; returns what takes it back. */
  readonly setTimer: (afterMs: number, call: () => void) => () => void;
  readonly append: (entry: JournalEntry) => Promise<Result<Recorded>>;
  /** Every entry as it is made, whatever becomes of its record. */
  readonly onEntry?: ((entry: JournalEntry) => void) | undefined;
  readonly carryOut: (effect: Effect) => void;
  /** A record is durable: its receipts, its place, and what may be kept as a checkpoint now. */
  readonly release: (receipts: readonly Receipt[], record: Recorded, settled: Settled | null) => void;
  /** A record will never be: nobody will ever be sent its receipts. */
  readonly onLost?: ((receipts: readonly Receipt[]) => void) | undefined;
  /** The same order came again, by this way: what became of it. Only behind the record of everything before it. */
  readonly answer: (repeated: Extract<Effect, { do: 'answer' }>) => void;
  readonly stateHash: (durable: Durable) => string;
  readonly report: (failure: Failure) => void;
}

/** What an event came to: the receipts it made at once, and whether they are recorded. */
export interface Told {
  readonly receipts: readonly Receipt[];
  readonly recorded: Promise<boolean>;
}

export interface Loop {
  readonly village: () => Village;
  /** Feeds one event and gives back what it made: for whoever asked, and waits for the answer. */
  readonly ask: (event: Event) => Told;
  /** Feeds one event. Resolves when what it changed is durable: true, or false when the journal could not take it. */
  readonly tell: (event: Event) => Promise<boolean>;
  /** False while a record waits for a disk that fails: emergencies sound, nothing is acknowledged. */
  readonly isDurable: () => boolean;
  /** Events recorded in memory only, oldest first, waiting for the disk. */
  readonly waiting: () => number;
  /** Events that will never be recorded. */
  readonly dropped: () => number;
  readonly stop: () => void;
}

const hashEvery = 32;
/** A timer holds at most 2^31 ms; a far wake is approached in steps that change nothing. */
const longestTimerMs = 86_400_000;

/** Effects of an event that may not wait for its record: urgent switching, and what needs no record at all. */
const atOnce = (effect: Effect, changed: boolean): boolean => {
  if (effect.do === 'receipt') return false;
  if (!changed || effect.do === 'prove' || effect.do === 'renew' || effect.do === 'read-outputs') return true;
  return (effect.do === 'sound' || effect.do === 'silence') && effect.urgent;
};

/** Makes journal entries; every 32nd carries the hash of the state it led to. */
export const entryMaker = (stateHash: LoopPorts['stateHash']) => {
  let sinceHash = 0;
  return ({ at, event }: Happening, { village, effects }: Stepped): JournalEntry => {
    const receipts = effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt] : []));
    sinceHash += 1;
    if (sinceHash < hashEvery) return { at, event, receipts };
    sinceHash = 0;
    return { at, event, receipts, state: stateHash(village.durable) };
  };
};

/** The newest durable part and the furthest place; null while an older record is still on its way behind them. */
const settling = () => {
  let newest: { readonly turn: number; readonly durable: Durable } | null = null;
  let furthest: Recorded | null = null;
  return (turn: number, durable: Durable, place: Recorded, state: RecorderState): Settled | null => {
    if (newest === null || turn > newest.turn) newest = { turn, durable };
    if (furthest === null || place.number > furthest.number) furthest = place;
    return state.whole ? { durable: newest.durable, record: furthest, mended: state.mended } : null;
  };
};

/**
 * Who asks for new routine, a drill or a test, and under which id; null for everything else. What only ends an alert is
 * always obeyed, words that come with it are not said then; an order that comes again is answered for what became of it.
 */
const routineOf = (event: Event, { site, seen }: Durable): { sender: string; order: string; via: string } | null => {
  if (event.kind === 'order') {
    const { class: kind, sender, id: order, via, body } = event.order;
    if (seen[order] !== undefined || (body.kind !== 'issue' && body.kind !== 'update')) return null;
    return kind === 'routine' || kind === 'drill' ? { sender, order, via } : null;
  }
  if (event.kind !== 'trigger') return null;
  const { status, plan, person: sender, id: order, source: via } = event.trigger;
  const isRoutine = site?.plans.some(({ id, class: kind }) => id === plan && kind === 'routine') === true;
  return status !== 'actual' || isRoutine ? { sender, order, via } : null;
};

/** While nothing can be recorded, routine and drills are refused; emergencies sound from memory. */
const withoutRoutine = (event: Event, { durable }: Village): Event => {
  const asked = routineOf(event, durable);
  if (asked === null) return event;
  return { kind: 'refused', code: 'routine-undurable', detail: coreErrors['routine-undurable'].en, ...asked };
};

/** What is done once a record has come back from the disk. */
interface Follow {
  /** `of`: the step that the effect is of. */
  readonly perform: (effect: Effect, of: number) => void;
  /** It could not be recorded, for now or for ever. */
  readonly onUnrecorded: () => void;
}

/** The acts of a loop: those that leave at once, and those that come behind a record. */
const actsOf = (ports: LoopPorts, recorder: Recorder<JournalEntry, Recorded>, village: () => Village) => {
  const plays = createRecordedPlays();
  const overtaken = createOvertaken();
  const perform = (effect: Effect): void => {
    // It says that the order was taken: a crash must not take back what the centre holds a signature for (promise 1).
    if (effect.do === 'answer') recorder.onceDurable(() => ports.answer(effect));
    else if (effect.do !== 'receipt') ports.carryOut(effect);
  };
  return {
    next: overtaken.next,
    hold: overtaken.hold,
    begin: plays.begin,
    now: (effect: Effect, of: number): void => {
      const allowed = plays.allow(effect, village().durable);
      if (allowed !== null) overtaken.done(allowed, of).forEach(perform);
    },
    late: (effect: Effect, of: number): void => overtaken.left(effect, of).forEach(perform),
  };
};

/** One step to be recorded: what it left, and what waits for the record. */
interface ToRecord {
  readonly entry: JournalEntry;
  readonly durable: Durable;
  readonly after: readonly Effect[];
  readonly step: number;
  /** The record is durable, or never will be. */
  readonly onSettled: () => void;
}

/** Records an entry; its effects and receipts follow the record. Resolves to whether it is durable now. */
const recordThen = (recorder: Recorder<JournalEntry, Recorded>, ports: LoopPorts, follow: Follow) => {
  const { perform, onUnrecorded } = follow;
  const settle = settling();
  let turns = 0;
  return ({ entry, durable, after, step: of, onSettled }: ToRecord): Promise<boolean> => {
    ports.onEntry?.(entry);
    const doLate = (effects: readonly Effect[]): void => effects.forEach((effect) => perform(effect, of));
    let left = after;
    turns += 1;
    const turn = turns;
    return new Promise((resolve) =>
      recorder.record({
        entry,
        onDurable: (place, state) => {
          onSettled();
          ports.release(entry.receipts, place, settle(turn, durable, place, state));
          doLate(left);
          resolve(true);
        },
        // A cancel that could not be recorded is carried out, its record tried again.
        onPutOff: () => {
          doLate(fromMemory(durable, left));
          left = [];
          onUnrecorded();
          resolve(false);
        },
        onDropped: () => {
          onSettled();
          ports.onLost?.(entry.receipts);
          doLate(fromMemory(durable, left));
          onUnrecorded();
          resolve(false);
        },
      }),
    );
  };
};

/**
 * Turns the loop: event → step → effects, in the order of acts. Urgent effects leave before the record is begun and wait
 * for nothing; all others, receipts among them, follow the record. A failed record is kept in memory and tried again.
 */
export const turnLoop = (start: Village, ports: LoopPorts): Loop => {
  let village = start;
  let cancelWake: () => void = () => undefined;
  let stopped = false;
  const recorder = createRecorder<JournalEntry, Recorded>(ports);
  const acts = actsOf(ports, recorder, () => village);
  const record = recordThen(recorder, ports, {
    perform: acts.late,
    onUnrecorded: () => {
      if (livesRoutine(village)) void tell({ kind: 'undurable' });
    },
  });
  const makeEntry = entryMaker(ports.stateHash);

  const planWake = (): void => {
    cancelWake();
    const now = ports.now();
    const wake = stopped ? null : nextWake(village, now);
    if (wake === null) return;
    const afterMs = Math.min(Math.max(0, wake - now.mono), longestTimerMs);
    cancelWake = ports.setTimer(afterMs, () => void tell({ kind: 'wake' }));
  };

  const ask = (told: Event): Told => {
    const event = recorder.waiting() > 0 ? withoutRoutine(told, village) : told;
    const happening: Happening = { at: ports.now(), event };
    const before = village.durable;
    const stepped = step(village, happening);
    village = stepped.village;
    const number = acts.next();
    const { durable } = stepped.village;
    const onSettled = acts.begin(before, durable);
    for (const effect of stepped.effects) if (atOnce(effect, stepped.changed)) acts.now(effect, number);
    planWake();
    if (!stepped.changed) return { receipts: [], recorded: Promise.resolve(true) };
    const after = stepped.effects.filter((effect) => !atOnce(effect, stepped.changed));
    acts.hold(after, number);
    const entry = makeEntry(happening, stepped);
    const recorded = record({ entry, durable, after, step: number, onSettled });
    return { receipts: entry.receipts, recorded };
  };
  const tell = (event: Event): Promise<boolean> => ask(event).recorded;

  return {
    village: () => village,
    ask,
    tell,
    isDurable: () => recorder.waiting() === 0,
    waiting: recorder.waiting,
    dropped: recorder.dropped,
    stop: () => {
      stopped = true;
      cancelWake();
      recorder.stop();
    },
  };
};
