import type { Effect } from '../core/effect.ts';
import type { Event } from '../core/event.ts';
import { step } from '../core/step.ts';
import type { Instant } from '../core/time.ts';
import type { Village } from '../core/village.ts';

/** An order that nobody has sent: red, actual, for the whole site. */
const imagined = ({ durable }: Village, now: Instant): Event | null => {
  const { site } = durable;
  if (site === null) return null;
  const id = '0'.repeat(32);
  return {
    kind: 'order',
    order: {
      ...{ id, sender: 'rehearsal', authority: 'county', counter: 1, class: 'alarm', via: 'websocket', hash: id + id },
      ...{ notBefore: now.wall, validForMs: 60_000 },
      body: {
        kind: 'issue',
        alert: {
          ...{ id, status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' },
          ...{ authority: 'county', voice: 'recorded', zones: site.zones.map((zone) => zone.id), plan: null },
          ...{ headline: '', text: '', sirenUnlocked: false },
        },
      },
    },
  };
};

/**
 * Thinks an alarm through and forgets the outcome: the core is pure, so nothing sounds, nothing is written and nothing is
 * sent. An alarm comes once in months, and code that has never run, or not for long, is many times slower the first time.
 * Returns what the box would have done.
 */
export const rehearse = (village: Village, now: Instant): readonly Effect['do'][] => {
  const event = imagined(village, now);
  return event === null ? [] : step(village, { at: now, event }).effects.map((effect) => effect.do);
};
