import { isEmergency } from './cue-id.ts';
import { clearZone, endBroadcast, endExpired } from './end-broadcast.ts';
import { canPlay } from './make-broadcast.ts';
import { byPrecedence, compareRank } from './precedence.ts';
import { routineRefusal } from './quiet.ts';
import { toneOverAt } from './segments.ts';
import { settleWithinMs } from './restart.ts';
import { mayGoOn, waitForOutput } from './share-output.ts';
import type { Retrigger } from './site.ts';
import { degrade, forgetDegraded } from './degrade.ts';
import { startItem } from './start-item.ts';
import type { Broadcast, ZonePlay, ZoneProgress } from './village.ts';
import {
  latest,
  liveBroadcasts,
  progressIn,
  putPlay,
  putProgress,
  receiptFor,
  silence,
  terminalById,
  terminalsOf,
  zoneById,
  type Work,
} from './work.ts';

interface OnAir {
  readonly play: ZonePlay;
  readonly current: Broadcast;
}

/** The best of what lives in this zone. */
const bestIn = (work: Work, zone: string): Broadcast | undefined => {
  const before = byPrecedence(zone);
  let best: Broadcast | undefined;
  for (const broadcast of liveBroadcasts(work.durable)) {
    const { state } = progressIn(broadcast, zone);
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
  const passes = progressIn(broadcast, zone).passes + 1;
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

/** A whole pass without an item that could be played: tried again where that may change, else the zone is done with it. */
const passOver = (work: Work, zone: string, broadcast: Broadcast): boolean => {
  // Sirens of other zones have the battery: nothing was heard, so no pass is counted, and it is tried again.
  if (work.durable.degraded[zone] === 'supply')
    return pause(work, zone, putProgress(work, broadcast, zone, { item: 0 }), supplyRetryMs);
  if (waitForOutput(work, zone, broadcast)) return true;
  const closed = closePass(work, zone, broadcast);
  if (work.durable.degraded[zone] === 'siren-cap') return pause(work, zone, closed, work.site.limits.sirenPauseMs);
  degrade(work, closed, zone, 'nothing-to-play');
  putProgress(work, closed, zone, { state: 'ended' });
  return false;
};

/**
 * Plays the item the zone has come to, skipping items nothing here can play; behind the last one the pass is over. True when
 * something plays or pauses.
 */
const goOn = (work: Work, zone: string, from: Broadcast): boolean => {
  const first = progressIn(from, zone).item;
  let broadcast = from;
  for (const [skipped, item] of from.items.slice(first).entries()) {
    if (skipped > 0) broadcast = putProgress(work, broadcast, zone, { item: first + skipped });
    if (startItem(work, zone, broadcast, item)) return true;
    broadcast = latest(work, broadcast);
  }
  if (first === 0) return passOver(work, zone, broadcast);
  return afterPass(work, zone, closePass(work, zone, broadcast));
};

const begin = (work: Work, zone: string, broadcast: Broadcast): boolean => {
  const progress = progressIn(broadcast, zone);
  if (!progress.started) forgetDegraded(work, zone);
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

const advance = (work: Work, zone: string, { play, current }: OnAir): void => {
  silenceHeld(work, play);
  if (play.speaking.length > 0) clearZone(work, zone, play, 'item-over');
  else putPlay(work, zone, null);
  const { item } = progressIn(current, zone);
  goOn(work, zone, play.phase === 'pause' ? current : putProgress(work, current, zone, { item: item + 1 }));
};

/** What was seen of a pass that was broken off says nothing of what is taken up again. */
const forgetLooks = (work: Work, zone: string): void => {
  const gone = new Set(terminalsOf(work.site, zone).map(({ id }) => id));
  const kept = Object.entries(work.senses.looks).filter(([id]) => !gone.has(id));
  work.senses.looks = Object.fromEntries(kept);
};

/** A drill begins again with its marks: its siren must never sound bare right after a real alarm (promise 7). */
const preempt = (work: Work, zone: string, { play, current }: OnAir): Broadcast => {
  clearZone(work, zone, play, 'preempted');
  forgetLooks(work, zone);
  const item = current.alert.status === 'actual' ? progressIn(current, zone).item : 0;
  return putProgress(work, current, zone, { item, state: 'preempted', resume: 'preempted' });
};

/** What nothing in the zone can play is told and ends there; it never silences what can be played. */
const dropUnplayable = (work: Work, zone: string): void => {
  const terminals = terminalsOf(work.site, zone);
  for (const broadcast of liveBroadcasts(work.durable)) {
    if (progressIn(broadcast, zone).state === 'ended') continue;
    if (broadcast.items.some((item) => terminals.some((terminal) => canPlay(terminal, item)))) continue;
    receiptFor(work, broadcast, { stage: 'degraded', zone, reason: 'nothing-to-play' });
    putProgress(work, broadcast, zone, { state: 'ended' });
  }
};

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
  receiptFor(work, preempt(work, zone, now), { stage: 'preempted', zone, by: by.id });
};

/** A zone that waited for its sound output goes on with its item. True when it did. */
const endWaiting = (work: Work, zone: string): boolean => {
  const now = onAir(work, zone);
  if (now?.play.phase !== 'waiting' || !mayGoOn(work, zone, now.play, now.current)) return false;
  work.waited.set(zone, now.play.startedAt);
  putPlay(work, zone, null);
  return goOn(work, zone, now.current);
};

const decideZone = (work: Work, zone: string): void => {
  dropUnplayable(work, zone);
  const before = onAir(work, zone);
  // Whoever outranks what is over goes before its next item: that item would only be begun to be silenced.
  const outranked = before !== null && takenBy(work, zone, before) !== null;
  if (before !== null && !outranked && isOver(work, before.play)) advance(work, zone, before);
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
    // A zone that the site no longer has is not waited for.
    const isOpen = ([zone, { state }]: [string, ZoneProgress]): boolean =>
      state !== 'ended' && zoneById(work.site, zone) !== undefined;
    if (!Object.entries(broadcast.zones).some(isOpen)) endBroadcast(work, broadcast.id, 'completed');
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
