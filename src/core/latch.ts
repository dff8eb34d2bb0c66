import type { Alert } from './alert.ts';
import { isEmergency } from './cue-id.ts';
import { planFor } from './make-broadcast.ts';
import { rankOf, severityRank, stageRank } from './precedence.ts';
import type { Broadcast, Durable, Latch, News } from './village.ts';
import { putBroadcast, type Work } from './work.ts';

/**
 * What the stop behind this latch ended. A box that gets its memory back lives through several stops of one alert at one
 * instant: the newest word counts.
 */
export const stoppedBy = ({ broadcasts }: Durable, { alert, at }: Latch): Broadcast | undefined =>
  Object.values(broadcasts)
    .filter((one) => one.alert.id === alert && one.ended === 'stopped' && one.endedAt === at)
    .sort((a, b) => b.sequence - a.sequence)[0];

/** What a stop holds of this alert; undefined where none does. */
export const heldByStop = (durable: Durable, id: string): Broadcast | undefined => {
  const latch = durable.latches.find((one) => one.alert === id);
  return latch === undefined ? undefined : stoppedBy(durable, latch);
};

/**
 * A stop holds the alert until its severity, stage or area rises, or an exercise becomes real. Words that lifted it, and
 * were stopped, hold nothing; nor does a stop of which nothing is left that a person could take back.
 */
export const isHeldByStop = ({ durable }: Work, alert: Alert): boolean => {
  const latch = durable.latches.find((one) => one.alert === alert.id);
  const stopped = latch === undefined ? undefined : stoppedBy(durable, latch);
  if (latch === undefined || stopped?.kind !== 'alert') return false;
  const rose =
    severityRank(alert) > severityRank(latch) ||
    stageRank(alert) > stageRank(latch) ||
    (isEmergency({ alert }) && !isEmergency(stopped)) ||
    alert.zones.some((zone) => !latch.zones.includes(zone));
  return !rose;
};

/** What going on with it would start: the newest that was ordered of it. */
export const newsOf = (stopped: Broadcast): News => stopped.news ?? stopped;

/**
 * What a stop holds stays silent; but whoever goes on hears the newest words of the alert, while those are valid. They stand
 * beside what was stopped: its own words are the ones that were heard, in its zones. True when they were kept.
 */
export const keepNewestWords = (
  work: Work,
  { alert, source, expiresAt }: Omit<News, 'rank' | 'receivedAt'>,
): boolean => {
  const stopped = heldByStop(work.durable, alert.id);
  if (stopped === undefined || planFor(work.site, alert) === undefined || !isEmergency({ alert })) return false;
  const news: News = { alert, source, rank: rankOf(alert), receivedAt: work.at.mono, expiresAt };
  putBroadcast(work, { ...stopped, news });
  return true;
};
