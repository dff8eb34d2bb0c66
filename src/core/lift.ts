import type { Alert } from './alert.ts';
import { endWaiting } from './await-audio.ts';
import { endBroadcast } from './end-broadcast.ts';
import { issueBroadcast, type Issue } from './issue.ts';
import { refusal, type Refusal } from './refuse.ts';
import type { EndedHow } from './receipt.ts';
import type { Plan } from './site.ts';
import type { MonoMs } from './time.ts';
import { liveBroadcasts, putBroadcast, receiptFor, type Work } from './work.ts';

/** How words that end an alert are spoken: twice, no siren. */
export const spokenTwice = (id: 'all-clear' | 'correction'): Plan => {
  const playlist = [{ play: 'speech', text: null, clip: null }] as const;
  return {
    id,
    name: id === 'all-clear' ? { zh: '解除', en: 'all-clear' } : { zh: '更正', en: 'correction' },
    class: 'emergency',
    events: [],
    severities: [],
    stages: [],
    zones: [],
    playlist,
    repeats: 2,
    intervalMs: 3_000,
    afterRestart: 'announce-again',
    drill: { playlist, repeats: 1, sirenUnlockMs: 0 },
  };
};

export const knownAlert = (work: Work, alertId: string): Alert | undefined =>
  Object.values(work.durable.broadcasts)
    .filter((broadcast) => broadcast.alert.id === alertId && broadcast.kind === 'alert')
    .sort((a, b) => b.sequence - a.sequence)[0]?.alert;

/** Ends of an alert's broadcasts that leave the alert itself open: it is still to be lifted, and may be answered or continued. */
export const leavesOpen: ReadonlySet<EndedHow | null> = new Set(['stopped', 'completed', 'interrupted']);

const endAlert = (work: Work, alertId: string, how: 'cancelled' | 'cleared' | 'replaced'): void => {
  for (const live of liveBroadcasts(work.durable)) {
    if (live.alert.id === alertId) endBroadcast(work, live.id, how);
  }
  // What the authority has lifted is lifted, also after its last pass: nobody continues it, answers it or lifts it again.
  work.durable.latches = work.durable.latches.filter((latch) => latch.alert !== alertId);
  for (const one of Object.values(work.durable.broadcasts)) {
    if (one.alert.id === alertId && leavesOpen.has(one.ended)) putBroadcast(work, { ...one, ended: how });
  }
};

/** Cancel: the alert ends and nothing is said. */
export const cancelAlert = (work: Work, trace: string, alertId: string): Refusal | null => {
  const waited = endWaiting(work, alertId);
  if (knownAlert(work, alertId) === undefined && !waited) return refusal('no-such-alert', { alert: alertId });
  endAlert(work, alertId, 'cancelled');
  receiptFor(work, { trace }, { stage: 'done', what: 'cancelled' });
  return null;
};

export interface Lifting {
  readonly trace: string;
  readonly source: string;
  readonly kind: 'all-clear' | 'correction';
  readonly alertId: string;
  readonly text: string;
  readonly expiresAt: MonoMs;
}

/** Why the words of an all-clear may be left out: the hour, the clock, a stop, the day's cap. */
const mayBeSilent: ReadonlySet<string> = new Set(['quiet-hours', 'clock-unknown', 'routine-held', 'routine-cap']);

/** All-clear and correction end their alert and speak in its zones, with its rank. A stop does not hold them. */
export const liftAlert = (work: Work, lifting: Lifting): Refusal | null => {
  const alert = knownAlert(work, lifting.alertId);
  endWaiting(work, lifting.alertId);
  if (alert === undefined) return refusal('no-such-alert', { alert: lifting.alertId });
  endAlert(work, lifting.alertId, lifting.kind === 'all-clear' ? 'cleared' : 'replaced');
  const spoken: Alert = { ...alert, text: lifting.text, headline: lifting.text, sirenUnlocked: false, audio: null };
  const issue: Issue = { ...lifting, alert: spoken };
  const refused = issueBroadcast(work, issue, spokenTwice(lifting.kind));
  // A drill that is over is over, also when nobody may be woken to hear it.
  if (refused === null || lifting.kind !== 'all-clear' || alert.status === 'actual' || !mayBeSilent.has(refused.code))
    return refused;
  receiptFor(work, { trace: lifting.trace }, { stage: 'done', what: 'cleared-silently' });
  return null;
};
