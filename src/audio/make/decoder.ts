import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { failed, ok, type Failure, type Result } from '../../words/failure.ts';
import { msOfSamples, type Pcm } from '../pcm.ts';
import { createChannel } from './channel.ts';
import { realClock, type Clock } from './clock.ts';
import { createHelper, forkChild, type Child, type Helper, type HelperLimits } from './helper-child.ts';
import type { SoundFormat } from './sniff.ts';
import type { Lane } from './turns.ts';

/** Limits on what comes from outside: file size, length of sound, time and memory of its decoding. */
export const decodeLimits = {
  mostBytes: 20 * 1024 * 1024,
  longestMs: 900_000,
  timeLimitMs: 120_000,
  memoryLimitBytes: 320 * 1024 * 1024,
} as const;

const heapMegabytes = 96;
const urgentIdleMs = 60_000;
/** The child of what nobody waits for goes soon: memory is for what plays. */
const aheadIdleMs = 2_000;

/** A file may be this much shorter or longer than it was said to be: encoders pad, and people round. */
const toleranceMs = (expectMs: number): number => Math.max(500, 0.03 * expectMs);

export interface SoundFacts {
  readonly format: SoundFormat;
  readonly durationMs: number;
  /** The file's own sample rate. */
  readonly rate: number;
}

export interface Decode {
  readonly longestMs: number;
  readonly expectMs?: number | undefined;
  readonly lane?: Lane;
  readonly signal?: AbortSignal | undefined;
  readonly fromPipe?: boolean;
}

/** Files and bytes of sound → 24 kHz mono, in a child that is killed beyond its limits. */
export interface Decoder {
  /** The sound in stretches as it is decoded; a failure is the last thing given. */
  readonly bytes: (bytes: Uint8Array, decode: Decode) => AsyncIterable<Result<Pcm>>;
  readonly file: (path: string, decode: Decode) => AsyncIterable<Result<Pcm>>;
  /**
   * Decodes a whole file for what it is, keeping no sound: before it may be queued. Errors as for decoding, with
   * `audio-duration` where it does not last `expectMs`.
   */
  readonly check: (path: string, decode?: Partial<Decode>) => Promise<Result<SoundFacts>>;
  readonly warm: () => void;
  readonly close: () => void;
}

/** A regular file within the limit, read whole. Errors: audio-unreadable, audio-large, audio-empty. */
export const readSoundFile = async (path: string): Promise<Result<Uint8Array>> => {
  try {
    // A pipe in place of a file must not hold us up, hence not blocking.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = await handle.stat().then((stat) => (stat.isFile() ? stat : { size: -1 }));
      if (size === -1) return failed('audio-unreadable', { file: path, why: 'not a file' });
      if (size > decodeLimits.mostBytes) return failed('audio-large', { bytes: size, most: decodeLimits.mostBytes });
      if (size === 0) return failed('audio-empty');
      const bytes = new Uint8Array(size);
      const { bytesRead } = await handle.read(bytes, 0, size, 0);
      return ok(bytes.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return failed('audio-unreadable', { file: path, why });
  }
};

const formats: readonly unknown[] = ['wav', 'mp3', 'opus'];
const isFormat = (value: unknown): value is SoundFormat => formats.includes(value);

const factsIn = (told: Readonly<Record<string, unknown>>): SoundFacts & { readonly isCut: boolean } => ({
  format: isFormat(told['format']) ? told['format'] : 'wav',
  durationMs: typeof told['durationMs'] === 'number' ? told['durationMs'] : 0,
  rate: typeof told['rate'] === 'number' ? told['rate'] : 0,
  isCut: told['isCut'] === true,
});

/** Null when a file lasts as long as it was said to. A cut one has at least that much. */
const misfit = (facts: { durationMs: number; isCut: boolean }, expectMs: number | undefined): Failure | null => {
  if (expectMs === undefined) return null;
  const found = Math.round(facts.durationMs);
  const isShort = found < expectMs - toleranceMs(expectMs);
  const isLong = !facts.isCut && found > expectMs + toleranceMs(expectMs);
  return isShort || isLong ? failed('audio-duration', { found, expected: expectMs }).failure : null;
};

interface Told {
  readonly take: (pcm: Pcm) => void;
}

const askHelper = async (
  helper: Helper,
  bytes: Uint8Array,
  decode: Decode,
  { take }: Told,
): Promise<Result<SoundFacts>> => {
  const longestMs = Math.min(decode.longestMs, decodeLimits.longestMs);
  let samples = 0;
  const answer = await helper.ask({
    ask: { bytes, longestMs, fromPipe: decode.fromPipe === true },
    ...(decode.lane === undefined ? {} : { lane: decode.lane }),
    signal: decode.signal,
    take: (pcm) => {
      samples += pcm.length;
      // The child was asked for no more; whatever it says, no more is kept.
      if (msOfSamples(samples) <= longestMs + 1000) take(pcm);
    },
  });
  if (!answer.ok) return answer;
  const facts = { ...factsIn(answer.value), durationMs: msOfSamples(samples) };
  const wrong = misfit(facts, decode.expectMs);
  return wrong === null ? ok(facts) : { ok: false, failure: wrong };
};

/** A child that dies for no reason of the file's is asked once more, as long as nothing was heard of it. */
const askTwice = async (
  helper: Helper,
  bytes: Uint8Array,
  decode: Decode,
  { take }: Told,
): Promise<Result<SoundFacts>> => {
  let isHeard = false;
  const told: Told = {
    take: (pcm) => {
      isHeard = true;
      take(pcm);
    },
  };
  const first = await askHelper(helper, bytes, decode, told);
  const again = !first.ok && first.failure.code === 'audio-died' && !isHeard;
  return again ? askHelper(helper, bytes, decode, told) : first;
};

export interface DecoderOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<HelperLimits>;
  /** How a child is started; tests give their own. */
  readonly start?: () => Child;
}

export const createDecoder = (options: DecoderOptions = {}): Decoder => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = new URL(extension === 'ts' ? './decode.entry.ts' : './decode.entry.js', import.meta.url);
  const helperFor = (name: string, idleMs: number): Helper =>
    createHelper({
      ...{ name, idleMs },
      start: options.start ?? (() => forkChild(entry, heapMegabytes)),
      limits: { ...decodeLimits, ...options.limits },
      clock: options.clock ?? realClock,
    });
  // A long file made ahead must not stand before an alarm, so each lane has its own child.
  const helpers = { urgent: helperFor('decode', urgentIdleMs), background: helperFor('decode-ahead', aheadIdleMs) };
  const bytes = (given: Uint8Array, decode: Decode): AsyncIterable<Result<Pcm>> => {
    const left = new AbortController();
    const channel = createChannel<Result<Pcm>>(() => left.abort());
    const signal = decode.signal === undefined ? left.signal : AbortSignal.any([decode.signal, left.signal]);
    const helper = helpers[decode.lane ?? 'urgent'];
    const told: Told = { take: (pcm) => channel.push(ok(pcm)) };
    void askTwice(helper, given, { ...decode, signal }, told).then((end) => {
      if (!end.ok) channel.push(end);
      channel.end();
    });
    return channel;
  };
  const file = async function* (path: string, decode: Decode): AsyncGenerator<Result<Pcm>> {
    const read = await readSoundFile(path);
    if (read.ok) yield* bytes(read.value, decode);
    else yield read;
  };
  const check = async (path: string, decode: Partial<Decode> = {}): Promise<Result<SoundFacts>> => {
    const read = await readSoundFile(path);
    if (!read.ok) return read;
    const whole: Decode = { longestMs: decodeLimits.longestMs, lane: 'background', ...decode };
    return askTwice(helpers[whole.lane ?? 'background'], read.value, whole, { take: () => undefined });
  };
  return {
    bytes,
    file,
    check,
    warm: () => helpers.urgent.warm(),
    close: () => {
      helpers.urgent.close();
      helpers.background.close();
    },
  };
};
