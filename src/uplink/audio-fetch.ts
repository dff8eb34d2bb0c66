import type { MonoMs } from '../core/time.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { chunkMaxBytes, type AudioChunk, type AudioMessage } from './messages.ts';
import { timersOf, type UplinkClock } from './timers.ts';

/** One recording to fetch, as a verified order names it. */
export interface WantedAudio {
  readonly order: string;
  readonly sha256: string;
  readonly bytes: number;
}

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

/** Not more than ten chunks a second: half of the link's budget of messages stays free for orders. */
const askEveryMs = 100;
/** A centre that does not answer is asked again, and later less often. */
const answerWithinMs = 20_000;
const longPauseMs = 60_000;
const shortestChunk = 256;
/** A chunk that takes longer holds up an order behind it: the next one is half as long. */
const slowChunkMs = 1_000;
const quickChunkMs = 400;

/** The length of the next chunk after one of `length` took `ms`: an order never waits much longer than a second behind it. */
export const nextLength = (length: number, ms: number): number => {
  if (ms > slowChunkMs) return Math.max(shortestChunk, Math.floor(length / 2));
  return ms < quickChunkMs ? Math.min(chunkMaxBytes, length * 2) : length;
};

/** Strict base64: one spelling for each content. */
const bytesOf = (data: string): Uint8Array | null => {
  const bytes = Buffer.from(data, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === data ? bytes : null;
};

interface Asked {
  readonly wanted: WantedAudio;
  readonly offset: number;
  readonly length: number;
  readonly at: MonoMs;
}

/** Does this chunk answer what was asked? Its bytes, or the code for the centre. */
const answerTo = (asked: Asked | null, chunk: AudioChunk): Result<Uint8Array> => {
  if (asked?.wanted.sha256 !== chunk.sha256) return failed('media-chunk-unwanted', { sha256: chunk.sha256 });
  const { offset, length, wanted } = asked;
  if (chunk.offset !== offset)
    return failed('media-chunk-offset', { offset: chunk.offset, expected: offset }, { field: 'offset' });
  const bytes = bytesOf(chunk.data);
  if (bytes === null) return failed('media-chunk-base64', {}, { field: 'data' });
  const most = Math.min(length, wanted.bytes - offset);
  return bytes.length <= most
    ? ok(bytes)
    : failed('media-chunk-size', { bytes: bytes.length, max: most }, { field: 'data' });
};

/**
 * Fetches warning audio piece by piece: one chunk is asked for, stored, then the next. So an order waits behind one chunk
 * at most, a cut costs one chunk at most, and whatever nobody asked for is refused. The length of a chunk follows the link.
 */
export const openAudioFetch = (options: AudioFetchOptions): AudioFetch => {
  const { clock, shelf, send } = options;
  const timers = timersOf(clock);
  let list: readonly WantedAudio[] = [];
  let linked = false;
  let busy = false;
  let asked: Asked | null = null;
  let offset = 0;
  let current: WantedAudio | null = null;
  let notBefore: MonoMs = 0;
  let length = 1_024;
  /** Not before this instant, for what could not be kept or was not answered. */
  const restUntil = new Map<string, MonoMs>();

  const isWanted = ({ sha256 }: WantedAudio): boolean => list.some((one) => one.sha256 === sha256);
  const isResting = ({ sha256 }: WantedAudio): boolean => (restUntil.get(sha256) ?? 0) > clock.now();
  const tell = (state: 'receiving' | 'stored' | 'refused', code: string | null): void => {
    if (current === null) return;
    const { order, sha256, bytes } = current;
    send({ type: 'audio-progress', order, sha256, received: Math.min(offset, bytes), bytes, state, code });
  };
  const rest = (wanted: WantedAudio): void => {
    restUntil.set(wanted.sha256, clock.now() + longPauseMs);
    current = null;
    timers.set('rest', longPauseMs, goOn);
  };

  const ask = (tries: number): void => {
    if (current === null || !linked || busy) return;
    asked = { wanted: current, offset, length: Math.min(length, current.bytes - offset), at: clock.now() };
    const { order, sha256 } = current;
    send({ type: 'audio-wanted', order, sha256, offset, length: asked.length });
    timers.set('answer', answerWithinMs, () => {
      const silent = asked?.wanted;
      asked = null;
      length = Math.max(shortestChunk, Math.floor(length / 2));
      if (tries < 2 || silent === undefined) ask(tries + 1);
      else rest(silent);
      if (current === null) goOn();
    });
  };

  const gaveUp = (wanted: WantedAudio, failure: Failure): void => {
    if (failure.code === 'media-torn' || !options.isLasting(failure)) {
      options.report(failure);
      if (failure.code === 'media-torn') current = null;
      else rest(wanted);
      return;
    }
    tell('refused', failure.code);
    current = null;
    list = list.filter((one) => one.sha256 !== wanted.sha256);
    options.onFailed(wanted.sha256, failure);
  };

  const finish = async (wanted: WantedAudio): Promise<void> => {
    const finished = await shelf.finish(wanted.sha256);
    if (!finished.ok) {
      gaveUp(wanted, finished.failure);
      return;
    }
    tell('stored', null);
    current = null;
    list = list.filter((one) => one.sha256 !== wanted.sha256);
    options.onReady(wanted.sha256);
  };

  /** Runs one act on the shelf at a time; what comes next is decided when it is over. */
  const act = (work: () => Promise<void>): void => {
    busy = true;
    void work().then(() => {
      busy = false;
      goOn();
    });
  };

  const begin = (wanted: WantedAudio): void => {
    current = wanted;
    act(async () => {
      const here = await shelf.begin(wanted.sha256);
      if (!here.ok) gaveUp(wanted, here.failure);
      else offset = here.value;
      if (here.ok && offset > 0) tell('receiving', null);
      if (here.ok && offset >= wanted.bytes) await finish(wanted);
    });
  };

  const goOn = (): void => {
    if (busy || asked !== null) return;
    const first = list.find((one) => !isResting(one));
    if (first === undefined) {
      current = null;
      return;
    }
    // Also between two chunks: what is more pressing goes before.
    if (current === null || !isWanted(current) || first.sha256 !== current.sha256) begin(first);
    else pace();
  };
  const pace = (): void => {
    const waitMs = notBefore - clock.now();
    if (waitMs > 0) timers.set('pace', waitMs, goOn);
    else ask(0);
  };

  const store = async (wanted: WantedAudio, bytes: Uint8Array): Promise<void> => {
    if (!isWanted(wanted)) return;
    const stored = await shelf.append(wanted.sha256, offset, bytes);
    if (!stored.ok && !isWanted(wanted)) return;
    if (!stored.ok) {
      gaveUp(wanted, stored.failure);
      return;
    }
    offset += bytes.length;
    if (offset >= wanted.bytes) await finish(wanted);
  };

  return {
    want: (wanted) => {
      list = wanted;
      goOn();
    },
    opened: () => {
      linked = true;
      restUntil.clear();
      goOn();
    },
    closed: () => {
      linked = false;
      asked = null;
      timers.clearAll();
    },
    take: (chunk) => {
      const bytes = answerTo(asked, chunk);
      if (!bytes.ok || asked === null) return bytes;
      const { wanted, at } = asked;
      const tookMs = clock.now() - at;
      if (asked.length === length) length = nextLength(length, tookMs);
      asked = null;
      timers.clear('answer');
      notBefore = at + askEveryMs;
      act(() => store(wanted, bytes.value));
      return ok(null);
    },
    stop: () => {
      timers.clearAll();
      list = [];
    },
  };
};
