import type { Alert } from './alert.ts';
import { readyAudio } from './audio-hold.ts';
import { endBroadcast } from './end-broadcast.ts';
import { makeBroadcast, planFor, type Making } from './make-broadcast.ts';
import { isHeldByStop } from './latch.ts';
import { bytesInCheckpoint, queueBytesMax, whoLeaves } from './queue-room.ts';
import { countRoutine, isRoutineCapped, routineRefusal } from './quiet.ts';
import { refusal, type Refusal } from './refuse.ts';
import { isEmergency } from './cue-id.ts';
import type { MonoMs } from './time.ts';
import type { Answer, Broadcast } from './village.ts';
import { liveBroadcasts, putBroadcast, receiptFor, zoneById, type Work } from './work.ts';

export interface Issue {
  readonly trace: string;
  readonly source: string;
  readonly kind: Broadcast['kind'];
  readonly alert: Alert;
  readonly expiresAt: MonoMs;
  /** These very words were answered before a stop ended them. */
  readonly answer?: Answer;
}

/** What it replaces makes room for it; whoever else must leave is dropped, and says so. */
const makeRoom = (work: Work, newcomer: Broadcast): boolean => {
  const leaving = whoLeaves(newcomer, liveBroadcasts(work.durable), {
    count: work.site.limits.queueMax,
    bytes: queueBytesMax,
    bytesOf: (one) => bytesInCheckpoint(work.site, one),
  });
  for (const { id } of leaving ?? []) endBroadcast(work, id, 'dropped');
  return leaving !== null;
};

/** What can be judged of an alert before a plan is chosen: its zones, a stop that holds it, rules for routine. */
export const refuseBeforePlan = (work: Work, issue: Issue): Refusal | null => {
  const { alert } = issue;
  const strange = alert.zones.find((zone) => zoneById(work.site, zone) === undefined);
  if (strange !== undefined || alert.zones.length === 0) return refusal('no-such-zone', { zone: strange ?? '' });
  if (issue.kind === 'alert' && isHeldByStop(work, alert)) return refusal('latched-by-stop');
  const routine = routineRefusal(work, alert);
  if (routine === null) return null;
  const hour = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return refusal(routine, { from: hour(work.site.limits.quietFromMinute), to: hour(work.site.limits.quietToMinute) });
};

/** Makes an alert a broadcast and puts it into the queue; the zones are decided afterwards by `decideZones`. */
export const issueBroadcast = (work: Work, issue: Issue, plan = planFor(work.site, issue.alert)): Refusal | null => {
  const refused = refuseBeforePlan(work, issue);
  if (refused !== null) return refused;
  if (plan === undefined) return refusal('no-such-plan', { plan: issue.alert.plan ?? '' });
  const audio = readyAudio(work.durable, issue.alert);
  const making: Making = { ...issue, id: `b-${issue.trace}`, plan, audio, sequence: work.durable.sequence };
  const broadcast = makeBroadcast(work.site, work.at, making);
  const replaced = liveBroadcasts(work.durable).filter((live) => live.alert.id === issue.alert.id);
  const isRoutine = !isEmergency(broadcast);
  // Judged first: what is refused must not have driven anything out of a full queue.
  if (isRoutine && isRoutineCapped(work)) return refusal('routine-cap');
  if (!makeRoom(work, broadcast)) return refusal('queue-full');
  if (isRoutine) countRoutine(work);
  for (const live of replaced) endBroadcast(work, live.id, 'replaced');
  if (issue.kind === 'alert') {
    work.durable.latches = work.durable.latches.filter((latch) => latch.alert !== issue.alert.id);
  }
  work.durable.sequence += 1;
  putBroadcast(work, broadcast);
  const due = Object.keys(broadcast.results).length;
  receiptFor(work, broadcast, { stage: 'queued', zones: issue.alert.zones, due });
  return null;
};
