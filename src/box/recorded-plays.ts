import { isEmergency } from '../core/cue-id.ts';
import type { Effect } from '../core/effect.ts';
import type { Durable, ZonePlay } from '../core/village.ts';

/** Which zones play something whose record is still on its way to the disk. */
export interface RecordedPlays {
  /** What a step has begun or changed, waiting for its record; call what it returns when that record is settled. */
  readonly begin: (before: Durable, after: Durable) => () => void;
  /**
   * What of the effect may leave: segments, repairs and renewals follow from a play by arithmetic or by a look and have no
   * record of their own, so those of a play that waits for its record are left out. An emergency waits for none.
   */
  readonly allow: (effect: Effect, now: Durable) => Effect | null;
}

export const createRecordedPlays = (): RecordedPlays => {
  const open = new Set<ZonePlay>();
  /** Of what is on air now alone: what plays there since then has nothing to do with it. */
  const waitingIn = ({ plays }: Durable): ReadonlySet<string> =>
    new Set(
      Object.values(plays).flatMap((play) =>
        open.has(play) ? (play.tone?.starts.map(({ terminal }) => terminal) ?? []) : [],
      ),
    );
  const waits = ({ broadcasts }: Durable, { broadcast }: ZonePlay): boolean => {
    const one = broadcasts[broadcast];
    return one !== undefined && !isEmergency(one);
  };
  return {
    begin: (before, after) => {
      const known = new Set(Object.values(before.plays));
      const begun = Object.values(after.plays).filter((play) => !known.has(play) && waits(after, play));
      for (const play of begun) open.add(play);
      return () => {
        for (const play of begun) open.delete(play);
      };
    },
    allow: (effect, now) => {
      if (open.size === 0 || (effect.do !== 'sound' && effect.do !== 'renew')) return effect;
      const waiting = waitingIn(now);
      if (effect.do === 'sound') {
        const cues = effect.cues.filter(({ terminal }) => !waiting.has(terminal));
        return cues.length === 0 ? null : { ...effect, cues };
      }
      const terminals = effect.terminals.filter((terminal) => !waiting.has(terminal));
      return terminals.length === 0 ? null : { ...effect, terminals };
    },
  };
};
