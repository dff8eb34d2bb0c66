import type { Failure } from '../../words/failure.ts';
import type { SoundMaker } from '../programme.ts';
import { realClock } from './clock.ts';
import { createDecoder } from './decoder.ts';
import { cacheFolder, diskCache, memoryCache, twoCaches } from './pcm-cache.ts';
import { soundMakerOver } from './sound-maker.ts';
import { createBuiltinSpeech } from './speech-engine.ts';
import { createSpeech } from './speech.ts';

export interface SoundMakerOptions {
  /** Where sound that was made is kept from one start to the next; null keeps it in memory only. */
  readonly cacheFolder: string | null;
  readonly mostCacheBytes?: number;
  readonly onTrouble?: (failure: Failure) => void;
}

const defaultCacheBytes = 200 * 1024 * 1024;
/** About three minutes of sound: what a warning repeats. */
const memorySamples = 4_500_000;

/** The sound maker of the box: speech, files, recordings and tones as 24 kHz samples, in killable children. */
export const createSoundMaker = (options: SoundMakerOptions): SoundMaker => {
  const { cacheFolder: folder, mostCacheBytes = defaultCacheBytes, onTrouble = () => undefined } = options;
  const disk = folder === null ? null : diskCache(cacheFolder(folder), mostCacheBytes);
  const cache = twoCaches(memoryCache(memorySamples), disk);
  const decoder = createDecoder();
  const engines = [createBuiltinSpeech()];
  const speech = createSpeech({ engines, decoder, cache, clock: realClock, onTrouble });
  speech.warm();
  decoder.warm();
  return soundMakerOver({ speech, decoder, cache, onTrouble });
};
