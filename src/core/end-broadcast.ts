import type { EndedHow, Verdict } from './receipt.ts';
import { trimUse } from './siren-caps.ts';
import type { Broadcast, TerminalResult, ZonePlay, ZoneProgress } from './village.ts';
import { liveBroadcasts, putBroadcast, putPlay, receiptFor, silence, type Work } from './work.ts';

/** Ended broadcasts are kept for a while: to continue a stopped one, and to speak an all-clear in its zones. */
const endedKept = 32;

const sounders = (play: ZonePlay): readonly string[] =>
  play.phase === 'pause' ? [] : [...(play.tone?.starts.map((start) => start.terminal) ?? []), ...play.speaking];

/** Takes a zone off air: what sounds there is silenced, and siren time that was planned but not used is given back. */
export const clearZone = (work: Work, zone: string, cause: string): void => {
  const play = work.durable.plays[zone];
  if (play === undefined) return;
  silence(work, sounders(play), cause);
  const use = work.durable.sirenUse[zone];
  if (use !== undefined) work.durable.sirenUse = { ...work.durable.sirenUse, [zone]: trimUse(use, work.at.mono) };
  putPlay(work, zone, null);
};

const reportTerminal = (work: Work, broadcast: Broadcast, terminal: string, result: TerminalResult): void => {
  if (result.verdict === 'due') return;
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

/** Writes down what is known of a terminal and reports it when the verdict is new. */
export const putResult = (work: Work, broadcast: Broadcast, terminal: string, result: TerminalResult): Broadcast => {
  const before = broadcast.results[terminal];
  if (before === undefined) return broadcast;
  const heard = broadcast.heard || result.verdict === 'sounded';
  const after = putBroadcast(work, { ...broadcast, heard, results: { ...broadcast.results, [terminal]: result } });
  if (before.verdict !== result.verdict || before.reason !== result.reason)
    reportTerminal(work, after, terminal, result);
  return after;
};

const count = (broadcast: Broadcast, verdict: Verdict): number =>
  Object.values(broadcast.results).filter((result) => result.verdict === verdict).length;

/** Terminals of which nothing is known end as `unknown`: due = sounded + failed + unknown, always. */
const settleUnknown = (work: Work, broadcast: Broadcast): Broadcast => {
  let settled = broadcast;
  for (const { id: terminal, zone } of work.site.terminals) {
    const result = broadcast.results[terminal];
    if (result?.verdict !== 'due') continue;
    const started = broadcast.zones[zone]?.started === true;
    const reason = started ? 'no-evidence' : 'not-started';
    settled = putResult(work, settled, terminal, { ...result, verdict: 'unknown', reason, at: work.at.mono });
  }
  return settled;
};

const forgetOldest = (work: Work): void => {
  // What a person may still continue goes last: stopped emergencies that are valid.
  const mayReturn = ({ ended, expiresAt, rank }: Broadcast): number =>
    ended === 'stopped' && expiresAt > work.at.mono ? (rank[0] ?? 0) : -1;
  const ended = Object.values(work.durable.broadcasts)
    .filter((broadcast) => broadcast.ended !== null)
    .sort((a, b) => mayReturn(a) - mayReturn(b) || (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.sequence - b.sequence);
  const gone = new Set(ended.slice(0, Math.max(0, ended.length - endedKept)).map((broadcast) => broadcast.id));
  if (gone.size === 0) return;
  work.durable.broadcasts = Object.fromEntries(Object.entries(work.durable.broadcasts).filter(([id]) => !gone.has(id)));
};

/** Ends a broadcast in every zone, with its closing account. */
export const endBroadcast = (work: Work, id: string, how: EndedHow): void => {
  const found = work.durable.broadcasts[id];
  if (found === undefined || found.ended !== null) return;
  const onAir = Object.entries(work.durable.plays).flatMap(([zone, play]) => (play.broadcast === id ? [zone] : []));
  for (const zone of onAir) clearZone(work, zone, how);
  const settled = settleUnknown(work, found);
  const zones: Record<string, ZoneProgress> = {};
  for (const [zone, progress] of Object.entries(settled.zones)) zones[zone] = { ...progress, state: 'ended' };
  const ended = putBroadcast(work, { ...settled, zones, ended: how, endedAt: work.at.mono });
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
  const degraded = Object.entries(work.durable.degraded).filter(([zone]) => !onAir.includes(zone));
  work.durable.degraded = Object.fromEntries(degraded);
  forgetOldest(work);
};

export const endExpired = (work: Work): void => {
  for (const broadcast of liveBroadcasts(work.durable)) {
    if (broadcast.expiresAt <= work.at.mono) endBroadcast(work, broadcast.id, 'expired');
  }
};
