import type { Event, Happening } from '../core/event.ts';
import type { Receipt } from '../core/receipt.ts';
import { step } from '../core/step.ts';
import type { Instant, MonoMs } from '../core/time.ts';
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

/** The stops of a life without memory, until the journal has them. */
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

/** The newest stop ends whatever the journal has live; of more than these the oldest say nothing that it does not. */
const heldMax = 16;

const hasEnded = (receipts: readonly Receipt[]): boolean =>
  receipts.some(({ body }) => body.stage === 'ended' && body.how === 'stopped');

const goesOn = (receipts: readonly Receipt[]): boolean =>
  receipts.some(({ body }) => body.stage === 'done' && body.what === 'continued');

/** Going on takes back the newest stop that ended anything, and those after it. */
const withoutTakenBack = (stops: readonly HeldStop[]): readonly HeldStop[] => {
  const newest = stops.findLastIndex((stop) => stop.hasEnded);
  return newest < 0 ? stops : stops.slice(0, newest);
};

/** Folds one event after the other into what the memory holds, and appends it; false when it was not taken. */
const writerOf = (memory: Memory): ((happening: Happening) => Promise<boolean>) => {
  const makeEntry = entryMaker(stateHash);
  let { village } = memory.recovered;
  return async (happening) => {
    const stepped = step(village, happening);
    const appended = await memory.append(makeEntry(happening, stepped), village.durable.acknowledged);
    if (appended.ok) ({ village } = stepped);
    return appended.ok;
  };
};

/**
 * Holds the stops of a box without memory. In the journal a warning may be live that this life knows nothing of, and the next
 * start would sound it again: it is ended by the stop, latched, and told upstream, before that start reads it. The start of
 * this life goes before, so that the restart rule judges first, as with any other box. All else that people did here was about
 * what began here, and has ended with it; an answer (叫应) must not be taken for one to a warning that nobody was shown.
 */
export const holdStops = ({ clock, clockAfter }: HeldStopsPorts): HeldStops => {
  let started: Happening | null = null;
  let stops: readonly HeldStop[] = [];
  let base: number | null = null;

  /** This life's instants on the journal's scale: behind its last one, and where a start of now would reckon them to be. */
  const stampAfter = (last: Instant | null, known: BoxClock): ((at: Instant) => Instant) => {
    const [now, lived] = [known.now(), clock.now().mono];
    const from = (base ??= Math.max(last === null ? 0 : last.mono + 1, now.mono - lived));
    const wallAt = (mono: MonoMs): number => Math.max(last?.wall ?? 0, now.wall - (lived - mono));
    return ({ mono }) => ({ ...now, mono: from + mono, wall: wallAt(mono) });
  };

  const forget = (written: Happening): void => {
    if (started === written) started = null;
    stops = stops.filter(({ happening }) => happening !== written);
  };

  return {
    told: ({ at, event, receipts }) => {
      if (event.kind === 'booted') started = { at, event };
      if (event.kind === 'stop')
        stops = [...stops, { happening: { at, event }, hasEnded: hasEnded(receipts) }].slice(-heldMax);
      if (event.kind === 'continue' && goesOn(receipts)) stops = withoutTakenBack(stops);
    },
    areAny: () => stops.length > 0,
    writeTo: async (memory) => {
      const { last, clockSource } = memory.recovered.village.durable;
      const known = clockAfter(memory.recovered);
      if (clock.source() === 'centre') known.setFromCentre(clock.now().wall);
      const stamp = stampAfter(last, known);
      const write = writerOf(memory);
      const [first, ...others] = [...(started === null ? [] : [started]), ...stops.map(({ happening }) => happening)];
      if (first === undefined) return;
      // By what stands behind these instants the next start judges how much time has passed since.
      const source: Event = { kind: 'clock', source: known.source() };
      const between = source.source === clockSource ? [] : [{ at: first.at, event: source }];
      for (const happening of [first, ...between, ...others]) {
        if (!(await write({ at: stamp(happening.at), event: happening.event }))) return;
        forget(happening);
      }
    },
  };
};
