import { isEmergency } from './cue-id.ts';
import { clearZone, endBroadcast, endExpired } from './end-broadcast.ts';
import { canPlay } from './make-broadcast.ts';
import { byPrecedence, compareRank } from './precedence.ts';
import { routineRefusal } from './quiet.ts';
import { toneOverAt } from './segments.ts';
import { settleWithinMs } from './restart.ts';
import { mayGoOn, waitForOutput } from './share-output.ts';
import type { Retrigger } from './site.ts';
import { degrade } from './degrade.ts';
import { startItem } from './start-item.ts';
import type { Broadcast, ZonePlay } from './village.ts';
import {
  liveBroadcasts,
  putPlay,
  putProgress,
  receiptFor,
  silence,
  terminalById,
  terminalsOf,
  type Work,
} from './work.ts';

/** The best of what lives in this zone. */
const bestIn = (work: Work, zone: string): Broadcast | undefined => {
  const before = byPrecedence(zone);
  let best: Broadcast | undefined;
  for (const broadcast of liveBroadcasts(work.durable)) {
    const state = broadcast.zones[zone]?.state ?? 'ended';
    if (state !== 'ended' && (best === undefined || before(broadcast, best) < 0)) best = broadcast;
  }
  return best;
};

const isOver = (work: Work, play: ZonePlay): boolean => {
  if (play.phase === 'waiting') return false;
  if (work.at.mono >= play.endsAt) return true;
  if (play.phase !== 'item' || play.speaking.length > 0) return false;
  return play.tone === null || work.at.mono >= toneOverAt(play, play.tone);
};

/** The pass is over: count it, and end the zone after its last one. */
const closePass = (work: Work, zone: string, broadcast: Broadcast): Broadcast => {
  const passes = (broadcast.zones[zone]?.passes ?? 0) + 1;
  const last = broadcast.repeats > 0 && passes >= broadcast.repeats;
  return putProgress(work, broadcast, zone, {
    passes,
    item: 0,
    lastPassAt: work.at.mono,
    state: last ? 'ended' : 'waiting',
  });
};

/** Between two passes at least this: a chip that rejects everything at once must not turn a broadcast into a storm. */
const leastPauseMs = 1_000;
/** How soon sirens that found no room on their battery try again. */
const supplyRetryMs = 2_000;

/** Silence between two passes; the broadcast keeps the zone. */
const pause = (work: Work, zone: string, broadcast: Broadcast, lengthMs: number): boolean => {
  const { mono } = work.at;
  const endsAt = mono + lengthMs;
  putProgress(work, broadcast, zone, { state: 'playing' });
  putPlay(work, zone, { broadcast: broadcast.id, phase: 'pause', startedAt: mono, endsAt, tone: null, speaking: [] });
  return true;
};

/** Plays the item the zone has come to, skipping items nothing here can play; true when something plays or pauses. */
const goOn = (work: Work, zone: string, from: Broadcast): boolean => {
  let broadcast = from;
  for (let skipped = 0; skipped <= from.items.length; skipped += 1) {
    if (startItem(work, zone, broadcast)) return true;
    broadcast = work.durable.broadcasts[broadcast.id] ?? broadcast;
    const item = (broadcast.zones[zone]?.item ?? 0) + 1;
    if (item >= broadcast.items.length) {
      const nothingPlayed = skipped >= broadcast.items.length - 1 || broadcast.items.length === 0;
      // Sirens of other zones have the battery: nothing was heard, so no pass is counted, and it is tried again.
      if (nothingPlayed && work.durable.degraded[zone] === 'supply')
        return pause(work, zone, putProgress(work, broadcast, zone, { item: 0 }), supplyRetryMs);
      if (nothingPlayed && waitForOutput(work, zone, broadcast)) return true;
      broadcast = closePass(work, zone, broadcast);
      if (nothingPlayed && work.durable.degraded[zone] === 'siren-cap')
        return pause(work, zone, broadcast, work.site.limits.sirenPauseMs);
      if (nothingPlayed) {
        degrade(work, broadcast, zone, 'nothing-to-play');
        putProgress(work, broadcast, zone, { state: 'ended' });
        return false;
      }
      return afterPass(work, zone, broadcast);
    }
    broadcast = putProgress(work, broadcast, zone, { item });
  }
  return false;
};

const begin = (work: Work, zone: string, broadcast: Broadcast): boolean => {
  const progress = broadcast.zones[zone];
  if (progress === undefined) return false;
  const playing = putProgress(work, broadcast, zone, { state: 'playing', started: true, resume: null });
  if (progress.resume !== null) {
    receiptFor(work, playing, { stage: 'resumed', zone, pass: progress.passes + 1, rule: progress.resume });
  } else if (!progress.started) {
    receiptFor(work, playing, { stage: 'started', zone, pass: progress.passes + 1 });
  }
  return goOn(work, zone, playing);
};

/** After a full pass an equal rank that waited gets its turn; else the same broadcast pauses and repeats. */
const afterPass = (work: Work, zone: string, broadcast: Broadcast): boolean => {
  const best = bestIn(work, zone);
  if (best === undefined) return false;
  if (best.id !== broadcast.id) return begin(work, zone, best);
  const playing = putProgress(work, best, zone, { state: 'playing' });
  return pause(work, zone, playing, Math.max(leastPauseMs, playing.intervalMs));
};

/** A siren without any lease is switched off with its item; all others have fallen silent by themselves. */
const silenceHeld = (work: Work, play: ZonePlay): void => {
  const held = (play.tone?.starts ?? [])
    .map(({ terminal }) => terminal)
    .filter((terminal) => terminalById(work.site, terminal)?.lease.kind === 'held');
  silence(work, held, 'segment-over');
};

const advance = (work: Work, zone: string, play: ZonePlay): void => {
  const broadcast = work.durable.broadcasts[play.broadcast];
  silenceHeld(work, play);
  if (play.speaking.length > 0) clearZone(work, zone, 'item-over');
  else putPlay(work, zone, null);
  if (broadcast === undefined || broadcast.ended !== null) return;
  if (play.phase === 'pause') {
    goOn(work, zone, broadcast);
    return;
  }
  const item = (broadcast.zones[zone]?.item ?? 0) + 1;
  if (item < broadcast.items.length) goOn(work, zone, putProgress(work, broadcast, zone, { item }));
  else afterPass(work, zone, closePass(work, zone, broadcast));
};

/** A drill begins again with its marks: its siren must never sound bare right after a real alarm (promise 7). */
const preempt = (work: Work, zone: string, current: Broadcast): void => {
  clearZone(work, zone, 'preempted');
  const item = current.alert.status === 'actual' ? (current.zones[zone]?.item ?? 0) : 0;
  putProgress(work, current, zone, { item, state: 'preempted', resume: 'preempted' });
};

/** What nothing in the zone can play is told and ends there; it never silences what can be played. */
const dropUnplayable = (work: Work, zone: string): void => {
  const terminals = terminalsOf(work.site, zone);
  for (const broadcast of liveBroadcasts(work.durable)) {
    const progress = broadcast.zones[zone];
    if (progress === undefined || progress.state === 'ended') continue;
    if (broadcast.items.some((item) => terminals.some((terminal) => canPlay(terminal, item)))) continue;
    receiptFor(work, broadcast, { stage: 'degraded', zone, reason: 'nothing-to-play' });
    putProgress(work, broadcast, zone, { state: 'ended' });
  }
};

interface OnAir {
  readonly play: ZonePlay;
  readonly current: Broadcast;
}

const onAir = (work: Work, zone: string): OnAir | null => {
  const play = work.durable.plays[zone];
  const current = play === undefined ? undefined : work.durable.broadcasts[play.broadcast];
  return play === undefined || current === undefined ? null : { play, current };
};

/** A higher rank takes the zone at once; an equal one whose turn it is takes it in a pause. */
const takenBy = (work: Work, zone: string, { play, current }: OnAir): Broadcast | null => {
  const best = bestIn(work, zone);
  if (best === undefined || best.id === current.id) return null;
  return play.phase === 'pause' || compareRank(best.rank, current.rank) > 0 ? best : null;
};

const giveWay = (work: Work, zone: string): void => {
  const now = onAir(work, zone);
  const by = now === null ? null : takenBy(work, zone, now);
  if (now === null || by === null) return;
  if (compareRank(by.rank, now.current.rank) === 0) {
    putPlay(work, zone, null);
    putProgress(work, now.current, zone, { state: 'waiting' });
    return;
  }
  preempt(work, zone, now.current);
  const waiting = work.durable.broadcasts[now.current.id] ?? now.current;
  receiptFor(work, waiting, { stage: 'preempted', zone, by: by.id });
};

/** A zone that waited for its sound output goes on with its item. True when it did. */
const endWaiting = (work: Work, zone: string): boolean => {
  const now = onAir(work, zone);
  if (now?.play.phase !== 'waiting' || !mayGoOn(work, zone, now.play)) return false;
  work.waited.set(zone, now.play.startedAt);
  putPlay(work, zone, null);
  return goOn(work, zone, now.current);
};

const decideZone = (work: Work, zone: string): void => {
  dropUnplayable(work, zone);
  const before = onAir(work, zone);
  // Whoever outranks what is over goes before its next item: that item would only be begun to be silenced.
  const outranked = before !== null && takenBy(work, zone, before) !== null;
  if (before !== null && !outranked && isOver(work, before.play)) advance(work, zone, before.play);
  giveWay(work, zone);
  endWaiting(work, zone);
  while (work.durable.plays[zone] === undefined) {
    const best = bestIn(work, zone);
    if (best === undefined || begin(work, zone, best)) break;
  }
};

/** Quiet hours, a clock that lost its trust, a hold: they end routine, drill and test in the middle, too (promise 7). */
const endForbiddenRoutine = (work: Work): void => {
  for (const broadcast of liveBroadcasts(work.durable)) {
    if (routineRefusal(work, broadcast.alert) !== null) endBroadcast(work, broadcast.id, 'interrupted');
  }
};

const endCompleted = (work: Work): void => {
  for (const broadcast of liveBroadcasts(work.durable)) {
    const states = Object.values(broadcast.zones);
    if (states.every((progress) => progress.state === 'ended')) endBroadcast(work, broadcast.id, 'completed');
  }
};

/** Zones that something plays in or is meant for; in all others there is nothing to decide. */
const concerned = ({ durable }: Work): ReadonlySet<string> =>
  new Set([...Object.keys(durable.plays), ...liveBroadcasts(durable).flatMap(({ zones }) => Object.keys(zones))]);

/** What an on does to an output that runs already: these sound on, and as long as the on says. */
const harmless: readonly Retrigger[] = ['extends', 'chops'];

/** A timed on from before the start may still run here, and nobody knows what a second on does then: it is read first. */
const mustBeRead = (work: Work, zone: string): boolean =>
  terminalsOf(work.site, zone).some(({ lease }) => lease.kind === 'timed' && !harmless.includes(lease.retrigger));

/**
 * While the outputs are being read after a start, what was interrupted waits for that. An actual emergency that came since
 * and outranks it goes to the wire at once, as at any other time.
 */
const isOpen = (work: Work, zone: string): boolean => {
  const { settlingUntil, plays } = work.durable;
  if (settlingUntil === null || work.at.mono >= settlingUntil || plays[zone] !== undefined) return true;
  const best = bestIn(work, zone);
  if (best === undefined || !isEmergency(best)) return false;
  return best.receivedAt > settlingUntil - settleWithinMs && !mustBeRead(work, zone);
};

/** Brings every zone to what should sound there now: promise 2, once for each event. */
export const decideZones = (work: Work): void => {
  endExpired(work);
  endForbiddenRoutine(work);
  const zones = concerned(work);
  const open = work.site.zones.filter(({ id }) => zones.has(id) && isOpen(work, id));
  for (const zone of open) decideZone(work, zone.id);
  // A sound output that a later zone gave up may be what an earlier one waits for.
  for (const zone of open) endWaiting(work, zone.id);
  endCompleted(work);
};
