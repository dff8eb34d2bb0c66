import { levelOf } from '../level.ts';
import { pcmRate, samplesOfMs, type Pcm } from '../pcm.ts';

/** Speech of every engine and every clip is brought to this loudness, so that none is much louder than the other. */
export const targetRmsDbfs = -16;
/** No sample goes above this: amplifiers clip hard and horns rattle. */
const ceiling = 0.891;
/** From here the soft knee begins. */
const knee = 0.6;
/** Windows quieter than this below the loudest one are pauses, and pauses have no say in how loud speech is. */
const pauseDb = 25;
const windowMs = 50;
const mostGain = 20;
const fullScale = 32_768;

/** RMS of what is not a pause, as a share of full scale; 0 for silence. */
const spokenRms = (pcm: Pcm): number => {
  const size = samplesOfMs(windowMs);
  const powers: number[] = [];
  for (let at = 0; at < pcm.length; at += size) {
    const { rmsDbfs } = levelOf(pcm.subarray(at, at + size));
    powers.push(10 ** (rmsDbfs / 10));
  }
  const floor = powers.reduce((most, power) => Math.max(most, power), 0) / 10 ** (pauseDb / 10);
  const loud = powers.filter((power) => power >= floor);
  return loud.length === 0 ? 0 : Math.sqrt(loud.reduce((sum, power) => sum + power, 0) / loud.length);
};

/** Above the knee peaks are bent, not cut: odd, continuous, and never above the ceiling. */
const limited = (value: number): number => {
  const size = Math.abs(value);
  if (size <= knee) return value;
  const room = ceiling - knee;
  return Math.sign(value) * (knee + room * Math.tanh((size - knee) / room));
};

/** The same sound at the target loudness, peaks limited to -1 dBFS. Silence stays silence. */
export const normalised = (pcm: Pcm): Pcm => {
  const rms = spokenRms(pcm);
  if (rms < 1e-4) return pcm;
  const gain = Math.min(mostGain, 10 ** (targetRmsDbfs / 20) / rms);
  return Int16Array.from(pcm, (sample) => Math.round(fullScale * limited((gain * sample) / fullScale)));
};

const silent = 200;

/** Nothing in it would be heard. */
export const isSilent = (pcm: Pcm): boolean => pcm.every((sample) => Math.abs(sample) <= silent);

/** Without the silence before and after, but for a little that keeps words apart. */
export const trimmed = (pcm: Pcm, before = 30, after = 250): Pcm => {
  const first = pcm.findIndex((sample) => Math.abs(sample) > silent);
  if (first === -1) return pcm;
  const last = pcm.findLastIndex((sample) => Math.abs(sample) > silent);
  const start = Math.max(0, first - samplesOfMs(before));
  const gap = Math.max(0, last + 1 + samplesOfMs(after) - pcm.length);
  const heard = pcm.subarray(start, Math.min(pcm.length, last + 1 + samplesOfMs(after)));
  const whole = new Int16Array(heard.length + gap);
  whole.set(heard);
  return whole;
};

/** Sound one after the other. */
export const joined = (parts: readonly Pcm[]): Pcm => {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const secondsOf = (pcm: Pcm): number => pcm.length / pcmRate;
