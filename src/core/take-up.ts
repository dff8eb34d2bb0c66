import type { Alert } from './alert.ts';
import { readyAudio, wantAudio, wordsOf } from './audio-hold.ts';
import { waitForAudio } from './await-audio.ts';
import { issueBroadcast, type Issue } from './issue.ts';
import { newsOf } from './latch.ts';
import { spokenTwice } from './lift.ts';
import { answerOf } from './make-broadcast.ts';
import { tellRefusal, type Refusal } from './refuse.ts';
import type { Broadcast } from './village.ts';
import { receiptFor, type Work } from './work.ts';

const isWaiting = ({ durable }: Work, { id }: Alert): boolean => durable.waiting.some(({ alert }) => alert.id === id);

/** Its words, or its recording where that is here; what has neither sounds as it did before while that is valid, or not at all. */
const soundAgain = (work: Work, issue: Issue, stopped: Broadcast): Refusal | null => {
  const { items, alert, source } = stopped;
  const audio = issue.alert.audio ?? null;
  const isHere = audio === null || wordsOf(issue.alert) !== '' || readyAudio(work.durable, issue.alert) !== null;
  if (isHere) return issueBroadcast(work, issue);
  const expiresAt = Math.min(stopped.expiresAt, issue.expiresAt);
  if (items.length === 0 || expiresAt <= work.at.mono) return null;
  return issueBroadcast(work, { ...issue, ...answerOf(stopped), alert, source, expiresAt });
};

/** Asks for the recording of what is taken up; what cannot be played without it waits for it, unless something newer does. */
const awaitRecording = (work: Work, issue: Issue): Refusal | null => {
  const { alert, trace, expiresAt } = issue;
  const audio = alert.audio ?? null;
  if (audio === null || readyAudio(work.durable, alert) !== null) return null;
  const unwanted = wantAudio(work, { audio, order: trace, until: expiresAt, urgent: true, storeOnly: false });
  if (wordsOf(alert) === '' && !isWaiting(work, alert)) return unwanted ?? waitForAudio(work, issue, audio);
  if (unwanted !== null) receiptFor(work, { trace }, { stage: 'noted', code: unwanted.code, detail: audio.sha256 });
  return null;
};

/**
 * A person takes back the stop of this: it sounds at once by what is here, and by its recording from when that comes, as it
 * would had nobody stopped. What waits already was ordered later, waits on, and is lifted by no words of before. `trace` is the
 * new broadcast's own. Returns what it was refused with.
 */
export const takeUp = (work: Work, trace: string, stopped: Broadcast): Refusal | null => {
  const { alert, source, expiresAt } = newsOf(stopped);
  const { kind } = stopped;
  // What is news nobody has heard yet, let alone answered.
  const answered = stopped.news === undefined ? answerOf(stopped) : {};
  const issue: Issue = { trace, source, kind, alert, expiresAt, ...answered };
  if (kind === 'all-clear' || kind === 'correction')
    return isWaiting(work, alert) ? null : issueBroadcast(work, issue, spokenTwice(kind));
  const refused = soundAgain(work, issue, stopped);
  if (refused !== null) return refused;
  const recording = { ...issue, trace: `${issue.trace}-audio` };
  const unheard = awaitRecording(work, recording);
  if (unheard === null || work.durable.broadcasts[`b-${trace}`] === undefined) return unheard;
  tellRefusal(work, recording.trace, unheard);
  return null;
};
