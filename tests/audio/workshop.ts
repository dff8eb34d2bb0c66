import { expect } from 'vitest';
import { type Decoder } from '../../src/audio/make/decoder.ts';
import { diskCache, memoryCache, twoCaches, type CacheFiles } from '../../src/audio/make/pcm-cache.ts';
import { realClock, type Clock } from '../../src/audio/make/clock.ts';
import { soundMakerOver } from '../../src/audio/make/sound-maker.ts';
import type { SpeechEngine } from '../../src/audio/make/speech-engine.ts';
import { createSpeech } from '../../src/audio/make/speech.ts';
import { type Pcm } from '../../src/audio/pcm.ts';
import type { Piece, Programme, SoundMaker } from '../../src/audio/programme.ts';
import { failed, ok, type Failure } from '../../src/words/failure.ts';
import { decoder } from './decode-bench.ts';
import { sineWav } from './sound.ts';

/** Stands for an engine: a tone as long as the sentence, or a failure. */
export const engineOf = (id: string, speaks: boolean): SpeechEngine & { readonly said: string[] } => {
  const said: string[] = [];
  return {
    id,
    said,
    say: (sentence) => {
      said.push(sentence);
      const wav = new Uint8Array(sineWav({ rate: 22_050, channels: 1, bits: 16 }, 100 * sentence.length));
      return Promise.resolve(speaks ? ok(wav) : failed('audio-engine', { engine: id, why: 'no voice' }));
    },
    warm: () => undefined,
    close: () => undefined,
  };
};

export interface Workshop {
  readonly maker: SoundMaker;
  readonly troubles: Failure[];
}

export const workshop = (
  engines: readonly SpeechEngine[],
  files: CacheFiles | null = null,
  clock: Clock = realClock,
): Workshop => {
  const troubles: Failure[] = [];
  const onTrouble = (failure: Failure): void => void troubles.push(failure);
  const disk = files === null ? null : diskCache(files, 50_000_000);
  const cache = twoCaches(memoryCache(files === null ? 2_000_000 : 0), disk);
  const speech = createSpeech({ engines, decoder, cache, clock, onTrouble });
  const shared: Decoder = { ...decoder, close: () => undefined };
  return { maker: soundMakerOver({ speech, decoder: shared, cache, onTrouble }), troubles };
};

export const piecesOf = async (
  maker: SoundMaker,
  text: string,
): Promise<{ pieces: Piece[]; failure: Failure | null }> => {
  const pieces: Piece[] = [];
  for await (const piece of maker.pieces({ make: 'speech', text })) {
    if (!piece.ok) return { pieces, failure: piece.failure };
    pieces.push(piece.value);
  }
  return { pieces, failure: null };
};

export const made = async (maker: SoundMaker, programme: Programme): Promise<Pcm> => {
  const result = await maker.make(programme);
  return result.ok ? result.value : expect.fail(result.failure.code);
};

export const refusal = async (maker: SoundMaker, programme: Programme): Promise<string> => {
  const result = await maker.make(programme);
  return result.ok ? 'made' : result.failure.code;
};
