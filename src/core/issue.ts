import type { Alert } from './alert.ts';
import { readyAudio } from './audio-hold.ts';
import { endBroadcast } from './end-broadcast.ts';
import { makeBroadcast, planFor, type Making } from './make-broadcast.ts';
import { isHeldByStop } from './latch.ts';
import { compareRank } from './precedence.ts';
import { countRoutine, routineRefusal } from './quiet.ts';
import { refusal, type Refusal } from './refuse.ts';
import { isEmergency } from './cue-id.ts';
import type { MonoMs } from './time.ts';
import type { Broadcast } from './village.ts';
import { liveBroadcasts, putBroadcast, receiptFor, zoneById, type Work } from './work.ts';

export interface Issue {
  readonly trace: string;
  readonly source: string;
  readonly kind: Broadcast['kind'];
  readonly alert: Alert;
  readonly expiresAt: MonoMs;
}

/** The words of a queue, and what is known of each of its terminals, must fit in a checkpoint (box/memory.ts). */
const queueBytesMax = 16_000_000;

/** At most what one character, item, terminal or zone, and a broadcast without these, takes in a checkpoint. */
const most = { character: 3, item: 200, terminal: 250, zone: 250, rest: 1_000 } as const;

/** At most what this takes in a checkpoint, however much will be known of it. */
const sizeIn =
  ({ site }: Work) =>
  ({ alert, items }: Broadcast): number => {
    const zones = new Set(alert.zones);
    const terminals = site.terminals.filter(({ zone }) => zones.has(zone)).length;
    const texts = items.flatMap((item) => (item.play === 'speech' ? [item.text] : []));
    const characters = [alert.headline, alert.text, ...texts].reduce((sum, { length }) => sum + length, 0);
    const parts = most.item * items.length + most.terminal * terminals + most.zone * zones.size;
    return most.rest + most.character * characters + parts;
  };

/**
 * At the bound the lowest ranks go: the newcomer is refused, or the lowest of the queue are dropped and say so. What it
 * replaces makes room for it.
 */
const makeRoom = (work: Work, newcomer: Broadcast): boolean => {
  const sizeOf = sizeIn(work);
  const live = liveBroadcasts(work.durable);
  const others = live.filter(({ alert }) => alert.id !== newcomer.alert.id);
  let over = sizeOf(newcomer) - queueBytesMax + others.reduce((sum, other) => sum + sizeOf(other), 0);
  let many = others.length < live.length ? 0 : live.length + 1 - work.site.limits.queueMax;
  if (over <= 0 && many <= 0) return true;
  const leaving: Broadcast[] = [];
  for (const lowest of others.sort((a, b) => compareRank(a.rank, b.rank) || b.sequence - a.sequence)) {
    if (over <= 0 && many <= 0) break;
    if (compareRank(newcomer.rank, lowest.rank) <= 0) return false;
    leaving.push(lowest);
    over -= sizeOf(lowest);
    many -= 1;
  }
  for (const { id } of leaving) endBroadcast(work, id, 'dropped');
  return true;
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
  if (!makeRoom(work, broadcast)) return refusal('queue-full');
  if (!isEmergency(broadcast) && !countRoutine(work)) return refusal('routine-cap');
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
