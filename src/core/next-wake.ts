import { wantedAudio } from './audio-hold.ts';
import { nextNoticeAt } from './notices.ts';
import { quietTestWakes } from './self-test.ts';
import { nextBegin, proofAt, segmentDuring, toneOverAt } from './segments.ts';
import type { Instant, MonoMs } from './time.ts';
import type { Site } from './site.ts';
import type { Village, ZonePlay } from './village.ts';
import { liveBroadcasts, terminalById } from './work.ts';

const playWakes = (site: Site, play: ZonePlay, now: MonoMs): readonly (MonoMs | null)[] => {
  const every = site.limits.renewEveryMs;
  const wakes: (MonoMs | null)[] = [play.endsAt, nextBegin(play, now)];
  if (play.tone !== null) wakes.push(toneOverAt(play, play.tone));
  for (const { terminal } of play.tone?.starts ?? []) {
    const segment = segmentDuring(play, terminal, now);
    if (segment === null) continue;
    wakes.push(proofAt(segment));
    const lease = terminalById(site, terminal)?.lease.kind;
    if (lease === 'held') wakes.push(segment.offAt);
    if (lease === 'dead-man') wakes.push((Math.floor(now / every) + 1) * every);
  }
  return wakes;
};

/**
 * The one timer of the program: the next instant at which something is to be decided or sounded. Null when nothing is
 * on its way. Counted from the last look (`senses.wokeAt`), not from `at`: what fell due between the last step and this
 * question is overdue, and the answer is then `at.mono`, never forgotten.
 */
export const nextWake = (village: Village, at: Instant): MonoMs | null => {
  const { durable } = village;
  const { site } = durable;
  if (site === null) return null;
  const live = liveBroadcasts(durable);
  const since = village.senses.wokeAt ?? at.mono;
  const lookedAt: Instant = { ...at, mono: since, wall: at.wall - (at.mono - since) };
  const wakes: readonly (MonoMs | null)[] = [
    durable.settlingUntil,
    durable.stopProof?.until ?? null,
    nextNoticeAt(durable, lookedAt),
    ...quietTestWakes(site, durable, lookedAt),
    ...live.map((broadcast) => broadcast.expiresAt),
    ...durable.waiting.map((waiting) => waiting.expiresAt),
    ...wantedAudio(durable).map((held) => held.until),
    ...Object.values(durable.plays).flatMap((play) => playWakes(site, play, since)),
  ];
  const ahead = wakes.filter((wake): wake is MonoMs => wake !== null && wake > since);
  return ahead.length === 0 ? null : Math.max(at.mono, Math.min(...ahead));
};
