import type { Alert } from './alert.ts';
import type { Broadcast, Rank } from './village.ts';

/** The rank table of promise 2. Each row is one column of the rank, most significant first; its words stand lowest first. */
const ladder = {
  severity: ['unknown', 'blue', 'yellow', 'orange', 'red'],
  stage: ['24h', '6h', '2h', 'now'],
  voice: ['recorded', 'live'],
  authority: ['box', 'village', 'township', 'county', 'city', 'province', 'national'],
} as const;

/** Routine is last; drill and test, of any class, stand below every actual emergency. */
const kindOf = (alert: Alert): number => {
  if (alert.status !== 'actual') return 1;
  return alert.class === 'emergency' ? 2 : 0;
};

export const rankOf = (alert: Alert): Rank => [
  kindOf(alert),
  ladder.severity.indexOf(alert.severity),
  ladder.stage.indexOf(alert.stage),
  ladder.voice.indexOf(alert.voice),
  ladder.authority.indexOf(alert.authority),
];

/** Positive when `a` ranks higher, 0 when equal. */
export const compareRank = (a: Rank, b: Rank): number =>
  a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3] || a[4] - b[4];

/** Higher severity or later stage: what breaks a latch. */
export const severityRank = (alert: Pick<Alert, 'severity'>): number => ladder.severity.indexOf(alert.severity);
export const stageRank = (alert: Pick<Alert, 'stage'>): number => ladder.stage.indexOf(alert.stage);

/**
 * The order in which a zone takes its broadcasts: rank, then whose last full pass there is longest ago (an equal rank waits
 * for one full pass, and a newcomer for one only), then received order. No two broadcasts have the same place in that order,
 * so two different ones never compare equal.
 */
export const byPrecedence =
  (zone: string) =>
  (a: Broadcast, b: Broadcast): number =>
    compareRank(b.rank, a.rank) ||
    (a.zones[zone]?.lastPassAt ?? -1) - (b.zones[zone]?.lastPassAt ?? -1) ||
    a.sequence - b.sequence;
