import type { Clock } from '../clock.ts';

/** What a terminal sounds at one instant. */
export type Sound =
  /** `level`: share of full volume, above 0 and up to 1. */
  | { readonly kind: 'tone'; readonly hz: number; readonly level: number }
  | { readonly kind: 'clip'; readonly track: number }
  /** Sound sent over the network: the samples themselves are kept by the loudspeaker. */
  | { readonly kind: 'pcm'; readonly output: string }
  /** `startsAt` is when the chip began, on the run's scale: the loudspeaker may have been switched on later. */
  | { readonly kind: 'speech'; readonly text: string; readonly startsAt: number; readonly durationMs: number };

/** One stretch of sound. Times in ms since the start of the run; `toMs` null while it goes on. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly sound: Sound;
}

export interface Timeline {
  /** What this terminal sounds from now on; null is silence. Saying the same again changes nothing. */
  hear(terminal: string, sound: Sound | null): void;
  of(terminal: string): readonly Stretch[];
  /** Ms since the start of the run. */
  readonly elapsedMs: number;
}

const sameSound = (a: Sound | null, b: Sound | null): boolean =>
  a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));

/** Old stretches beyond this many per terminal are dropped: a village may run for days. */
const stretchesMax = 5000;

/** Writes down what is heard of each terminal, from when to when. */
export const createTimeline = (clock: Clock): Timeline => {
  const startedAt = clock.now();
  const stretches = new Map<string, Stretch[]>();
  return {
    hear: (terminal, sound) => {
      const known = stretches.get(terminal) ?? [];
      stretches.set(terminal, known);
      const at = clock.now() - startedAt;
      const last = known.at(-1);
      const running = last?.toMs === null ? last : null;
      if (sameSound(running?.sound ?? null, sound)) return;
      if (running !== null) {
        known.pop();
        // A sound that is replaced at the very instant it began was never heard.
        if (running.fromMs < at) known.push({ ...running, toMs: at });
      }
      if (sound !== null) known.push({ fromMs: at, toMs: null, sound });
      if (known.length > stretchesMax) known.shift();
    },
    of: (terminal) => stretches.get(terminal) ?? [],
    get elapsedMs() {
      return clock.now() - startedAt;
    },
  };
};

/** The fixed frequency of the siren at place `index` of the wiring's sirens: 500 Hz and 50 Hz more for each, thirty in all. */
export const sirenHz = (index: number): number => 500 + 50 * (index % 30);
