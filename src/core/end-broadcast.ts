import type { EndedHow, Verdict } from './receipt.ts';
import { sounders } from './segments.ts';
import { trimUse } from './siren-caps.ts';
import type { Broadcast, JudgedResult, TerminalResult, ZonePlay, ZoneProgress } from './village.ts';
import {
  liveBroadcasts,
  progressIn,
  putBroadcast,
  putPlay,
  receiptFor,
  silence,
  terminalById,
  type Work,
} from './work.ts';

/** Ended broadcasts are kept for a while: to continue a stopped one, and to speak an all-clear in its zones. */
const endedKept = 32;

/** Takes a zone off air: what sounds there is silenced, and siren time that was planned but not used is given back. */
export const clearZone = (work: Work, zone: string, play: ZonePlay, cause: string): void => {
  silence(work, sounders(play), cause);
  const use = work.durable.sirenUse[zone];
  if (use !== undefined) work.durable.sirenUse = { ...work.durable.sirenUse, [zone]: trimUse(use, work.at.mono) };
  putPlay(work, zone, null);
};

const reportTerminal = (work: Work, broadcast: Broadcast, terminal: string, result: JudgedResult): void => {
  receiptFor(work, broadcast, {
    stage: 'terminal',
    terminal,
    verdict: result.verdict,
    grade: result.grade,
    reason: result.reason,
    value: result.value,
    unit: result.unit,
    ageMs: Math.max(0, work.at.mono - result.at),
  });
};

/** Writes down what is known of a terminal that is due, and reports it when the verdict is new. */
export const putResult = (
  work: Work,
  broadcast: Broadcast,
  terminal: string,
  { before, after }: { readonly before: TerminalResult; readonly after: JudgedResult },
): Broadcast => {
  const heard = broadcast.heard || after.verdict === 'sounded';
  const put = putBroadcast(work, { ...broadcast, heard, results: { ...broadcast.results, [terminal]: after } });
  if (before.verdict !== after.verdict || before.reason !== after.reason) reportTerminal(work, put, terminal, after);
  return put;
};

const count = (broadcast: Broadcast, verdict: Verdict): number =>
  Object.values(broadcast.results).filter((result) => result.verdict === verdict).length;

/**
 * Terminals of which nothing is known end as `unknown`: due = sounded + failed + unknown, always. It is put down once, with
 * its end: a stop ends a full queue, and each time one is put down all of them are copied.
 */
const settleUnknown = (work: Work, broadcast: Broadcast): Broadcast => {
  const results = { ...broadcast.results };
  // In the order of the site, and behind them those that it no longer has: they were due, and are accounted for.
  const known = new Set([...work.site.terminals.map(({ id }) => id), ...Object.keys(results)]);
  for (const terminal of known) {
    const before = results[terminal];
    if (before?.verdict !== 'due') continue;
    const zone = terminalById(work.site, terminal)?.zone ?? '';
    const reason = progressIn(broadcast, zone).started ? 'no-evidence' : 'not-started';
    const after = { ...before, verdict: 'unknown', reason, at: work.at.mono } as const;
    results[terminal] = after;
    reportTerminal(work, broadcast, terminal, after);
  }
  return { ...broadcast, results };
};

/** Looked at once a step: what a latch held until now may be held no more. */
export const forgetOldest = (work: Work): void => {
  if (Object.keys(work.durable.broadcasts).length <= endedKept) return;
  // What a person may still go on with is held by a latch, and there is a bound to those.
  const isHeld = ({ alert, news, ended, endedAt, expiresAt }: Broadcast): boolean =>
    ended === 'stopped' &&
    (news?.expiresAt ?? expiresAt) > work.at.mono &&
    work.durable.latches.some((latch) => latch.alert === alert.id && latch.at === endedAt);
  const ended = Object.values(work.durable.broadcasts)
    .flatMap((broadcast) => {
      const { id, endedAt, sequence } = broadcast;
      return endedAt === null || isHeld(broadcast) ? [] : [{ id, endedAt, sequence }];
    })
    .sort((a, b) => a.endedAt - b.endedAt || a.sequence - b.sequence);
  const gone = new Set(ended.slice(0, Math.max(0, ended.length - endedKept)).map((broadcast) => broadcast.id));
  if (gone.size === 0) return;
  work.durable.broadcasts = Object.fromEntries(Object.entries(work.durable.broadcasts).filter(([id]) => !gone.has(id)));
};

/** Ends a broadcast in every zone, with its closing account. */
export const endBroadcast = (work: Work, id: string, how: EndedHow): void => {
  const found = work.durable.broadcasts[id];
  if (found === undefined || found.ended !== null) return;
  const onAir = Object.entries(work.durable.plays).filter(([, play]) => play.broadcast === id);
  for (const [zone, play] of onAir) clearZone(work, zone, play, how);
  const settled = settleUnknown(work, found);
  const zones: Record<string, ZoneProgress> = {};
  for (const [zone, progress] of Object.entries(settled.zones)) zones[zone] = { ...progress, state: 'ended' };
  const ended: Broadcast = { ...settled, zones, ended: how, endedAt: work.at.mono };
  receiptFor(work, ended, {
    stage: 'ended',
    how,
    due: Object.keys(ended.results).length,
    sounded: count(ended, 'sounded'),
    failed: count(ended, 'failed'),
    unknown: count(ended, 'unknown'),
  });
  // The account is given; only what continuing or lifting the alert needs is kept.
  putBroadcast(work, { ...ended, results: {} });
  const zonesLeft = new Set(onAir.map(([zone]) => zone));
  const degraded = Object.entries(work.durable.degraded).filter(([zone]) => !zonesLeft.has(zone));
  work.durable.degraded = Object.fromEntries(degraded);
};

export const endExpired = (work: Work): void => {
  for (const broadcast of liveBroadcasts(work.durable)) {
    if (broadcast.expiresAt <= work.at.mono) endBroadcast(work, broadcast.id, 'expired');
  }
};
