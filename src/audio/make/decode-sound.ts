import { MPEGDecoder } from 'mpg123-decoder';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import { failed, ok, type Result } from '../../words/failure.ts';
import { msOfSamples, pcmRate, samplesOfMs } from '../pcm.ts';
import type { Give } from './answer-questions.ts';
import { createResampler, type Resampler } from './resample.ts';
import { sniff, type SoundFormat } from './sniff.ts';
import { readWav, wavBounds } from './wav-reader.ts';

export interface DecodeQuestion {
  readonly bytes: Uint8Array;
  /** Sound beyond this is not decoded. */
  readonly longestMs: number;
  readonly fromPipe?: boolean;
}

/** A stretch of decoded sound, one channel, at the file's own rate. */
interface Stretch {
  readonly rate: number;
  readonly samples: Float32Array;
}

const mixed = (channels: readonly Float32Array[], length: number): Float32Array => {
  const [first = new Float32Array(0), second] = channels;
  if (second === undefined) return first.subarray(0, length);
  return Float32Array.from({ length }, (_, index) => ((first[index] ?? 0) + (second[index] ?? 0)) / 2);
};

/** A decoder's errors become words of ours once they are not just the tail of a cut file. */
const broken = (format: string, why: string): Result<never> =>
  failed('audio-broken', { format, why: why.slice(0, 100) });

const secondsPerStretch = 2;

const wavStretches = function* ({ bytes, fromPipe }: DecodeQuestion): Generator<Result<Stretch>> {
  const wav = readWav(bytes, fromPipe);
  if (!wav.ok) {
    yield wav;
    return;
  }
  const { rate, frames, mono } = wav.value;
  for (let at = 0; at < frames; at += secondsPerStretch * rate)
    yield ok({ rate, samples: mono(at, secondsPerStretch * rate) });
};

/** Small bites: what one bite can swell to is bounded (a page of Opus holds at most 30 s of silence in 500 bytes). */
const biteBytes = 4096;

const bites = function* (bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += biteBytes) yield bytes.subarray(at, at + biteBytes);
};

const mp3Stretches = async function* ({ bytes }: DecodeQuestion): AsyncGenerator<Result<Stretch>> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  for (const bite of bites(bytes)) {
    const { channelData, samplesDecoded, sampleRate, errors } = decoder.decode(bite);
    const [error] = errors;
    if (error !== undefined) {
      yield broken('MP3', error.message);
      return;
    }
    if (samplesDecoded > 0) yield ok({ rate: sampleRate, samples: mixed(channelData, samplesDecoded) });
  }
  decoder.free();
};

const opusStretches = async function* ({ bytes }: DecodeQuestion): AsyncGenerator<Result<Stretch>> {
  const decoder = new OggOpusDecoder();
  await decoder.ready;
  const take = ({ channelData, samplesDecoded, sampleRate, errors }: Decoded): Result<Stretch> => {
    const [error] = errors;
    if (channelData.length > wavBounds.mostChannels) return failed('audio-channels', { channels: channelData.length });
    return error === undefined
      ? ok({ rate: sampleRate, samples: mixed(channelData, samplesDecoded) })
      : broken('Opus', error.message);
  };
  for (const bite of bites(bytes)) yield take(await decoded(decoder, bite));
  yield take(await decoder.flush());
  decoder.free();
};

/** The package's types say that it answers at once; it answers with a promise. */
const decoded = (decoder: OggOpusDecoder, bite: Uint8Array): Promise<Decoded> => Promise.resolve(decoder.decode(bite));

type Decoded = Awaited<ReturnType<OggOpusDecoder['flush']>>;

const stretchesOf: Readonly<
  Record<SoundFormat, (question: DecodeQuestion) => Iterable<Result<Stretch>> | AsyncIterable<Result<Stretch>>>
> = { wav: wavStretches, mp3: mp3Stretches, opus: opusStretches };

const levelled = (samples: Float32Array): Int16Array =>
  Int16Array.from(samples, (sample) => Math.round(32_767 * Math.max(-1, Math.min(1, sample))));

export interface Decoding {
  readonly format: SoundFormat;
  readonly rate: number;
  readonly durationMs: number;
  /** The file goes on beyond `longestMs`. */
  readonly isCut: boolean;
}

/** Takes decoded stretches; tells how many samples of 24 kHz they come to. */
interface Taker {
  readonly take: (stretch: Stretch) => Promise<number>;
  readonly end: () => Promise<number>;
  readonly close: () => void;
}

/** Makes the sound at our own rate and gives it, up to `most` samples. */
const giver = (give: Give, most: number): Taker => {
  let resampler: Resampler | null = null;
  let given = 0;
  const hand = async (samples: Float32Array): Promise<number> => {
    const room = levelled(samples.subarray(0, most - given));
    given += room.length;
    if (room.length > 0) await give(room);
    return given;
  };
  return {
    take: async ({ rate, samples }) => {
      resampler ??= await createResampler(rate, pcmRate);
      return hand(resampler.take(samples));
    },
    end: () => (resampler === null ? Promise.resolve(given) : hand(resampler.end())),
    close: () => resampler?.close(),
  };
};

/** Every frame is decoded and counted, nothing is made of it: a fifth of the time. */
const counter = (most: number): Taker => {
  let counted = 0;
  const told = (): Promise<number> => Promise.resolve(Math.min(most, Math.round(counted)));
  return {
    take: ({ rate, samples }) => {
      counted += (samples.length * pcmRate) / rate;
      return told();
    },
    end: told,
    close: () => undefined,
  };
};

interface Running {
  readonly question: DecodeQuestion;
  readonly format: SoundFormat;
  readonly most: number;
  readonly taker: Taker;
}

const run = async ({ question, format, most, taker }: Running): Promise<Result<Decoding>> => {
  let rate = 0;
  for await (const stretch of stretchesOf[format](question)) {
    if (!stretch.ok) return stretch;
    if (stretch.value.samples.length === 0) continue;
    if (rate !== 0 && stretch.value.rate !== rate) return broken(format, 'the sample rate changes');
    rate = stretch.value.rate;
    if (rate < wavBounds.lowestRate || rate > wavBounds.highestRate) return failed('audio-rate', { rate });
    const taken = await taker.take(stretch.value);
    if (taken < most) continue;
    await taker.end();
    return ok({ format, rate, durationMs: msOfSamples(most), isCut: true });
  }
  const taken = await taker.end();
  if (taken === 0) return failed('audio-empty');
  return ok({ format, rate, durationMs: msOfSamples(taken), isCut: false });
};

/**
 * Decodes a file of sound to 24 kHz mono and gives it in stretches; with `give` null all of it is decoded for what it is,
 * and no sound is made. Errors: audio-format, audio-empty, audio-broken, audio-truncated, audio-encoding, audio-channels,
 * audio-rate.
 */
export const decodeSound = (question: DecodeQuestion, give: Give | null): Promise<Result<Decoding>> => {
  if (question.bytes.length === 0) return Promise.resolve(failed('audio-empty'));
  const found = sniff(question.bytes);
  if (!found.plays) return Promise.resolve(failed('audio-format', { found: found.looksLike }));
  const most = samplesOfMs(question.longestMs);
  const taker = give === null ? counter(most) : giver(give, most);
  // Decoders throw where a file is no file of their kind after all.
  return run({ question, format: found.format, most, taker })
    .catch((error: unknown) => broken(found.format, error instanceof Error ? error.message : 'unknown'))
    .finally(taker.close);
};
