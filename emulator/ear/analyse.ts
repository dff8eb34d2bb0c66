import { sampleRate } from './wav.ts';

/** Below this a terminal is silent. */
export const silenceDbfs = -50;

/** Samples between two instants of the run. */
export const between = (samples: Float32Array, fromMs: number, toMs: number): Float32Array =>
  samples.subarray(Math.round((fromMs * sampleRate) / 1000), Math.round((toMs * sampleRate) / 1000));

const meanSquare = (samples: Float32Array): number =>
  samples.length === 0 ? 0 : samples.reduce((sum, value) => sum + value * value, 0) / samples.length;

/** Level in dB below full scale; −Infinity for digital silence. */
export const rmsDbfs = (samples: Float32Array): number => 10 * Math.log10(meanSquare(samples));

export const isSilent = (samples: Float32Array): boolean => rmsDbfs(samples) < silenceDbfs;

/** Share of the whole energy that stands at one frequency (Goertzel), 0–1: near 1 for a pure tone of that frequency. */
export const toneShare = (samples: Float32Array, hz: number): number => {
  const total = meanSquare(samples) * samples.length;
  if (total === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let last = 0;
  let beforeLast = 0;
  for (const value of samples) {
    const next = value + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (2 * power) / (samples.length * total);
};

const windowSamples = 1600;
const stepHz = sampleRate / windowSamples;

/** Energy by frequency in steps of 10 Hz, over windows of 100 ms; a slow transform, made for a few seconds of sound. */
const spectrumOf = (samples: Float32Array): Float64Array => {
  const bins = new Float64Array(windowSamples / 2);
  const window = new Float32Array(windowSamples);
  for (let from = 0; from + windowSamples <= samples.length; from += windowSamples) {
    for (let index = 0; index < windowSamples; index += 1) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / windowSamples);
      window[index] = (samples[from + index] ?? 0) * hann;
    }
    const energy = meanSquare(window);
    for (let bin = 1; bin < bins.length; bin += 1)
      bins[bin] = (bins[bin] ?? 0) + toneShare(window, bin * stepHz) * energy;
  }
  return bins;
};

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

export interface SpeechMeasure {
  /** Share of the energy between 150 and 4000 Hz. */
  readonly bandShare: number;
  /** Share of the strongest 40 Hz: near 1 for a tone, small for speech. */
  readonly peakShare: number;
  /** Quotient of the loudest and the quietest tenth of 50 ms pieces, in dB: speech rises and falls, tones do not. */
  readonly rangeDb: number;
}

const rangeOf = (samples: Float32Array): number => {
  const piece = sampleRate / 20;
  const levels: number[] = [];
  for (let from = 0; from + piece <= samples.length; from += piece)
    levels.push(meanSquare(samples.subarray(from, from + piece)));
  levels.sort((a, b) => a - b);
  const low = levels[Math.floor(levels.length / 10)] ?? 0;
  const high = levels[Math.floor((levels.length * 9) / 10)] ?? 0;
  return 10 * Math.log10((high + 1e-9) / (low + 1e-9));
};

/** What tells speech from a siren. */
export const measureSpeech = (samples: Float32Array): SpeechMeasure => {
  const bins = spectrumOf(samples);
  const total = sum(bins);
  if (total === 0) return { bandShare: 0, peakShare: 0, rangeDb: 0 };
  let peak = 0;
  for (let bin = 0; bin + 4 <= bins.length; bin += 1) peak = Math.max(peak, sum(bins.subarray(bin, bin + 4)));
  const band = sum(bins.subarray(150 / stepHz, 4000 / stepHz));
  return { bandShare: band / total, peakShare: peak / total, rangeDb: rangeOf(samples) };
};

/** Loud enough, in the band of speech, no single tone, rising and falling. */
export const isSpeech = (samples: Float32Array): boolean => {
  const { bandShare, peakShare, rangeDb } = measureSpeech(samples);
  return rmsDbfs(samples) > -40 && bandShare > 0.8 && peakShare < 0.5 && rangeDb > 6;
};

/** Loud, and nearly all of it at this frequency. */
export const isTone = (samples: Float32Array, hz: number): boolean =>
  rmsDbfs(samples) > -40 && toneShare(samples, hz) > 0.8;
