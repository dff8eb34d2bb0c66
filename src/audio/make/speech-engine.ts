import { failed, ok, type Result } from '../../words/failure.ts';
import { realClock, type Clock } from './clock.ts';
import { createHelper, forkChild, type Child, type HelperLimits } from './helper-child.ts';
import { joined } from './loudness.ts';
import type { Lane } from './turns.ts';
import { wavOf } from './wav-reader.ts';

/** Something that speaks Mandarin: one sentence in, one WAV file out. */
export interface SpeechEngine {
  /** Names engine, voice and settings: another id is another sound, and is cached apart. */
  readonly id: string;
  readonly say: (sentence: string, lane: Lane, signal?: AbortSignal) => Promise<Result<Uint8Array>>;
  readonly warm: () => void;
  readonly close: () => void;
}

/** Slow enough for horns that echo between slopes. */
const wordsPerMinute = 165;
const speechLimits: HelperLimits = { timeLimitMs: 10_000, memoryLimitBytes: 256 * 1024 * 1024 };
const heapMegabytes = 96;

export interface BuiltinOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<HelperLimits>;
  readonly start?: () => Child;
}

/** The engine that comes with the program: espeak-ng in a child of its own that is kept warm. */
export const createBuiltinSpeech = (options: BuiltinOptions = {}): SpeechEngine => {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = new URL(fromSource ? './speech-maker.entry.ts' : './speech-maker.entry.js', import.meta.url);
  const helper = createHelper({
    name: 'speech',
    start: options.start ?? (() => forkChild(entry, heapMegabytes)),
    limits: { ...speechLimits, ...options.limits },
    clock: options.clock ?? realClock,
    idleMs: null,
  });
  const once = async (sentence: string, lane: Lane): Promise<Result<Uint8Array>> => {
    const parts: Int16Array[] = [];
    // The signal is not passed on: a sentence takes a moment, a new child longer, and the next alarm needs it.
    const answer = await helper.ask({
      ask: { text: sentence, wordsPerMinute },
      lane,
      take: (samples) => void parts.push(samples),
    });
    if (!answer.ok) return answer;
    const { rate } = answer.value;
    const whole = joined(parts);
    if (typeof rate !== 'number' || whole.length === 0)
      return failed('audio-engine', { engine: 'builtin', why: 'no sound' });
    return ok(wavOf(whole, rate));
  };
  return {
    id: `espeak-ng cmn ${wordsPerMinute}`,
    say: async (sentence, lane) => {
      const first = await once(sentence, lane);
      return !first.ok && first.failure.code === 'audio-died' ? once(sentence, lane) : first;
    },
    warm: () => helper.warm(),
    close: () => helper.close(),
  };
};
