import type { SpeechSettings } from '../../core/sound-settings.ts';
import type { Failure } from '../../words/failure.ts';
import type { SoundMaker } from '../programme.ts';
import { realClock, type Clock } from './clock.ts';
import { createDecoder } from './decoder.ts';
import { otherEngine } from './other-engines.ts';
import { cacheFolder, diskCache, memoryCache, twoCaches } from './pcm-cache.ts';
import { soundMakerOver } from './sound-maker.ts';
import { createBuiltinSpeech } from './speech-engine.ts';
import { createSpeech } from './speech.ts';

export interface SoundMakerOptions {
  /** Where sound that was made is kept from one start to the next; null keeps it in memory only. */
  readonly cacheFolder: string | null;
  readonly mostCacheBytes?: number;
  /** The engine that is asked first; the built-in one stands behind it and is the default. */
  readonly speech?: SpeechSettings;
  /** Told what did not work although sound was made, or was not made ahead: a full disk, an engine that was replaced. */
  readonly onTrouble?: (failure: Failure) => void;
  readonly clock?: Clock;
}

const defaultCacheBytes = 200 * 1024 * 1024;
/** About three minutes of sound: what a warning repeats. */
const memorySamples = 4_500_000;

/** The sound maker of the box: speech, files, recordings and tones as 24 kHz samples, in killable children. */
export const createSoundMaker = (options: SoundMakerOptions): SoundMaker => {
  const { onTrouble = () => undefined, clock = realClock } = options;
  const files = options.cacheFolder === null ? null : cacheFolder(options.cacheFolder);
  const disk = files === null ? null : diskCache(files, options.mostCacheBytes ?? defaultCacheBytes);
  const cache = twoCaches(memoryCache(memorySamples), disk);
  const decoder = createDecoder({ clock });
  const own = otherEngine(options.speech ?? { engine: 'builtin' });
  const engines = [...(own === null ? [] : [own]), createBuiltinSpeech({ clock })];
  const speech = createSpeech({ engines, decoder, cache, clock, onTrouble });
  speech.warm();
  decoder.warm();
  return soundMakerOver({ speech, decoder, cache, onTrouble });
};
