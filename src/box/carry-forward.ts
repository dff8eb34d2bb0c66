import type { Receipt } from '../core/receipt.ts';
import type { Instant } from '../core/time.ts';
import type { Result } from '../words/failure.ts';
import type { JournalEntry } from './loop.ts';
import type { ReceiptsOwed } from './receipts-owed.ts';

export interface CarryPorts {
  readonly journal: {
    /** Number of the first record in the newest part of the journal, so large a share of its bound; 0 while it is all. */
    readonly firstWithin: (share: number) => number;
    readonly append: (entry: JournalEntry) => Promise<Result<{ readonly number: number }>>;
  };
  readonly owed: ReceiptsOwed;
}

/** Receipts that are owed stand in the newest 40 % of the journal; behind them it may rotate. */
export const carryShare = 0.4;
/** About 75 receipts to a record of six blocks. A larger one would be kept as a body of its own. */
const carryMaxBytes = 20_000;

/** A record that says again, word for word, what is still owed. Its fold changes nothing. */
export const carriedEntry = (receipts: readonly Receipt[], at: Instant): JournalEntry => ({
  at,
  event: { kind: 'carried', from: receipts[0]?.number ?? 0, to: receipts.at(-1)?.number ?? 0 },
  receipts,
});

/**
 * Carries owed receipts forward: while the centre is cut off, the oldest are written again at the journal's head, so that an
 * alarm without end never fills the journal and loses nothing. To be called after each record; at most one carried record
 * follows each. The old record is only let go of once the new one is durable, so a crash at any point leaves at least one.
 */
export const carryForward = ({ journal, owed }: CarryPorts): ((at: Instant) => void) => {
  let isUnderWay = false;
  /** Nothing that is owed stands before this record. */
  let doneBefore = 0;
  return (at) => {
    const horizon = journal.firstWithin(carryShare);
    if (isUnderWay || horizon <= doneBefore) return;
    const receipts = owed.standingBefore(horizon, carryMaxBytes);
    if (receipts.length === 0) {
      doneBefore = horizon;
      return;
    }
    isUnderWay = true;
    void journal.append(carriedEntry(receipts, at)).then((appended) => {
      isUnderWay = false;
      // A journal that cannot take it now is asked again after the next record; until then nothing is let go of.
      if (appended.ok) owed.moved(receipts, appended.value.number);
    });
  };
};
