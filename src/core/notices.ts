import type { Alert } from './alert.ts';
import { issueBroadcast } from './issue.ts';
import { tellRefusal } from './refuse.ts';
import type { Notice } from './site.ts';
import { beijingDay, beijingMinuteOfDay, wallOfBeijing, type Instant, type MonoMs } from './time.ts';
import type { Durable } from './village.ts';
import type { Work } from './work.ts';

/** A notice that could not start within this many minutes of its time is left out for that day. */
const graceMinutes = 10;

/** 1 Monday – 7 Sunday; 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

const isDue = (notice: Notice, durable: Durable, at: Instant): boolean => {
  const day = beijingDay(at.wall);
  const late = beijingMinuteOfDay(at.wall) - notice.minuteOfDay;
  return (
    notice.weekdays.includes(weekdayOf(day)) &&
    late >= 0 &&
    late < graceMinutes &&
    durable.noticesPlayed[notice.id] !== day
  );
};

const alertOf = (notice: Notice, day: number): Alert => ({
  id: `notice-${notice.id}-${day}`,
  status: 'actual',
  class: 'routine',
  event: '',
  severity: 'unknown',
  stage: '24h',
  authority: 'village',
  voice: 'recorded',
  zones: notice.zones,
  headline: notice.name.zh,
  text: notice.text,
  plan: notice.plan,
  sirenUnlocked: false,
});

/** Starts the scheduled notices whose minute has come. Without a trusted clock there is no routine. */
export const startNotices = (work: Work): void => {
  if (work.at.trust === 'guessed') return;
  const day = beijingDay(work.at.wall);
  for (const notice of work.site.notices) {
    if (!isDue(notice, work.durable, work.at)) continue;
    work.durable.noticesPlayed = { ...work.durable.noticesPlayed, [notice.id]: day };
    const trace = `notice-${notice.id}-${day}`;
    const expiresAt = work.at.mono + work.site.limits.routineLongestMs;
    const refused = issueBroadcast(work, {
      trace,
      source: 'notice',
      kind: 'notice',
      alert: alertOf(notice, day),
      expiresAt,
    });
    if (refused !== null) tellRefusal(work, trace, refused);
  }
};

/** When the next notice is due, in box time; null under a guessed clock or without notices. */
export const nextNoticeAt = (durable: Durable, at: Instant): MonoMs | null => {
  if (at.trust === 'guessed' || durable.site === null) return null;
  const today = beijingDay(at.wall);
  const instants = durable.site.notices.flatMap((notice) =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .map((ahead) => today + ahead)
      .filter((day) => notice.weekdays.includes(weekdayOf(day)) && durable.noticesPlayed[notice.id] !== day)
      .map((day) => at.mono + wallOfBeijing(day, notice.minuteOfDay) - at.wall)
      .filter((instant) => instant > at.mono)
      .slice(0, 1),
  );
  return instants.length === 0 ? null : Math.min(...instants);
};
