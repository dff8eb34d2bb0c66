import type { Alert } from './alert.ts';
import type { CoreErrorCode } from './refuse.ts';
import { beijingDay, beijingMinuteOfDay } from './time.ts';
import type { Work } from './work.ts';

const isQuiet = (minute: number, from: number, to: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** Why routine, drill and test may not sound now, or null. Quiet hours are never bypassed (promise 7). */
export const routineRefusal = (work: Work, alert: Alert): CoreErrorCode | null => {
  const { limits } = work.site;
  if (alert.status === 'actual' && alert.class === 'emergency') return null;
  if (work.at.trust === 'guessed') return 'clock-unknown';
  if (isQuiet(beijingMinuteOfDay(work.at.wall), limits.quietFromMinute, limits.quietToMinute)) return 'quiet-hours';
  const { routineHeldUntil } = work.durable;
  return routineHeldUntil !== null && work.at.mono < routineHeldUntil ? 'routine-held' : null;
};

/** Counts one more routine or drill play of this Beijing day; false when the day's cap is reached. */
export const countRoutine = (work: Work): boolean => {
  const day = beijingDay(work.at.wall);
  const plays = work.durable.routine.day === day ? work.durable.routine.plays : 0;
  if (plays >= work.site.limits.routinePerDay) return false;
  work.durable.routine = { day, plays: plays + 1 };
  return true;
};
