import { endBroadcast } from './end-broadcast.ts';
import { putHealth, unitBack } from './health.ts';
import { sounders } from './segments.ts';
import { endQuietTest } from './self-test.ts';
import { trimUse } from './siren-caps.ts';
import { isEmergency } from './cue-id.ts';
import type { Broadcast, ZoneProgress } from './village.ts';
import { liveBroadcasts, putBroadcast, putPlay, receiptFor, silence, terminalById, type Work } from './work.ts';

/** Outputs are read within this; a line that is still dead then does not hold up what must sound. */
export const settleWithinMs = 2_000;

/** The plan's rule for one emergency that was live when the box went down. */
const applyRule = (work: Work, broadcast: Broadcast): void => {
  const { afterRestart } = broadcast;
  const zones: Record<string, ZoneProgress> = {};
  for (const [zone, progress] of Object.entries(broadcast.zones)) {
    const interrupted = progress.state === 'playing';
    const item = interrupted && afterRestart === 'announce-again' ? 0 : progress.item;
    zones[zone] = interrupted ? { ...progress, item, state: 'preempted', resume: afterRestart } : progress;
  }
  const onAir = Object.values(broadcast.zones).some((progress) => progress.state === 'playing');
  if (afterRestart === 'stay-silent' && onAir) endBroadcast(work, broadcast.id, 'interrupted');
  else putBroadcast(work, { ...broadcast, zones });
};

/** Restart is a decision (promise 8): every output is read first; routine and drills end as interrupted. */
export const takeBoot = (work: Work, boot: string, clean: boolean): void => {
  work.durable.boot = boot;
  const use = Object.entries(work.durable.sirenUse);
  work.durable.sirenUse = Object.fromEntries(use.map(([zone, entries]) => [zone, trimUse(entries, work.at.mono)]));
  for (const zone of Object.keys(work.durable.plays)) putPlay(work, zone, null);
  work.durable.stopProof = null;
  endQuietTest(work);
  // What was seen before says nothing of what sounds now.
  work.senses.looks = {};
  work.durable.settlingUntil = work.at.mono + settleWithinMs;
  receiptFor(work, { trace: '' }, { stage: 'restarted', clean, boot });
  for (const broadcast of liveBroadcasts(work.durable)) {
    if (isEmergency(broadcast)) applyRule(work, broadcast);
    else endBroadcast(work, broadcast.id, 'interrupted');
  }
  work.effects.push({ do: 'read-outputs' });
};

const ordered = ({ durable }: Work): ReadonlySet<string> => new Set(Object.values(durable.plays).flatMap(sounders));

/**
 * What was found at start. Whatever is on is switched off: without a live cause for good, with one because its item
 * begins again by the plan's rule. What could not be read is switched off too, and is suspect.
 */
export const takeOutputs = (work: Work, on: readonly string[], unread: readonly string[]): void => {
  // What plays has been started since: a new emergency, or what came back when the time for settling was over.
  const ours = ordered(work);
  work.durable.settlingUntil = null;
  for (const terminal of unread) putHealth(work, terminal, 'suspect', 'no-reply');
  const stray = [...on, ...unread].filter((terminal) => !ours.has(terminal));
  silence(work, stray, 'restart');
};

/**
 * A unit that had been missed answers again. The off of an output without a lease may have come while it did not, and
 * nothing but another off would end it; all others have fallen silent by themselves.
 */
export const takeUnitBack = (work: Work, terminal: string): void => {
  const hasLease = terminalById(work.site, terminal)?.lease.kind !== 'held';
  if (!unitBack(work, terminal) || hasLease || ordered(work).has(terminal)) return;
  endQuietTest(work);
  silence(work, [terminal], 'unit-back');
};
