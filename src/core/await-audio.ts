import { coreErrors } from '../words/errors/core.ts';
import { fill } from '../words/bilingual.ts';
import type { Alert, AlertAudio } from './alert.ts';
import { fillAudio, forgetAudio, readyAudio, wantAudio, wordsOf } from './audio-hold.ts';
import { keepNewestWords } from './latch.ts';
import { issueBroadcast, refuseBeforePlan, type Issue } from './issue.ts';
import { answerOf, planFor, playsAudio } from './make-broadcast.ts';
import { refusal, tellRefusal, type Refusal } from './refuse.ts';
import type { MonoMs } from './time.ts';
import type { WaitingOrder } from './village.ts';
import { receiptFor, type Work } from './work.ts';

/** Most orders that wait for their audio; one more is refused. */
const waitingMax = 16;

const refuseWaiting = (work: Work, gone: (order: WaitingOrder) => boolean, why: Refusal): boolean => {
  const leaving = work.durable.waiting.filter(gone);
  if (leaving.length === 0) return false;
  work.durable.waiting = work.durable.waiting.filter((order) => !gone(order));
  for (const { trace } of leaving) tellRefusal(work, trace, why);
  return true;
};

/** An alert that was cancelled, lifted, stopped or replaced waits no more; null: all of them. True when one waited. */
export const endWaiting = (work: Work, alertId: string | null): boolean =>
  refuseWaiting(work, ({ alert }) => alertId === null || alert.id === alertId, refusal('audio-order-ended'));

/** Without words it waits; all that can be judged before its audio is here is judged now. */
export const waitForAudio = (work: Work, issue: Issue, { sha256 }: AlertAudio): Refusal | null => {
  const { trace, source, alert, expiresAt } = issue;
  if (planFor(work.site, alert) === undefined) return refusal('no-such-plan', { plan: alert.plan ?? '' });
  if (work.durable.waiting.length >= waitingMax) return refusal('audio-waiting-full', { max: waitingMax });
  work.durable.waiting = [...work.durable.waiting, { trace, source, alert, expiresAt, ...answerOf(issue) }];
  receiptFor(work, { trace }, { stage: 'noted', code: 'waiting-audio', detail: sha256 });
  return null;
};

/** Nobody in its zones could play it: it is not waited for, nor asked for, and the sender hears why. */
const isNowhere = ({ site }: Work, { zones }: Alert): boolean =>
  !site.terminals.some((terminal) => zones.includes(terminal.zone) && playsAudio(terminal));

const tellNowhere = (work: Work, trace: string, { sha256 }: AlertAudio): void => {
  const detail = fill(coreErrors['audio-nowhere'].en, { sha256 });
  receiptFor(work, { trace }, { stage: 'noted', code: 'audio-nowhere', detail });
};

/**
 * Issues an alert that may bring a recording. With words it is queued at once and speaks them: a village does not stay
 * silent for a download; passes that begin after the recording came play it. Without words it waits for it, and so does a
 * drill, which is in no hurry and has its recording heard or is refused by name.
 */
export const issueAlert = (work: Work, issue: Issue): Refusal | null => {
  const { alert, trace, expiresAt } = issue;
  const brought = alert.audio ?? null;
  const audio = isNowhere(work, alert) ? null : brought;
  const speaksNow = alert.status === 'actual' && wordsOf(alert) !== '';
  const mayGo = audio === null || speaksNow || readyAudio(work.durable, alert) !== null;
  const refused = mayGo ? issueBroadcast(work, issue) : refuseBeforePlan(work, issue);
  // What waits was ordered before these words: it must not sound in their place.
  if (refused?.code === 'latched-by-stop' && keepNewestWords(work, issue)) endWaiting(work, alert.id);
  if (refused !== null) return refused;
  endWaiting(work, alert.id);
  if (audio === null && brought !== null) tellNowhere(work, trace, brought);
  if (audio === null) return null;
  const urgent = alert.status === 'actual' && alert.class === 'emergency';
  const unwanted = wantAudio(work, { audio, order: trace, until: expiresAt, urgent, storeOnly: false });
  if (!mayGo) return unwanted ?? waitForAudio(work, issue, audio);
  // The words sound; that the recording will not is told, and takes nothing back.
  if (unwanted !== null) receiptFor(work, { trace }, { stage: 'noted', code: unwanted.code, detail: audio.sha256 });
  return null;
};

/** An order that only brings a recording ahead of the one that will play it. */
export const storeAudio = (
  work: Work,
  { audio, trace, expiresAt }: { readonly audio: AlertAudio; readonly trace: string; readonly expiresAt: MonoMs },
): Refusal | null => {
  const refused = wantAudio(work, { audio, order: trace, until: expiresAt, urgent: false, storeOnly: true });
  if (refused === null) answerStores(work, audio.sha256);
  return refused;
};

/** Whoever ordered it to be stored hears that it is. */
const answerStores = (work: Work, sha256: string): void => {
  const held = work.durable.audio[sha256];
  if (held?.state !== 'ready') return;
  for (const trace of held.stores) receiptFor(work, { trace }, { stage: 'done', what: 'audio-stored' });
  work.durable.audio = { ...work.durable.audio, [sha256]: { ...held, stores: [] } };
};

/** It is here: live broadcasts play it from their next item on, and what waited for it is queued. */
export const audioReady = (work: Work, sha256: string): void => {
  const held = work.durable.audio[sha256];
  if (held === undefined || held.state === 'ready') return;
  work.durable.audio = { ...work.durable.audio, [sha256]: { ...held, state: 'ready', urgent: false } };
  answerStores(work, sha256);
  fillAudio(work, sha256, true);
  const waited = work.durable.waiting.filter(({ alert }) => alert.audio?.sha256 === sha256);
  work.durable.waiting = work.durable.waiting.filter((order) => !waited.includes(order));
  for (const order of waited) {
    const refused = issueBroadcast(work, { ...order, kind: 'alert' });
    if (refused !== null) tellRefusal(work, order.trace, refused);
  }
};

const dropAudio = (work: Work, sha256: string, why: { readonly code: string; readonly detail: string }): void => {
  const held = work.durable.audio[sha256];
  if (held === undefined) return;
  forgetAudio(work, sha256);
  fillAudio(work, sha256, false);
  const waited = work.durable.waiting.filter(({ alert }) => alert.audio?.sha256 === sha256);
  work.durable.waiting = work.durable.waiting.filter((order) => !waited.includes(order));
  const refusedTo = new Set([...held.stores, ...waited.map(({ trace }) => trace)]);
  for (const trace of refusedTo) receiptFor(work, { trace }, { stage: 'refused', ...why });
  // The order whose words sound is told too: its recording will not be heard.
  if (!refusedTo.has(held.order)) receiptFor(work, { trace: held.order }, { stage: 'noted', ...why });
};

/** It will not come: what waited for it is refused with the reason, what speaks goes on speaking. */
export const audioFailed = (work: Work, sha256: string, code: string, detail: string): void =>
  dropAudio(work, sha256, { code, detail });

/** Nothing waits, and nothing is asked for, beyond the validity of the orders that named it. */
export const expireAudio = (work: Work): void => {
  const { mono } = work.at;
  for (const { audio, state, until } of Object.values(work.durable.audio)) {
    if (state === 'wanted' && until <= mono)
      dropAudio(work, audio.sha256, { code: 'audio-late', detail: 'the audio did not come while the order was valid' });
  }
  refuseWaiting(work, ({ expiresAt }) => expiresAt <= mono, refusal('audio-late'));
};
