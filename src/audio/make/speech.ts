import { failed, ok, type Failure, type Result } from '../../words/failure.ts';
import type { Pcm } from '../pcm.ts';
import type { Instead, Piece } from '../programme.ts';
import type { Clock } from './clock.ts';
import type { Decoder } from './decoder.ts';
import { isSilent, joined, normalised, trimmed } from './loudness.ts';
import { keyOf, type PcmCache } from './pcm-cache.ts';
import { speakable } from './speakable.ts';
import type { SpeechEngine } from './speech-engine.ts';
import type { Lane } from './turns.ts';

/** Sentences → sound of one loudness, cached, by the first engine that can. */
export interface Speech {
  readonly say: (sentence: string, lane: Lane, signal?: AbortSignal) => Promise<Result<Piece>>;
  readonly warm: () => void;
  readonly close: () => void;
}

export interface SpeechParts {
  /** In the order in which they are asked; the last one is the built-in. */
  readonly engines: readonly SpeechEngine[];
  readonly decoder: Decoder;
  readonly cache: PcmCache;
  readonly clock: Clock;
  readonly onTrouble: (failure: Failure) => void;
}

/** Another number makes every cached sentence anew. */
const makingVersion = 1;
const longestSentenceMs = 60_000;
/** An engine that failed is left alone so long: a warning does not wait for its time limit at every sentence. */
const restMs = 60_000;

const keyFor = (engine: SpeechEngine, sentence: string): string =>
  keyOf(['speech', makingVersion, engine.id, sentence]);

/** What an engine said, at our own rate and loudness. */
const decoded = async (decoder: Decoder, wav: Uint8Array, lane: Lane): Promise<Result<Pcm>> => {
  const stretches: Pcm[] = [];
  for await (const stretch of decoder.bytes(wav, { longestMs: longestSentenceMs, lane, fromPipe: true })) {
    if (!stretch.ok) return stretch;
    stretches.push(stretch.value);
  }
  return ok(normalised(trimmed(joined(stretches))));
};

export const createSpeech = (parts: SpeechParts): Speech => {
  const { engines, decoder, cache, clock, onTrouble } = parts;
  const restsUntil = new Map<string, { readonly until: number; readonly failure: Failure }>();
  const underWay = new Map<string, Promise<Result<Pcm>>>();

  /** Behind the last one stands nobody who would say it. */
  const isSpoken = (engine: SpeechEngine, pcm: Pcm): boolean => engine === engines.at(-1) || !isSilent(pcm);
  const made = async (engine: SpeechEngine, sentence: string, lane: Lane): Promise<Result<Pcm>> => {
    // It starts while the engine speaks.
    decoder.warm(lane);
    const wav = await engine.say(sentence, lane);
    const pcm = wav.ok ? await decoded(decoder, wav.value, lane) : wav;
    if (!pcm.ok) return pcm;
    if (!isSpoken(engine, pcm.value)) return failed('audio-empty');
    const why = await cache.put(keyFor(engine, sentence), pcm.value, lane);
    if (why !== null) onTrouble(failed('audio-cache', { why }).failure);
    return pcm;
  };
  /** The same sentence asked for twice at once is made once. */
  const fresh = (engine: SpeechEngine, sentence: string, lane: Lane): Promise<Result<Pcm>> => {
    const key = `${lane} ${keyFor(engine, sentence)}`;
    const before = underWay.get(key);
    if (before !== undefined) return before;
    const making = made(engine, sentence, lane).finally(() => underWay.delete(key));
    underWay.set(key, making);
    return making;
  };
  const by = async (engine: SpeechEngine, sentence: string, lane: Lane): Promise<Result<Pcm>> => {
    const cached = await cache.get(keyFor(engine, sentence));
    if (cached !== null && isSpoken(engine, cached)) return ok(cached);
    const rest = restsUntil.get(engine.id);
    if (rest !== undefined && clock.now() < rest.until) return { ok: false, failure: rest.failure };
    const result = await fresh(engine, sentence, lane);
    if (!result.ok && engine !== engines.at(-1)) {
      restsUntil.set(engine.id, { until: clock.now() + restMs, failure: result.failure });
      onTrouble(result.failure);
    }
    return result;
  };
  const say = async (text: string, lane: Lane, signal?: AbortSignal): Promise<Result<Piece>> => {
    const sentence = speakable(text);
    let why: Failure | null = null;
    for (const engine of engines) {
      if (signal?.aborted === true) return failed('audio-stopped');
      const pcm = await by(engine, sentence, lane);
      const instead: Instead | null = why === null ? null : { by: 'engine', why };
      if (pcm.ok) return ok({ pcm: pcm.value, instead });
      why ??= pcm.failure;
    }
    return { ok: false, failure: why ?? failed('audio-no-engine', { detail: 'none' }).failure };
  };
  return {
    say,
    warm: () => engines.forEach((engine) => engine.warm()),
    close: () => engines.forEach((engine) => engine.close()),
  };
};
