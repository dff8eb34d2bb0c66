import type { Effect } from '../core/effect.ts';
import type { Durable, ZonePlay } from '../core/village.ts';

/** Which zones play something whose record is still on its way to the disk. */
export interface RecordedPlays {
  /** What a step has begun or changed, waiting for its record; call what it returns when that record is settled. */
  readonly begin: (before: Durable, after: Durable) => () => void;
  /**
   * What of the effect may leave: segments follow from a play by arithmetic and have no record of their own, so those of a
   * play that is not recorded are left out, unless they are urgent.
   */
  readonly allow: (effect: Effect) => readonly Effect[];
}

export const createRecordedPlays = (): RecordedPlays => {
  const open = new Set<ZonePlay>();
  return {
    begin: (before, after) => {
      const known = new Set(Object.values(before.plays));
      const begun = Object.values(after.plays).filter((play) => !known.has(play));
      for (const play of begun) open.add(play);
      return () => {
        for (const play of begun) open.delete(play);
      };
    },
    allow: (effect) => {
      if (effect.do !== 'sound' || effect.urgent || open.size === 0) return [effect];
      const waiting = new Set([...open].flatMap(({ tone }) => tone?.starts.map(({ terminal }) => terminal) ?? []));
      const cues = effect.cues.filter(({ terminal }) => !waiting.has(terminal));
      return cues.length === 0 ? [] : [{ ...effect, cues }];
    },
  };
};
