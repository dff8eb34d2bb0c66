import type { Alert } from './alert.ts';
import { endWaiting } from './await-audio.ts';
import { endBroadcast } from './end-broadcast.ts';
import { heldByStop, keepNewestWords, newsOf, stoppedBy } from './latch.ts';
import type { Finding } from './cue.ts';
import { makeBroadcast, planFor } from './make-broadcast.ts';
import { compareRank, severityRank, stageRank } from './precedence.ts';
import { refusal, tellRefusal, type Refusal } from './refuse.ts';
import { sounders } from './segments.ts';
import { isEmergency } from './cue-id.ts';
import { takeUp } from './take-up.ts';
import type { MonoMs } from './time.ts';
import type { Broadcast, Durable, Latch, StopProof, WaitingOrder } from './village.ts';
import { liveBroadcasts, putBroadcast, receiptFor, silence, type Work } from './work.ts';

/** The read-back sweep of a stop is repeated until every output is read silent, at most this often and this long. */
const proofAttempts = 3;
const proofWithinMs = 10_000;

const latchesMax = 64;

/** What holds nothing any more counts least, then what nobody could go on with, then the least severe. */
const weightOf = (work: Work, latch: Latch): number => {
  const stopped = stoppedBy(work.durable, latch);
  const holds = stopped !== undefined && newsOf(stopped).expiresAt > work.at.mono;
  const kind = holds ? 1 + Number(isEmergency(stopped)) : 0;
  return 100 * kind + 10 * severityRank(latch) + stageRank(latch);
};

const latch = (work: Work, { id, severity, stage, zones }: Alert): void => {
  const entry: Latch = { alert: id, severity, stage, zones, at: work.at.mono };
  work.durable.latches = [...work.durable.latches.filter((held) => held.alert !== id), entry];
};

/** Once a stop, when all that it ends has ended: a full queue is not weighed anew for each of its warnings. */
const boundLatches = (work: Work): void => {
  const { latches } = work.durable;
  if (latches.length <= latchesMax) return;
  const weighed = latches.map((held) => ({ held, weight: weightOf(work, held) }));
  // Sorting keeps the order of what weighs the same: the oldest of the least are let go.
  const least = weighed.sort((a, b) => a.weight - b.weight).slice(0, latches.length - latchesMax);
  const gone = new Set(least.map(({ held }) => held));
  work.durable.latches = latches.filter((held) => !gone.has(held));
};

/** What waited for its recording and never sounded is stopped as well, and may be gone on with like all else. */
const keepWaiting = (work: Work, order: WaitingOrder): void => {
  const plan = planFor(work.site, order.alert);
  if (plan === undefined || !isEmergency(order)) return;
  const { sequence } = work.durable;
  const making = { ...order, id: `b-${order.trace}`, kind: 'alert', plan, audio: null, sequence } as const;
  const broadcast = makeBroadcast(work.site, work.at, making);
  work.durable.sequence += 1;
  putBroadcast(work, { ...broadcast, items: [], results: {}, ended: 'stopped', endedAt: work.at.mono });
  latch(work, order.alert);
};

/** The stop holds what its words and the recording behind them reached: up to the higher level, in the zones of both. */
const latchBoth = (work: Work, { id, severity, stage, zones }: Alert): void => {
  const both = (held: Latch): Latch => ({
    alert: id,
    severity: severityRank({ severity }) > severityRank(held) ? severity : held.severity,
    stage: stageRank({ stage }) > stageRank(held) ? stage : held.stage,
    zones: [...new Set([...held.zones, ...zones])],
    at: work.at.mono,
  });
  work.durable.latches = work.durable.latches.map((held) => (held.alert === id ? both(held) : held));
};

/**
 * Words that this stop or one before it has ended are gone on with until the recording is here that replaces them. False
 * where there are none that may still sound.
 */
const keepBesideWords = (work: Work, order: WaitingOrder): boolean => {
  const held = heldByStop(work.durable, order.alert.id);
  if (held?.kind !== 'alert' || !isEmergency(held) || !isEmergency(order)) return false;
  if (held.items.length === 0 || held.expiresAt <= work.at.mono) return false;
  latchBoth(work, order.alert);
  putBroadcast(work, { ...held, endedAt: work.at.mono });
  return keepNewestWords(work, order);
};

const lookSilent = (work: Work, terminals: readonly string[]): void => {
  work.effects.push({ do: 'prove', looks: terminals.map((terminal) => ({ terminal, cue: null })) });
};

/**
 * Stop (promise 6): what is live ends and is latched, every output of the site (or of the alert's zones) is switched off
 * and read back. `alertId` null stops everything and holds routine for a while; new emergencies still sound.
 */
export const stopAlerts = (work: Work, trace: string, alertId: string | null): Refusal | null => {
  // The most severe last: of more than there are latches, the least are let go.
  const stopped = liveBroadcasts(work.durable)
    .filter((live) => alertId === null || live.alert.id === alertId)
    .sort((a, b) => compareRank(a.rank, b.rank));
  const waiting = work.durable.waiting.filter(({ alert }) => alertId === null || alert.id === alertId);
  const waited = endWaiting(work, alertId);
  if (alertId !== null && stopped.length === 0 && !waited) return refusal('no-such-alert', { alert: alertId });
  for (const broadcast of stopped) {
    endBroadcast(work, broadcast.id, 'stopped');
    if (broadcast.kind !== 'notice') latch(work, broadcast.alert);
  }
  for (const order of waiting) {
    if (!keepBesideWords(work, order)) keepWaiting(work, order);
  }
  boundLatches(work);
  const zones = new Set(stopped.flatMap((broadcast) => broadcast.alert.zones));
  const terminals = work.site.terminals
    .filter(
      (terminal) => alertId === null || (zones.has(terminal.zone) && work.durable.plays[terminal.zone] === undefined),
    )
    .map((terminal) => terminal.id);
  silence(work, terminals, 'stop');
  lookSilent(work, terminals);
  if (alertId === null) work.durable.routineHeldUntil = work.at.mono + work.site.limits.holdRoutineAfterStopMs;
  // A stop within the proof of an earlier one proves both: nobody who was unproven is forgotten.
  const pending = [...new Set([...(work.durable.stopProof?.pending ?? []), ...terminals])];
  const proof: StopProof = { trace, pending, attempts: 0, until: work.at.mono + proofWithinMs };
  work.durable.stopProof = proof;
  receiptFor(work, { trace }, { stage: 'done', what: 'stopped' });
  return null;
};

const closeProof = (work: Work, proof: StopProof): void => {
  work.durable.stopProof = null;
  receiptFor(work, { trace: proof.trace }, { stage: 'unproven-silence', terminals: proof.pending });
};

/** What a look after a stop has shown: who is silent is done, who is not is switched off and looked at again. */
export const judgeSilence = (work: Work, looks: readonly Finding[]): void => {
  const proof = work.durable.stopProof;
  // A look from before this stop says nothing of what it has ended.
  const since = looks.filter(({ readAt }) => proof !== null && readAt >= proof.until - proofWithinMs);
  if (proof === null || since.length === 0) return;
  const seen = since.filter(({ sight }) => sight === 'silent' || sight === 'off');
  const silent = new Set(seen.map(({ terminal }) => terminal));
  const sounding = new Set(Object.values(work.durable.plays).flatMap(sounders));
  const pending = proof.pending.filter((terminal) => !silent.has(terminal) && !sounding.has(terminal));
  const after: StopProof = { ...proof, pending, attempts: proof.attempts + 1 };
  if (pending.length === 0 || after.attempts >= proofAttempts) {
    closeProof(work, after);
    return;
  }
  work.durable.stopProof = after;
  silence(work, pending, 'stop');
  lookSilent(work, pending);
};

export const expireStopProof = (work: Work): void => {
  const proof = work.durable.stopProof;
  if (proof !== null && work.at.mono >= proof.until) closeProof(work, proof);
};

/**
 * What a person may take back, in the order in which it would sound: the emergencies of the newest stop that ended any which
 * are still latched and valid. Words of an alert that a later stop has ended stay silent, also when the later ones have expired: those
 * had replaced them. A stop before that one is taken back by going on once more.
 */
export const stoppedLast = (durable: Durable, now: MonoMs): readonly Broadcast[] => {
  const mayReturn = durable.latches.flatMap((latch) => {
    const newest = stoppedBy(durable, latch);
    if (newest === undefined || !isEmergency(newest) || newsOf(newest).expiresAt <= now) return [];
    return [{ at: latch.at, newest }];
  });
  const lastAt = Math.max(...mayReturn.map(({ at }) => at));
  const last = mayReturn.filter(({ at }) => at === lastAt).map(({ newest }) => newest);
  return last.sort((a, b) => compareRank(newsOf(b).rank, newsOf(a).rank) || a.sequence - b.sequence);
};

/** Why something could not be queued that may find room later. */
const noRoom: ReadonlySet<string> = new Set(['queue-full', 'audio-waiting-full', 'audio-store-full']);

/** Frees the latches of the stop that ended these, and of all after it; of the newest alone when there are none. */
const freeLatches = (work: Work, stopped: readonly Broadcast[]): void => {
  const { latches } = work.durable;
  const returning = new Set(stopped.map(({ alert }) => alert.id));
  const ofStop = latches.filter(({ alert }) => returning.size === 0 || returning.has(alert));
  const backTo = Math.max(...ofStop.map(({ at }) => at));
  work.durable.latches = latches.filter(({ at }) => at < backTo);
};

/**
 * 继续播发: a person takes a stop back; what it ended and is still valid is queued again. The latches of that stop and of
 * those after it are freed, so that an update of what cannot be played again is heard. What finds the queue full stays
 * stopped, and may be taken back later. The whole is refused when nothing could be queued, and when the person was shown
 * `shown` to go on and it is not what would: somebody else was quicker, or the same hand touched twice.
 */
export const continueStopped = (work: Work, trace: string, shown?: string): void => {
  const stopped = stoppedLast(work.durable, work.at.mono);
  const isAmong = (those: readonly Broadcast[]): boolean => those.some(({ alert }) => alert.id === shown);
  if (shown !== undefined && !isAmong(stopped)) {
    const goesOn = stopped.length > 0 || isAmong(liveBroadcasts(work.durable));
    tellRefusal(work, trace, refusal(goesOn ? 'continued-already' : 'nothing-to-continue'));
    return;
  }
  const { latches } = work.durable;
  freeLatches(work, stopped);
  const refused = stopped.flatMap((broadcast, index) => {
    // Short, and of plain letters, whatever the alert's number is: ids of broadcasts and cues are made of it.
    const own = `${trace}-${index}`;
    const why = takeUp(work, own, broadcast);
    return why === null ? [] : [{ own, id: broadcast.alert.id, why }];
  });
  for (const { own, why } of refused) tellRefusal(work, own, why);
  const full = new Set(refused.filter(({ why }) => noRoom.has(why.code)).map(({ id }) => id));
  // A person who is told that nothing goes on has changed nothing.
  work.durable.latches =
    stopped.length > 0 && full.size === stopped.length
      ? latches
      : [...work.durable.latches, ...latches.filter(({ alert }) => full.has(alert))];
  if (refused.length < stopped.length) receiptFor(work, { trace }, { stage: 'done', what: 'continued' });
  else tellRefusal(work, trace, refused[0]?.why ?? refusal('nothing-to-continue'));
};
