/** The one rate of sound inside the box, in samples a second: speech and horn loudspeakers carry nothing above 12 kHz. */
export const pcmRate = 24_000;

/** Mono sound, signed 16 bit, at `pcmRate`. */
export type Pcm = Int16Array;

export const msOfSamples = (samples: number): number => (1000 * samples) / pcmRate;
export const samplesOfMs = (ms: number): number => Math.round((ms * pcmRate) / 1000);
