import type { PanelBoard } from './board.ts';
import { contactSeen, judgeKey, keyDisturbed, keyDueAt, newKey, type Contacts } from './key-switch.ts';
import type { PanelReport } from './report.ts';
import type { PanelTimers } from './timers.ts';

export interface KeyWatchOptions {
  readonly board: PanelBoard;
  readonly timers: PanelTimers;
  readonly normallyOpen: number;
  readonly normallyClosed: number;
  readonly report: (report: PanelReport) => void;
}

export interface KeyWatch {
  /** A report of one of its contacts. */
  contact(contact: keyof Contacts, isClosed: boolean): void;
  disturbed(): void;
  close(): void;
}

/** Judges the key when it has held still, asks the board before anything is believed, and reports each position once. */
export const watchKey = ({ board, timers, normallyOpen, normallyClosed, report }: KeyWatchOptions): KeyWatch => {
  let state = newKey(timers.now());
  let fresh = new Set<keyof Contacts>();
  let isAsking = false;
  let isOpen = true;
  let cancel = (): void => undefined;

  const plan = (): void => {
    cancel();
    const due = isAsking || !isOpen ? null : keyDueAt(state);
    if (due !== null) cancel = timers.after(Math.max(0, due - timers.now()), () => void judge());
  };
  /** Fresh reports of both contacts, and both pins still inputs: a board that started again meanwhile does not agree. */
  const boardAgrees = async (): Promise<boolean> => {
    fresh = new Set();
    board.ask([normallyOpen, normallyClosed]);
    const words = await Promise.all([board.query(normallyOpen), board.query(normallyClosed)]);
    return fresh.size === 2 && words.every((word) => word?.mode === board.modes.input);
  };
  const judge = async (): Promise<void> => {
    const askedAt = timers.now();
    isAsking = true;
    const agrees = await boardAgrees();
    isAsking = false;
    if (!isOpen) return;
    const judged = judgeKey(state, { agrees, askedAt, at: timers.now() });
    state = judged.state;
    if (judged.act === 'turned') report({ say: 'turned' });
    else if (judged.act !== 'none') report({ say: 'key', position: judged.act });
    plan();
  };

  return {
    contact: (contact, isClosed) => {
      fresh.add(contact);
      const before = state;
      state = contactSeen(state, contact, isClosed, timers.now());
      if (state !== before) plan();
    },
    disturbed: () => {
      state = keyDisturbed(state, timers.now());
      plan();
    },
    close: () => {
      isOpen = false;
      cancel();
    },
  };
};
