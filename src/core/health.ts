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

/** What one finding says of the terminal's health. A unit that polling has lost stays lost until polling has it back. */
export const seeHealth = (work: Work, finding: Finding): void => {
  const lost = work.durable.terminals[finding.terminal]?.health === 'lost';
  if (lost) return;
  if (finding.sight === 'sounding' || finding.sight === 'spoken') putHealth(work, finding.terminal, 'well', '');
  if (finding.sight === 'no-reply' || finding.sight === 'rejected') {
    putHealth(work, finding.terminal, 'suspect', finding.reason ?? finding.sight);
  }
  if (finding.sight === 'silent' && finding.cue !== null && finding.reason !== null) {
    putHealth(work, finding.terminal, 'suspect', finding.reason);
  }
};
