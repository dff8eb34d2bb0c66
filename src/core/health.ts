import { busErrors } from '../words/errors/bus.ts';
import type { Finding } from './cue.ts';
import type { TerminalState } from './village.ts';
import { receiptFor, type Work } from './work.ts';

/** Health changes at edges only; each change is one receipt about the terminal. */
export const putHealth = (work: Work, terminal: string, health: TerminalState['health'], reason: string): void => {
  const before = work.durable.terminals[terminal] ?? { health: 'well', reason: '' };
  if (before.health === health) return;
  work.durable.terminals = { ...work.durable.terminals, [terminal]: { health, reason } };
  receiptFor(work, { trace: '' }, { stage: 'health', terminal, health, reason });
};

/** Doubts of a unit that did not answer, or not well: an answer ends them. All others are about what was heard of it. */
const unanswered: ReadonlySet<string> = new Set(['no-reply', 'not-read', 'reply-malformed', ...Object.keys(busErrors)]);

/**
 * A unit that is back answers again: it is neither lost nor in doubt for not answering, at a start or in an alarm. What its
 * last quiet test or an alarm found of it is not healed by that. True when it had been missed.
 */
export const unitBack = (work: Work, terminal: string): boolean => {
  const now = work.durable.terminals[terminal];
  if (now?.health !== 'lost' && !(now?.health === 'suspect' && unanswered.has(now.reason))) return false;
  const test = work.durable.quietTests[terminal];
  if (test === undefined || test.healed) putHealth(work, terminal, 'well', '');
  else putHealth(work, terminal, 'suspect', `quiet-test-${test.result}`);
  return true;
};

const healQuietTest = (work: Work, terminal: string): void => {
  const test = work.durable.quietTests[terminal];
  if (test === undefined || test.healed) return;
  work.durable.quietTests = { ...work.durable.quietTests, [terminal]: { ...test, healed: true } };
};

/** What one finding says of the terminal's health. A unit that polling has lost stays lost until polling has it back. */
export const seeHealth = (work: Work, finding: Finding): void => {
  const lost = work.durable.terminals[finding.terminal]?.health === 'lost';
  if (lost) return;
  if (finding.sight === 'sounding' || finding.sight === 'spoken') {
    putHealth(work, finding.terminal, 'well', '');
    healQuietTest(work, finding.terminal);
  }
  if (finding.sight === 'no-reply' || finding.sight === 'rejected') {
    putHealth(work, finding.terminal, 'suspect', finding.reason ?? finding.sight);
  }
  if (finding.sight === 'silent' && finding.cue !== null && finding.reason !== null) {
    putHealth(work, finding.terminal, 'suspect', finding.reason);
  }
};
