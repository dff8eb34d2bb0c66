import type { MonoMs } from '../core/time.ts';
import { ok, type Failure, type Result } from '../words/failure.ts';
import { chunkMaxBytes, type AudioChunk, type AudioMessage } from './audio-messages.ts';
import { openQuestions, type AudioQuestions, type WantedAudio } from './audio-questions.ts';
import { timersOf, type Timers, type UplinkClock } from './timers.ts';

/** Where the bytes go: a store that keeps what came so far. */
export interface AudioShelf {
  /** Bytes that are here already. */
  readonly begin: (sha256: string) => Promise<Result<number>>;
  readonly append: (sha256: string, offset: number, bytes: Uint8Array) => Promise<Result<unknown>>;
  /** All bytes came: prove them. `media-torn` means that they are to be asked for again. */
  readonly finish: (sha256: string) => Promise<Result<unknown>>;
}

export interface AudioFetchOptions {
  readonly clock: UplinkClock;
  readonly shelf: AudioShelf;
  /** False when there is no link. */
  readonly send: (message: AudioMessage) => boolean;
  readonly onReady: (sha256: string) => void;
  /** It is given up: its bytes are wrong. */
  readonly onFailed: (sha256: string, failure: Failure) => void;
  /** It could not be kept just now and is tried again. */
  readonly report: (failure: Failure) => void;
  readonly isLasting: (failure: Failure) => boolean;
}

export interface AudioFetch {
  /** What is wanted now, the most pressing first; replaces what was wanted before. */
  readonly want: (wanted: readonly WantedAudio[]) => void;
  readonly opened: () => void;
  readonly closed: () => void;
  /** One chunk of the centre. A failure is for the centre: nothing was taken, and nothing else changes. */
  readonly take: (chunk: AudioChunk) => Result<unknown>;
  readonly stop: () => void;
}

/** Not more than fifty chunks a second: a push takes a small part of the link's budget of messages and of the disk. */
const askEveryMs = 20;
/** A centre that does not answer is asked again, and later less often. */
const answerWithinMs = 20_000;
const longPauseMs = 60_000;
const shortestChunk = 256;
const firstChunk = 1_024;
/** A chunk that takes longer holds up an order behind it: the next one is half as long. */
const slowChunkMs = 1_000;
const quickChunkMs = 400;

/** The length of the next chunk after one of `length` took `ms`: an order never waits much longer than a second behind it. */
export const nextLength = (length: number, ms: number): number => {
  if (ms > slowChunkMs) return Math.max(shortestChunk, Math.floor(length / 2));
  return ms < quickChunkMs ? Math.min(chunkMaxBytes, length * 2) : length;
};

/** The mutable part of a fetch and what it is made of. */
interface Fetching {
  readonly options: AudioFetchOptions;
  readonly timers: Timers;
  list: readonly WantedAudio[];
  linked: boolean;
  /** An act on the shelf is under way. */
  busy: boolean;
  readonly questions: AudioQuestions;
  current: WantedAudio | null;
  offset: number;
  length: number;
  notBefore: MonoMs;
  /** Not before this instant, for what could not be kept or was not answered. */
  readonly restUntil: Map<string, MonoMs>;
}

const isWanted = ({ list }: Fetching, { sha256 }: WantedAudio): boolean => list.some((one) => one.sha256 === sha256);

const without = ({ list }: Fetching, { sha256 }: WantedAudio): readonly WantedAudio[] =>
  list.filter((one) => one.sha256 !== sha256);

const tellProgress = (
  { current, offset, options }: Fetching,
  state: 'receiving' | 'stored' | 'refused',
  code: string | null,
): void => {
  if (current === null) return;
  const { order, sha256, bytes } = current;
  options.send({ type: 'audio-progress', order, sha256, received: Math.min(offset, bytes), bytes, state, code });
};

const rest = (fetching: Fetching, wanted: WantedAudio): void => {
  fetching.restUntil.set(wanted.sha256, fetching.options.clock.now() + longPauseMs);
  fetching.current = null;
  fetching.timers.set('rest', longPauseMs, () => goOn(fetching));
};

const ask = (fetching: Fetching, tries: number): void => {
  const { current, linked, busy, offset, options, timers } = fetching;
  if (current === null || !linked || busy) return;
  const asked = {
    wanted: current,
    offset,
    length: Math.min(fetching.length, current.bytes - offset),
    at: options.clock.now(),
  };
  fetching.questions.ask(asked);
  const { order, sha256 } = current;
  options.send({ type: 'audio-wanted', order, sha256, offset, length: asked.length });
  timers.set('answer', answerWithinMs, () => {
    fetching.questions.giveUp();
    fetching.length = Math.max(shortestChunk, Math.floor(fetching.length / 2));
    if (tries < 2) ask(fetching, tries + 1);
    else rest(fetching, current);
    if (fetching.current === null) goOn(fetching);
  });
};

const gaveUp = (fetching: Fetching, wanted: WantedAudio, failure: Failure): void => {
  const { options } = fetching;
  if (failure.code === 'media-torn' || !options.isLasting(failure)) {
    options.report(failure);
    if (failure.code === 'media-torn') fetching.current = null;
    else rest(fetching, wanted);
    return;
  }
  tellProgress(fetching, 'refused', failure.code);
  fetching.current = null;
  fetching.list = without(fetching, wanted);
  options.onFailed(wanted.sha256, failure);
};

const finish = async (fetching: Fetching, wanted: WantedAudio): Promise<void> => {
  const finished = await fetching.options.shelf.finish(wanted.sha256);
  if (!finished.ok) {
    gaveUp(fetching, wanted, finished.failure);
    return;
  }
  tellProgress(fetching, 'stored', null);
  fetching.current = null;
  fetching.list = without(fetching, wanted);
  fetching.options.onReady(wanted.sha256);
};

/** Runs one act on the shelf at a time; what comes next is decided when it is over. */
const act = (fetching: Fetching, work: () => Promise<void>): void => {
  fetching.busy = true;
  void work().then(() => {
    fetching.busy = false;
    goOn(fetching);
  });
};

const begin = (fetching: Fetching, wanted: WantedAudio): void => {
  fetching.current = wanted;
  act(fetching, async () => {
    const here = await fetching.options.shelf.begin(wanted.sha256);
    if (!here.ok) {
      gaveUp(fetching, wanted, here.failure);
      return;
    }
    fetching.offset = here.value;
    if (here.value > 0) tellProgress(fetching, 'receiving', null);
    if (here.value >= wanted.bytes) await finish(fetching, wanted);
  });
};

/** The most pressing that does not rest. */
const firstIn = ({ list, options, restUntil }: Fetching): WantedAudio | undefined => {
  const now = options.clock.now();
  return list.find(({ sha256 }) => (restUntil.get(sha256) ?? 0) <= now);
};

/** What is more pressing does not wait for an answer that may never come. */
const turnFrom = (fetching: Fetching): void => {
  const open = fetching.questions.open();
  if (open === null || open.wanted.sha256 === firstIn(fetching)?.sha256) return;
  fetching.questions.giveUp();
  fetching.timers.clear('answer');
};

const goOn = (fetching: Fetching): void => {
  const { busy, questions, current, options } = fetching;
  if (busy || questions.open() !== null) return;
  const now = options.clock.now();
  const first = firstIn(fetching);
  if (first === undefined) {
    fetching.current = null;
    return;
  }
  // Also between two chunks: what is more pressing goes before.
  if (current?.sha256 !== first.sha256) {
    begin(fetching, first);
    return;
  }
  const waitMs = fetching.notBefore - now;
  if (waitMs > 0) fetching.timers.set('pace', waitMs, () => goOn(fetching));
  else ask(fetching, 0);
};

const store = async (fetching: Fetching, wanted: WantedAudio, bytes: Uint8Array): Promise<void> => {
  if (!isWanted(fetching, wanted)) return;
  const stored = await fetching.options.shelf.append(wanted.sha256, fetching.offset, bytes);
  if (!stored.ok) {
    // Not wanted any more: its file is gone, and nobody waits for it.
    if (isWanted(fetching, wanted)) gaveUp(fetching, wanted, stored.failure);
    return;
  }
  fetching.offset += bytes.length;
  if (fetching.offset >= wanted.bytes) await finish(fetching, wanted);
};

const take = (fetching: Fetching, chunk: AudioChunk): Result<unknown> => {
  const { questions, options, timers } = fetching;
  const asked = questions.open();
  const answer = questions.answer(chunk);
  if (!answer.ok) return answer;
  if (answer.value === null || asked === null) return ok(null);
  const { bytes, late } = answer.value;
  const { wanted, at, length } = asked;
  if (!late && length === fetching.length) fetching.length = nextLength(length, options.clock.now() - at);
  fetching.notBefore = at + askEveryMs;
  timers.clear('answer');
  act(fetching, () => store(fetching, wanted, bytes));
  return ok(null);
};

/**
 * Fetches warning audio piece by piece: one chunk is asked for, stored, then the next. So an order waits behind one chunk
 * at most, a cut costs one chunk at most, and whatever nobody asked for is refused. The length of a chunk follows the link.
 */
export const openAudioFetch = (options: AudioFetchOptions): AudioFetch => {
  const fetching: Fetching = {
    options,
    timers: timersOf(options.clock),
    list: [],
    linked: false,
    busy: false,
    questions: openQuestions(),
    current: null,
    offset: 0,
    length: firstChunk,
    notBefore: 0,
    restUntil: new Map(),
  };
  return {
    want: (wanted) => {
      fetching.list = wanted;
      turnFrom(fetching);
      goOn(fetching);
    },
    opened: () => {
      fetching.linked = true;
      fetching.restUntil.clear();
      goOn(fetching);
    },
    closed: () => {
      fetching.linked = false;
      fetching.questions.forget();
      fetching.timers.clearAll();
    },
    take: (chunk) => take(fetching, chunk),
    stop: () => {
      fetching.timers.clearAll();
      fetching.list = [];
    },
  };
};
