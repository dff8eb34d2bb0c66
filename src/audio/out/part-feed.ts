import { failed, type Failure } from '../../words/failure.ts';
import { levelOf, type Level } from '../level.ts';
import { pcmRate, samplesOfMs, type Pcm } from '../pcm.ts';
import type { Instead, Programme, SoundMaker } from '../programme.ts';
import type { Feed } from './pacer.ts';

/** What one item consists of: sound that is made, and silence between. */
export type Part = Programme | { readonly make: 'silence'; readonly durationMs: number };

/** Ways to say the same, the best first: the next is taken where one fails before it was heard. */
export type Ways = readonly (readonly Part[])[];

export interface PartFeedEvents {
  /** Played is not what was asked for, and why. */
  readonly onInstead: (instead: Instead) => void;
}

export interface Played {
  readonly level: Level;
  readonly ms: number;
  /** Why it ended before its end; null where all was played. */
  readonly failure: Failure | null;
}

/** The sound of one item, made while it is played. */
export interface PartFeed {
  readonly feed: Feed;
  /** What has been taken so far: level of the sound itself, silence between parts left out. */
  readonly played: () => Played;
  readonly stop: () => void;
}

/** So much is made ahead of the ear; the rest when there is room again. */
const aheadSamples = 30 * pcmRate;

/** Mean and peak over everything that went out, without keeping it. */
const createMeter = () => {
  let squares = 0;
  let samples = 0;
  let peakDbfs = -96;
  return {
    add: (pcm: Pcm): void => {
      const { rmsDbfs, peakDbfs: peak } = levelOf(pcm);
      squares += pcm.length * 10 ** (rmsDbfs / 10);
      samples += pcm.length;
      peakDbfs = Math.max(peakDbfs, peak);
    },
    level: (): Level => ({
      rmsDbfs: samples === 0 || squares === 0 ? -96 : Math.max(-96, 10 * Math.log10(squares / samples)),
      peakDbfs,
    }),
    ms: (): number => (1000 * samples) / pcmRate,
  };
};

interface Stock {
  readonly put: (pcm: Pcm, isSound: boolean) => Promise<void>;
  readonly take: (samples: number) => Pcm;
  readonly isEmpty: () => boolean;
  readonly clear: () => void;
}

/** Made sound that waits to be played; whoever makes waits while there is enough. */
const createStock = (meter: { add: (pcm: Pcm) => void }): Stock => {
  let pieces: { readonly pcm: Pcm; readonly isSound: boolean }[] = [];
  let held = 0;
  let room = (): void => undefined;
  return {
    put: async (pcm, isSound) => {
      pieces.push({ pcm, isSound });
      held += pcm.length;
      if (held > aheadSamples) await new Promise<void>((resolve) => (room = resolve));
    },
    take: (samples) => {
      const taken = new Int16Array(Math.min(samples, held));
      for (let at = 0; at < taken.length;) {
        const [first] = pieces;
        if (first === undefined) break;
        const part = first.pcm.subarray(0, taken.length - at);
        if (first.isSound) meter.add(part);
        taken.set(part, at);
        at += part.length;
        const rest = first.pcm.subarray(part.length);
        pieces = rest.length === 0 ? pieces.slice(1) : [{ ...first, pcm: rest }, ...pieces.slice(1)];
      }
      held -= taken.length;
      if (held <= aheadSamples) room();
      return taken;
    },
    isEmpty: () => held === 0,
    clear: () => {
      pieces = [];
      held = 0;
      room();
    },
  };
};

/** Puts sound into stock; `sounds` is called with the first of it. */
const makePart = async (
  { maker, stock, signal, events }: Making,
  part: Part,
  sounds: () => void,
): Promise<Failure | null> => {
  if (part.make === 'silence') {
    await stock.put(new Int16Array(samplesOfMs(part.durationMs)), false);
    return null;
  }
  let told = false;
  for await (const piece of maker.pieces(part, signal)) {
    if (!piece.ok) return piece.failure;
    if (piece.value.instead !== null && !told) {
      told = true;
      events.onInstead(piece.value.instead);
    }
    if (piece.value.pcm.length === 0) continue;
    sounds();
    await stock.put(piece.value.pcm, true);
  }
  return null;
};

interface Making {
  readonly maker: SoundMaker;
  readonly stock: Stock;
  readonly signal: AbortSignal;
  readonly events: PartFeedEvents;
}

/** Every part of one way after the other; the failure that ended it. */
const makeWay = async (making: Making, parts: readonly Part[], sounds: () => void): Promise<Failure | null> => {
  for (const part of parts) {
    const why = making.signal.aborted ? null : await makePart(making, part, sounds);
    if (why !== null) return why;
  }
  return null;
};

/** The first way that sounds; null when all of it was made. */
const makeFirst = async (making: Making, ways: Ways): Promise<Failure | null> => {
  let failure: Failure | null = failed('audio-nothing').failure;
  const heard = new Set<readonly Part[]>();
  for (const parts of ways) {
    failure = await makeWay(making, parts, () => heard.add(parts));
    if (failure === null || heard.size > 0 || making.signal.aborted) break;
    if (parts !== ways.at(-1)) making.events.onInstead({ by: 'recording', why: failure });
  }
  return failure;
};

/**
 * Makes an item and gives it out frame by frame. Making begins at once; while nothing is there yet, silence is given. A
 * failure ends the item with what was played until then; before the first sound the next way is tried.
 */
export const createPartFeed = (maker: SoundMaker, ways: Ways, events: PartFeedEvents): PartFeed => {
  const meter = createMeter();
  const stock = createStock(meter);
  const abort = new AbortController();
  let isMade = false;
  let failure: Failure | null = null;
  const broken = (error: unknown): Failure =>
    failed('audio-internal', { detail: error instanceof Error ? error.message : String(error) }).failure;
  void makeFirst({ maker, stock, signal: abort.signal, events }, ways)
    .catch(broken)
    .then((why) => {
      failure = why;
      isMade = true;
    });

  return {
    feed: (samples) => (isMade && stock.isEmpty() ? null : stock.take(samples)),
    played: () => ({ level: meter.level(), ms: meter.ms(), failure }),
    stop: () => {
      abort.abort();
      stock.clear();
    },
  };
};
