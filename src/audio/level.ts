import type { Pcm } from './pcm.ts';

/** Level of sound in dB below full scale; a silent stretch is `silentDbfs`. */
export interface Level {
  readonly rmsDbfs: number;
  readonly peakDbfs: number;
}

const fullScale = 32_768;
export const silentDbfs = -96;
/** What is quieter than this can be neither heard nor measured; the hiss and hum of a recording's silence are. */
export const audibleDbfs = -40;

const dbfs = (amplitude: number): number =>
  amplitude <= 0 ? silentDbfs : Math.max(silentDbfs, 20 * Math.log10(amplitude / fullScale));

/** RMS over all samples, and the loudest one. No samples are silence. */
export const levelOf = (pcm: Pcm): Level => {
  let sum = 0;
  let peak = 0;
  for (const sample of pcm) {
    sum += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return { rmsDbfs: dbfs(pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length)), peakDbfs: dbfs(peak) };
};
