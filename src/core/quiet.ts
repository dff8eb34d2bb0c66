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

const playsToday = ({ at, durable }: Work): number => {
  const { day, plays } = durable.routine;
  return day === beijingDay(at.wall) ? plays : 0;
};

/** Routine and drills may sound so often on one Beijing day. */
export const isRoutineCapped = (work: Work): boolean => playsToday(work) >= work.site.limits.routinePerDay;

/** Counts one more routine or drill play of this day. */
export const countRoutine = (work: Work): void => {
  work.durable.routine = { day: beijingDay(work.at.wall), plays: playsToday(work) + 1 };
};
