import type { Site } from '../../src/core/site.ts';
import { hamlet, plan, type Hamlet } from './hamlet.ts';

/** One plan that goes on for ever: 100 s of siren, one word, a second's rest. */
export const loud: Site = {
  ...hamlet,
  plans: [
    plan('loud', {
      playlist: [
        { play: 'tone', tone: 'long' },
        { play: 'speech', text: 'x', clip: null },
      ],
      repeats: 0,
      intervalMs: 1_000,
    }),
  ],
  tones: [{ id: 'long', name: { zh: '长', en: 'long' }, onMs: 100_000, offMs: 0, cycles: 1 }],
};

/** How long the first siren was ordered to sound. */
export const sirenMs = (village: Hamlet): number =>
  village
    .heard()
    .filter(({ terminal }) => terminal === 'east-siren-1')
    .reduce((sum, { durationMs }) => sum + durationMs, 0);

/** Lets time pass a second at a time; the speaker says at once when it has spoken. */
export const playFor = (village: Hamlet, ms: number): void => {
  for (let passed = 0; passed < ms; passed += 1_000) {
    village.run(1_000);
    if (village.village.durable.plays['east']?.speaking.length) village.spoken('east-speaker');
  }
};
