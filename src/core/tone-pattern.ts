/**
 * What a tone sounds like on a sound output, as data. Its cadence (how long on, how long off) is the tone's own; this is
 * the sound while it is on.
 */
export type TonePattern =
  /** One or more notes together, for as long as it lasts. */
  | { readonly wave: 'steady'; readonly hz: readonly number[] }
  /** Two notes in turn. */
  | { readonly wave: 'two-tone'; readonly hz: readonly [number, number]; readonly eachMs: number }
  /** A note that rises and falls: a siren. `fallMs: 0` only rises and begins again. */
  | {
      readonly wave: 'sweep';
      readonly fromHz: number;
      readonly toHz: number;
      readonly riseMs: number;
      readonly fallMs: number;
    }
  /** Struck notes that fade, again every `everyMs`, one `apartMs` after the other: gong, chime. */
  | { readonly wave: 'struck'; readonly hz: readonly number[]; readonly apartMs: number; readonly everyMs: number };

/** The patterns that come with the program, by the names that a configuration uses. */
export const tonePatterns = {
  steady: { wave: 'steady', hz: [440] },
  attention: { wave: 'steady', hz: [853, 960] },
  'two-tone': { wave: 'two-tone', hz: [800, 1000], eachMs: 500 },
  'hi-lo': { wave: 'two-tone', hz: [544, 440], eachMs: 400 },
  wail: { wave: 'sweep', fromHz: 400, toHz: 1200, riseMs: 2500, fallMs: 2500 },
  yelp: { wave: 'sweep', fromHz: 600, toHz: 1400, riseMs: 170, fallMs: 170 },
  rise: { wave: 'sweep', fromHz: 500, toHz: 1200, riseMs: 1000, fallMs: 0 },
  gong: { wave: 'struck', hz: [220, 443, 622], apartMs: 0, everyMs: 3000 },
  'gong-rapid': { wave: 'struck', hz: [220, 443, 622], apartMs: 0, everyMs: 600 },
  chime: { wave: 'struck', hz: [784, 659, 523], apartMs: 350, everyMs: 2500 },
} as const satisfies Readonly<Record<string, TonePattern>>;

export type TonePatternName = keyof typeof tonePatterns;

export const isTonePattern = (name: string): name is TonePatternName => Object.hasOwn(tonePatterns, name);

/** How long the pattern takes until it begins again, ms; 0 for one that does not change. */
export const periodMs = (pattern: TonePattern): number => {
  switch (pattern.wave) {
    case 'steady':
      return 0;
    case 'two-tone':
      return 2 * pattern.eachMs;
    case 'sweep':
      return pattern.riseMs + pattern.fallMs;
    case 'struck':
      return pattern.everyMs;
  }
};
