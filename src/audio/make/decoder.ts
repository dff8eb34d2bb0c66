import { resolve } from 'node:path';
import { failed, ok, type Failure, type Result } from '../../words/failure.ts';
import { msOfSamples, type Pcm } from '../pcm.ts';
import { createChannel } from './channel.ts';
import { realClock, type Clock } from './clock.ts';
import type { DecodeAsked } from './decode-question.ts';
import { createHelper, forkChild, type Child, type Helper, type HelperLimits } from './helper-child.ts';
import type { SoundFormat } from './sniff.ts';
import { mostFileBytes } from './sound-file.ts';
import type { Lane } from './turns.ts';

/** Limits on what comes from outside: file size, length of sound, time and memory of its decoding. */
export const decodeLimits = {
  mostBytes: mostFileBytes,
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

/** Files and bytes of sound → 24 kHz mono, in a child that is killed beyond its limits and reads the files itself. */
export interface Decoder {
  /** The sound in stretches as it is decoded; a failure is the last thing given. */
  readonly bytes: (bytes: Uint8Array, decode: Decode) => AsyncIterable<Result<Pcm>>;
  readonly file: (path: string, decode: Decode) => AsyncIterable<Result<Pcm>>;
  /**
   * Decodes a whole file for what it is, keeping no sound: before it may be queued. Errors as for decoding, with
   * `audio-duration` where it does not last `expectMs`.
   */
  readonly check: (path: string, decode?: Partial<Decode>) => Promise<Result<SoundFacts>>;
  /** Starts the child of a lane now, so that the first question does not wait for it. */
  readonly warm: (lane?: Lane) => void;
  readonly close: () => void;
}

const formats: readonly unknown[] = ['wav', 'mp3', 'opus'];
const isFormat = (value: unknown): value is SoundFormat => formats.includes(value);

const factsIn = (told: Readonly<Record<string, unknown>>): SoundFacts & { readonly isCut: boolean } => ({
  format: isFormat(told['format']) ? told['format'] : 'wav',
  durationMs: Number.isFinite(told['durationMs']) ? Number(told['durationMs']) : 0,
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

/** What is decoded, and who takes the sound; null where only its facts are wanted, and no sound crosses to us. */
interface Asking {
  readonly source: DecodeAsked['source'];
  readonly take: ((pcm: Pcm) => void) | null;
}

const askHelper = async (helper: Helper, decode: Decode, { source, take }: Asking): Promise<Result<SoundFacts>> => {
  const longestMs = Math.min(decode.longestMs, decodeLimits.longestMs);
  const ask: DecodeAsked = { source, longestMs, fromPipe: decode.fromPipe === true, keepsSound: take !== null };
  let samples = 0;
  const answer = await helper.ask({
    ask,
    ...(decode.lane === undefined ? {} : { lane: decode.lane }),
    signal: decode.signal,
    take: (pcm) => {
      samples += pcm.length;
      // The child was asked for no more; whatever it says, no more is kept.
      if (msOfSamples(samples) <= longestMs + 1000) take?.(pcm);
    },
  });
  if (!answer.ok) return answer;
  const told = factsIn(answer.value);
  const facts = take === null ? told : { ...told, durationMs: msOfSamples(samples) };
  const wrong = misfit(facts, decode.expectMs);
  return wrong === null ? ok(facts) : { ok: false, failure: wrong };
};

/** A child that dies for no reason of the file's is asked once more, as long as nothing was heard of it. */
const askTwice = async (helper: Helper, decode: Decode, { source, take }: Asking): Promise<Result<SoundFacts>> => {
  let isHeard = false;
  const hear = (pcm: Pcm): void => {
    isHeard = true;
    take?.(pcm);
  };
  const asking: Asking = { source, take: take === null ? null : hear };
  const first = await askHelper(helper, decode, asking);
  const again = !first.ok && first.failure.code === 'audio-died' && !isHeard;
  return again ? askHelper(helper, decode, asking) : first;
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
  const stretches = (source: Asking['source'], decode: Decode): AsyncIterable<Result<Pcm>> => {
    const left = new AbortController();
    const channel = createChannel<Result<Pcm>>(() => left.abort());
    const signal = decode.signal === undefined ? left.signal : AbortSignal.any([decode.signal, left.signal]);
    const helper = helpers[decode.lane ?? 'urgent'];
    const take = (pcm: Pcm): void => channel.push(ok(pcm));
    void askTwice(helper, { ...decode, signal }, { source, take }).then((end) => {
      if (!end.ok) channel.push(end);
      channel.end();
    });
    return channel;
  };
  return {
    bytes: stretches,
    // The child stands in another folder than we do.
    file: (path, decode) => stretches(resolve(path), decode),
    check: (path, decode = {}) => {
      const whole: Decode = { longestMs: decodeLimits.longestMs, lane: 'background', ...decode };
      return askTwice(helpers[whole.lane ?? 'background'], whole, { source: resolve(path), take: null });
    },
    warm: (lane = 'urgent') => helpers[lane].warm(),
    close: () => {
      helpers.urgent.close();
      helpers.background.close();
    },
  };
};
