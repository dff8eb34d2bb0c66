import { isEmergency } from '../core/cue-id.ts';
import type { Effect } from '../core/effect.ts';
import type { Durable } from '../core/village.ts';

/**
 * What is done though its record could not be written. Silence must not wait for a disk, nor a warning: one that a cancel
 * gives its turn was verified and recorded before. Words that only come with the end of an alert are not said.
 */
export const fromMemory = ({ broadcasts }: Durable, effects: readonly Effect[]): readonly Effect[] => {
  const alarms = new Set(
    Object.values(broadcasts).flatMap((one) => (one.kind === 'alert' && isEmergency(one) ? [one.id] : [])),
  );
  return effects.flatMap((effect): readonly Effect[] => {
    if (effect.do === 'silence') return [effect];
    if (effect.do !== 'sound') return [];
    const cues = effect.cues.filter(({ id }) => alarms.has(id.slice(0, id.indexOf('|'))));
    return cues.length === 0 ? [] : [{ ...effect, cues }];
  });
};
