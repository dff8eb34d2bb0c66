import type { Broadcast } from './village.ts';

/** The id of a cue, readable: broadcast | zone | pass.item | terminal | segment. */
export const cueId = (broadcast: Broadcast, zone: string, terminal: string, segment: number): string => {
  const progress = broadcast.zones[zone];
  return [broadcast.id, zone, `${progress?.passes ?? 0}.${progress?.item ?? 0}`, terminal, segment].join('|');
};

export const isEmergency = (broadcast: Broadcast): boolean =>
  broadcast.alert.status === 'actual' && broadcast.alert.class === 'emergency';
