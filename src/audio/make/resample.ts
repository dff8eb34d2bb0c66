import samplerate from '@alexanderolsen/libsamplerate-js';

/** Brings one channel from one rate to another, stretch by stretch, as one sound. */
export interface Resampler {
  readonly take: (samples: Float32Array) => Float32Array;
  /** What the filter still holds, so that the whole is as long as it was. */
  readonly end: () => Float32Array;
}

const mostAtOnce = 48_000;
const tailSeconds = 0.05;

const same: Resampler = { take: (samples) => samples, end: () => new Float32Array(0) };

export const createResampler = async (from: number, to: number): Promise<Resampler> => {
  if (from === to) return same;
  const { create, ConverterType } = samplerate;
  const converter = await create(1, from, to, { converterType: ConverterType.SRC_SINC_FASTEST });
  let taken = 0;
  let given = 0;
  const convert = (samples: Float32Array): Float32Array => {
    const parts: Float32Array[] = [];
    for (let at = 0; at < samples.length; at += mostAtOnce)
      parts.push(converter.full(samples.subarray(at, at + mostAtOnce)).slice());
    const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  return {
    take: (samples) => {
      taken += samples.length;
      const made = convert(samples);
      given += made.length;
      return made;
    },
    end: () => {
      const rest = Math.round((taken * to) / from) - given;
      const tail = convert(new Float32Array(Math.round(tailSeconds * from))).subarray(0, Math.max(0, rest));
      converter.destroy();
      return tail;
    },
  };
};
