import samplerate from '@alexanderolsen/libsamplerate-js';

/** Brings one channel from one rate to another, stretch by stretch, as one sound. */
export interface Resampler {
  readonly take: (samples: Float32Array) => Float32Array;
  /** What the filter still holds, so that the whole is as long as it was. The resampler is not used after that. */
  readonly end: () => Float32Array;
}

const mostAtOnce = 48_000;
/** Longer than the filter remembers: after so much silence it is as new. */
const tailSeconds = 0.05;

const same: Resampler = { take: (samples) => samples, end: () => new Float32Array(0) };

type Converter = Awaited<ReturnType<typeof samplerate.create>>;

/** Converters that are not in use, by their rates: each holds a memory of its own, so they are used again. */
const resting = new Map<string, Converter>();

const converterFor = async (from: number, to: number): Promise<Converter> => {
  const key = `${from} ${to}`;
  const rested = resting.get(key);
  resting.delete(key);
  const { create, ConverterType } = samplerate;
  return rested ?? (await create(1, from, to, { converterType: ConverterType.SRC_SINC_FASTEST }));
};

const rest = (converter: Converter, from: number, to: number): void => {
  resting.set(`${from} ${to}`, converter);
};

export const createResampler = async (from: number, to: number): Promise<Resampler> => {
  if (from === to) return same;
  const converter = await converterFor(from, to);
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
      const missing = Math.round((taken * to) / from) - given;
      const tail = convert(new Float32Array(Math.round(tailSeconds * from))).subarray(0, Math.max(0, missing));
      rest(converter, from, to);
      return tail;
    },
  };
};
