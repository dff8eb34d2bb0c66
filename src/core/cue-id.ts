import type { Broadcast } from './village.ts';
import { progressIn } from './work.ts';

/** How far a broadcast has come in a zone, as its cues name it: pass.item. */
export const placeIn = (broadcast: Broadcast, zone: string): string => {
  const { passes, item } = progressIn(broadcast, zone);
  return `${passes}.${item}`;
};

/** The id of a cue, readable: broadcast | zone | pass.item | terminal | segment. */
export const cueId = (broadcast: Broadcast, zone: string, terminal: string, segment: number): string =>
  [broadcast.id, zone, placeIn(broadcast, zone), terminal, segment].join('|');

export const isEmergency = ({ alert }: Pick<Broadcast, 'alert'>): boolean =>
  alert.status === 'actual' && alert.class === 'emergency';
