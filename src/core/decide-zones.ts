import { clearZone, endBroadcast, endExpired } from './end-broadcast.ts';
import { byPrecedence, compareRank } from './precedence.ts';
import { routineRefusal } from './quiet.ts';
import { degrade, isEmergency, startItem } from './start-item.ts';
import type { Broadcast, ZonePlay } from './village.ts';
import { liveBroadcasts, putPlay, putProgress, receiptFor, type Work } from './work.ts';

/** Live in this zone, and not routine that is held just now. */
const candidates = (work: Work, zone: string): readonly Broadcast[] =>
  liveBroadcasts(work.durable)
    .filter((broadcast) => broadcast.zones[zone] !== undefined && broadcast.zones[zone].state !== 'ended')
    .filter((broadcast) => isEmergency(broadcast) || routineRefusal(work, broadcast.alert) === null)
    .sort(byPrecedence(zone));

const isOver = (work: Work, play: ZonePlay): boolean => {
  if (work.at.mono >= play.endsAt) return true;
  return play.phase === 'item' && play.tone === null && play.speaking.length === 0;
};

/** The pass is over: count it, and end the zone after its last one. */
const closePass = (work: Work, zone: string, broadcast: Broadcast): Broadcast => {
  const passes = (broadcast.zones[zone]?.passes ?? 0) + 1;
  const last = broadcast.repeats > 0 && passes >= broadcast.repeats;
  return putProgress(work, broadcast, zone, { passes, item: 0, state: last ? 'ended' : 'waiting' });
};

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
    const item = (broadcast.zones[zone]?.item ?? 0) + 1;
    if (item >= broadcast.items.length) {
      const nothingPlayed = skipped >= broadcast.items.length - 1 || broadcast.items.length === 0;
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
  const best = candidates(work, zone)[0];
  if (best === undefined) return false;
  if (best.id !== broadcast.id) return begin(work, zone, best);
  const playing = putProgress(work, best, zone, { state: 'playing' });
  return playing.intervalMs <= 0 ? goOn(work, zone, playing) : pause(work, zone, playing, playing.intervalMs);
};

const advance = (work: Work, zone: string, play: ZonePlay): void => {
  const broadcast = work.durable.broadcasts[play.broadcast];
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

const preempt = (work: Work, zone: string, current: Broadcast, by: Broadcast): void => {
  clearZone(work, zone, 'preempted');
  const waiting = putProgress(work, current, zone, { state: 'preempted', resume: 'preempted' });
  receiptFor(work, waiting, { stage: 'preempted', zone, by: by.id });
  begin(work, zone, by);
};

const decideZone = (work: Work, zone: string): void => {
  const before = work.durable.plays[zone];
  if (before !== undefined && isOver(work, before)) advance(work, zone, before);
  const play = work.durable.plays[zone];
  const best = candidates(work, zone)[0];
  if (best === undefined) return;
  const current = play === undefined ? undefined : work.durable.broadcasts[play.broadcast];
  if (current === undefined) begin(work, zone, best);
  else if (best.id !== current.id && compareRank(best.rank, current.rank) > 0) preempt(work, zone, current, best);
};

const endCompleted = (work: Work): void => {
  for (const broadcast of liveBroadcasts(work.durable)) {
    const states = Object.values(broadcast.zones);
    if (states.every((progress) => progress.state === 'ended')) endBroadcast(work, broadcast.id, 'completed');
  }
};

/** Brings every zone to what should sound there now: promise 2, once for each event. */
export const decideZones = (work: Work): void => {
  endExpired(work);
  const { settlingUntil } = work.durable;
  if (settlingUntil !== null && work.at.mono < settlingUntil) return;
  for (const zone of work.site.zones) decideZone(work, zone.id);
  endCompleted(work);
};
