import type { Event, Happening } from '../core/event.ts';
import type { Receipt } from '../core/receipt.ts';
import { step } from '../core/step.ts';
import { stoppedLast } from '../core/stop.ts';
import type { Instant, MonoMs } from '../core/time.ts';
import type { Durable } from '../core/village.ts';
import type { BoxClock } from './clock.ts';
import { entryMaker, type JournalEntry } from './loop.ts';
import { stateHash, type Memory } from './memory.ts';
import type { Recovered } from './recover.ts';

export interface HeldStopsPorts {
  /** The clock of the life without memory: it knows of no earlier one, so its box time begins at nought. */
  readonly clock: BoxClock;
  /** The clock of a box that starts now and knows what was. */
  readonly clockAfter: (recovered: Recovered) => BoxClock;
}

/** The stops of a life without memory, and what took them back, until the journal has them. */
export interface HeldStops {
  /** To be told of every entry as it is made. */
  readonly told: (entry: JournalEntry) => void;
  readonly areAny: () => boolean;
  /** Appends them to the memory that can be read again, behind what it holds; what it does not take stays held. */
  readonly writeTo: (memory: Memory) => Promise<void>;
}

interface HeldStop {
  readonly happening: Happening;
  /** It ended something that this life knew of, so that going on takes it back. */
  readonly hasEnded: boolean;
}

/** Going on, done when the journal had these stops already. */
interface HeldGoOn {
  readonly happening: Happening;
  readonly takesBack: readonly HeldStop[];
}

type Held = HeldStop | HeldGoOn;

/** A stop that the journal has. */
interface Written {
  readonly stop: HeldStop;
  readonly mono: MonoMs;
}

/** The newest stop ends whatever the journal has live; of more than these one goes that says nothing new, else the oldest. */
const heldMax = 16;

const isStop = (held: Held): held is HeldStop => 'hasEnded' in held;

const hasEnded = (receipts: readonly Receipt[]): boolean =>
  receipts.some(({ body }) => body.stage === 'ended' && body.how === 'stopped');

const goesOn = (receipts: readonly Receipt[]): boolean =>
  receipts.some(({ body }) => body.stage === 'done' && body.what === 'continued');

/** Going on takes back the newest stop that ended anything, and those after it. */
const takenBack = (stops: readonly HeldStop[]): readonly HeldStop[] => {
  const newest = stops.findLastIndex((stop) => stop.hasEnded);
  return newest < 0 ? [] : stops.slice(newest);
};

/** The first that is taken back only together with the one before it, for it ended nothing; -1 where there is none. */
const secondTouch = (stops: readonly HeldStop[]): number => stops.findIndex((stop, at) => at > 0 && !stop.hasEnded);

/** Of more than are held one goes; the touch after it, which ended nothing, then stands for it. */
const boundWaiting = (waiting: readonly Held[]): readonly Held[] => {
  const stops = waiting.filter(isStop);
  if (stops.length <= heldMax) return waiting;
  const touch = secondTouch(stops);
  const [gone, next] = [stops[Math.max(0, touch - 1)], stops[touch]];
  const left = waiting.filter((held) => held !== gone);
  return left.map((held) => (held === next && gone !== undefined ? { ...next, hasEnded: gone.hasEnded } : held));
};

/** What the journal had live was ended by the older of two touches: that one is kept. */
const boundWritten = (written: readonly Written[]): readonly Written[] => {
  if (written.length <= heldMax) return written;
  const gone = Math.max(0, secondTouch(written.map(({ stop }) => stop)));
  return written.filter((_, at) => at !== gone);
};

/** What people did in their order: what waits for the card, and the stops that the card has and nobody has taken back. */
const createBook = () => {
  let waiting: readonly Held[] = [];
  let written: readonly Written[] = [];
  /** On its way to the card, which may take it or not. */
  let underWay: Held | null = null;

  const standing = (): readonly HeldStop[] => {
    const back = new Set(waiting.flatMap((held) => (isStop(held) ? [] : held.takesBack)));
    return [...written.map(({ stop }) => stop), ...waiting.filter(isStop)].filter((stop) => !back.has(stop));
  };
  const drop = (held: Held): void => {
    waiting = waiting.filter((other) => other !== held);
  };

  return {
    waiting: () => waiting,
    stop: (stop: HeldStop): void => {
      waiting = boundWaiting([...waiting, stop]);
    },
    goOn: (happening: Happening): void => {
      const back = takenBack(standing());
      const takesBack = back.filter((stop) => stop === underWay || !waiting.includes(stop));
      back.forEach(drop);
      if (takesBack.length > 0) waiting = [...waiting, { happening, takesBack }];
    },
    /** When the journal has it that these were stopped; of those alone that it took. */
    stoppedAt: ({ takesBack }: HeldGoOn): readonly MonoMs[] =>
      written.flatMap(({ stop, mono }) => (takesBack.includes(stop) ? [mono] : [])),
    begin: (held: Held): void => {
      underWay = held;
    },
    /** Null: the card has not taken it. */
    end: (held: Held, mono: MonoMs | null): void => {
      underWay = null;
      if (mono === null) return;
      drop(held);
      if (isStop(held)) written = boundWritten([...written, { stop: held, mono }]);
      else written = written.filter(({ stop }) => !held.takesBack.includes(stop));
    },
  };
};

/** Folds one event after the other into what the memory holds, and appends it; false when it was not taken. */
const writerOf = (memory: Memory) => {
  const makeEntry = entryMaker(stateHash);
  let { village } = memory.recovered;
  return {
    durable: () => village.durable,
    write: async (happening: Happening): Promise<boolean> => {
      const stepped = step(village, happening);
      const appended = await memory.append(makeEntry(happening, stepped), village.durable.acknowledged);
      if (appended.ok) ({ village } = stepped);
      return appended.ok;
    },
  };
};

/** What would go on has been ended by one of the stops at these instants, by no other of before or of this life. */
const bringsBack = (durable: Durable, now: MonoMs, stoppedAt: readonly MonoMs[]): boolean => {
  const [newest] = stoppedLast(durable, now);
  return newest !== undefined && newest.endedAt !== null && stoppedAt.includes(newest.endedAt);
};

/** Going on as the journal is told of it: what the person was shown is of this life, and the journal knows nothing of it. */
const asWritten = ({ happening: { event } }: Held): Event =>
  event.kind === 'continue' ? { kind: 'continue', person: event.person, id: event.id } : event;

/**
 * Holds the stops of a box without memory. In the journal a warning may be live that this life knows nothing of, and the next
 * start would sound it again: it is ended by the stop, latched, and told upstream, before that start reads it. The start of
 * this life goes before, so that the restart rule judges first, as with any other box. Going on takes back a stop: one that
 * waits is not written, and behind one that was written going on is. All else that people did here was about what began here,
 * and has ended with it; an answer (叫应) must not be taken for one to a warning that nobody was shown.
 */
export const holdStops = ({ clock, clockAfter }: HeldStopsPorts): HeldStops => {
  const book = createBook();
  let started: Happening | null = null;
  let base: number | null = null;

  /** This life's instants on the journal's scale: behind its last one, and where a start of now would reckon them to be. */
  const stampAfter = (last: Instant | null, known: BoxClock): ((at: Instant) => Instant) => {
    const [now, lived] = [known.now(), clock.now().mono];
    const from = (base ??= Math.max(last === null ? 0 : last.mono + 1, now.mono - lived));
    const wallAt = (mono: MonoMs): number => Math.max(last?.wall ?? 0, now.wall - (lived - mono));
    return ({ mono }) => ({ ...now, mono: from + mono, wall: wallAt(mono) });
  };

  return {
    told: ({ at, event, receipts }) => {
      if (event.kind === 'booted') started = { at, event };
      if (event.kind === 'stop') book.stop({ happening: { at, event }, hasEnded: hasEnded(receipts) });
      if (event.kind === 'continue' && goesOn(receipts)) book.goOn({ at, event });
    },
    areAny: () => book.waiting().length > 0,
    writeTo: async (memory) => {
      const { last, clockSource } = memory.recovered.village.durable;
      const known = clockAfter(memory.recovered);
      if (clock.source() === 'centre') known.setFromCentre(clock.now().wall);
      const stamp = stampAfter(last, known);
      const { durable, write } = writerOf(memory);
      const [first] = book.waiting();
      const opening = started ?? first?.happening;
      if (opening === undefined) return;
      if (started !== null && !(await write({ ...started, at: stamp(started.at) }))) return;
      started = null;
      // By what stands behind these instants the next start judges how much time has passed since.
      const source: Event = { kind: 'clock', source: known.source() };
      if (source.source !== clockSource && !(await write({ at: stamp(opening.at), event: source }))) return;
      for (let [next] = book.waiting(); next !== undefined; [next] = book.waiting()) {
        const at = stamp(next.happening.at);
        const isDue = isStop(next) || bringsBack(durable(), at.mono, book.stoppedAt(next));
        book.begin(next);
        const isDone = !isDue || (await write({ at, event: asWritten(next) }));
        book.end(next, isDone ? at.mono : null);
        if (!isDone) return;
      }
    },
  };
};
