import { sampleRate } from './wav.ts';

/** Rate of the sound that network loudspeakers take, in samples a second. */
export const pcmRate = 24_000;
/** What is kept of one loudspeaker; older sound is forgotten. */
const keptMs = 15 * 60_000;

interface Chunk {
  readonly fromMs: number;
  readonly pcm: Int16Array;
}

const msOf = (samples: number): number => (1000 * samples) / pcmRate;

/** The sound that really came out of a loudspeaker, on the run's scale of ms. */
export interface PcmStore {
  add(fromMs: number, pcm: Int16Array): void;
  /** What was to be heard after this instant is taken back. */
  cut(atMs: number): void;
  /** Samples in −1…1 at the rate of the recordings; silence where nothing was heard. */
  between(fromMs: number, toMs: number): Float32Array;
  /** Samples at `pcmRate` as they were. */
  raw(fromMs: number, toMs: number): Int16Array;
  /** The loudest sample since this instant, 0–1. */
  peakSince(fromMs: number, untilMs: number): number;
}

export const createPcmStore = (): PcmStore => {
  let chunks: Chunk[] = [];
  const overlapping = (fromMs: number, toMs: number): readonly Chunk[] =>
    chunks.filter((one) => one.fromMs < toMs && one.fromMs + msOf(one.pcm.length) > fromMs);
  const raw = (fromMs: number, toMs: number): Int16Array => {
    const samples = new Int16Array(Math.max(0, Math.round(((toMs - fromMs) * pcmRate) / 1000)));
    for (const { fromMs: start, pcm } of overlapping(fromMs, toMs)) {
      const offset = Math.round(((start - fromMs) * pcmRate) / 1000);
      const skip = Math.max(0, -offset);
      const room = samples.length - Math.max(0, offset);
      if (room > 0) samples.set(pcm.subarray(skip, skip + room), Math.max(0, offset));
    }
    return samples;
  };
  return {
    add: (fromMs, pcm) => {
      chunks.push({ fromMs, pcm });
      const [oldest] = chunks;
      if (oldest !== undefined && fromMs - oldest.fromMs > keptMs) chunks.shift();
    },
    cut: (atMs) => {
      chunks = chunks.flatMap((one): Chunk[] => {
        if (one.fromMs >= atMs) return [];
        const keep = Math.floor(((atMs - one.fromMs) * pcmRate) / 1000);
        return [keep >= one.pcm.length ? one : { ...one, pcm: one.pcm.subarray(0, keep) }];
      });
    },
    raw,
    between: (fromMs, toMs) => {
      const from = raw(fromMs, toMs);
      const step = pcmRate / sampleRate;
      return Float32Array.from({ length: Math.round(((toMs - fromMs) * sampleRate) / 1000) }, (_, index) => {
        const place = index * step;
        const before = from[Math.floor(place)] ?? 0;
        const after = from[Math.ceil(place)] ?? before;
        return (before + (after - before) * (place % 1)) / 32_768;
      });
    },
    peakSince: (fromMs, untilMs) => {
      let peak = 0;
      for (const sample of raw(fromMs, untilMs)) peak = Math.max(peak, Math.abs(sample));
      return peak / 32_768;
    },
  };
};
