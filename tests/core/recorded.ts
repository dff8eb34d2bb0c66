import type { Alert, AlertAudio } from '../../src/core/alert.ts';
import { alert, hamlet, Hamlet, speaker } from './hamlet.ts';
import { stopAll } from './stops.ts';

export const audio: AlertAudio = { sha256: 'a'.repeat(64), bytes: 1_000, format: 'mp3', durationMs: 5_000 };

/** A village with a loudspeaker that plays recordings. */
export const site = {
  ...hamlet,
  terminals: hamlet.terminals.map((one) =>
    one.kind === 'speaker' && one.zone === 'east' ? speaker(one.id, 'east', { output: 'card' }) : one,
  ),
};

/** A warning that says nothing but its recording. */
export const recorded = alert('rec', { text: '', headline: '', audio });

/** Words that somebody stopped, and what was ordered in their place since. */
export const replaced = (words: Partial<Alert>, since: Partial<Alert> = {}, sender = 'county'): Hamlet => {
  const village = new Hamlet(site);
  village.issue({ kind: 'issue', alert: alert('rec', words) });
  village.run(5_000);
  stopAll(village, 's1');
  village.issue({ kind: 'update', alert: { ...recorded, ...since } }, { sender });
  return village;
};

export const ready = (village: Hamlet): void => void village.tell({ kind: 'audio-ready', sha256: audio.sha256 });
