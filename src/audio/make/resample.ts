import samplerate from '@alexanderolsen/libsamplerate-js';

/** Brings one channel from one rate to another, stretch by stretch, as one sound. */
export interface Resampler {
  readonly take: (samples: Float32Array) => Float32Array;
  /** What the filter still holds, so that the whole is as long as it was. */
  readonly end: () => Float32Array;
  /** To be called once, however the sound ended: what it works with is used again. It is not used after that. */
  readonly close: () => void;
}

const mostAtOnce = 48_000;
/** Longer than the filter remembers: so much silence pushes all of the sound out of it. */
const tailSeconds = 0.05;

const same: Resampler = { take: (samples) => samples, end: () => new Float32Array(0), close: () => undefined };

type Converter = Awaited<ReturnType<typeof samplerate.create>>;

/**
 * The converter that is not in use. Each holds 26 MB of its own, whatever its rates, so one serves all of them: a file
 * has any rate that it says, and one that is refused halfway must not cost a converter either.
 */
let resting: Converter | null = null;

const converterFor = async (from: number, to: number): Promise<Converter> => {
  const rested = resting;
  resting = null;
  if (rested === null) {
    const { create, ConverterType } = samplerate;
    return create(1, from, to, { converterType: ConverterType.SRC_SINC_FASTEST });
  }
  // Each of these makes its filter anew: nothing of the sound before is left in it.
  rested.outputSampleRate = to;
  rested.inputSampleRate = from;
  return rested;
};

const joined = (parts: readonly Float32Array[]): Float32Array => {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const createResampler = async (from: number, to: number): Promise<Resampler> => {
  if (from === to) return same;
  const converter = await converterFor(from, to);
  let [taken, given, isSound] = [0, 0, true];
  const convert = (samples: Float32Array): Float32Array => {
    const parts: Float32Array[] = [];
    isSound = false;
    for (let at = 0; at < samples.length; at += mostAtOnce)
      parts.push(converter.full(samples.subarray(at, at + mostAtOnce)).slice());
    isSound = true;
    return joined(parts);
  };
  return {
    take: (samples) => {
      taken += samples.length;
      const made = convert(samples);
      given += made.length;
      return made;
    },
    end: () => {
      const missing = Math.round((taken * to) / from) - given;
      return convert(new Float32Array(Math.round(tailSeconds * from))).subarray(0, Math.max(0, missing));
    },
    close: () => {
      // One that threw in the middle of its work is left to the collector.
      if (isSound) resting = converter;
    },
  };
};
