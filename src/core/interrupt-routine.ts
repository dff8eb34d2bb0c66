import { coreErrors } from '../words/errors/core.ts';
import { isEmergency } from './cue-id.ts';
import { endBroadcast } from './end-broadcast.ts';
import { endQuietTest } from './self-test.ts';
import { liveBroadcasts, receiptFor, type Work } from './work.ts';

/**
 * The journal could not take a record: routine, drills and tests that live end here, for what they would do next could
 * not be recorded either, and a drill that lost an item could lose the words that say it is one (promise 7). So does a
 * quiet test: a unit that is never asked would be told as one that does not reply. Emergencies go on from memory.
 */
export const interruptRoutine = (work: Work): void => {
  for (const broadcast of liveBroadcasts(work.durable)) {
    if (isEmergency(broadcast)) continue;
    const detail = coreErrors['routine-undurable'].en;
    receiptFor(work, broadcast, { stage: 'noted', code: 'routine-undurable', detail });
    endBroadcast(work, broadcast.id, 'interrupted');
  }
  endQuietTest(work);
};

/** Whether there is anything for it to end. */
export const livesRoutine = ({ durable }: Pick<Work, 'durable'>): boolean =>
  durable.quietRun !== null || liveBroadcasts(durable).some((broadcast) => !isEmergency(broadcast));
