import type { Receipt } from './core/receipt.ts';

export interface OwedReceipt {
  readonly receipt: Receipt;
  readonly record: number;
}

/** Most receipts kept for a centre that does not answer; far more than 72 h of a busy village. */
export const owedMax = 20_000;

export interface ReceiptsOwed {
  readonly add: (receipts: readonly Receipt[], record: number) => void;
  readonly acknowledge: (upTo: number) => void;
  readonly latest: () => number;
  readonly read: (from: number, limit: number) => readonly Receipt[];
  /** The oldest record a receipt is still owed from: the journal keeps everything from there. Null when none is owed. */
  readonly oldestRecord: () => number | null;
  /** How many were given up at the bound, oldest first. */
  readonly dropped: () => number;
}

/** The outbox's source: receipts whose record is durable and which the centre has not acknowledged, in order. */
export const receiptsOwed = (recovered: readonly OwedReceipt[], latestKnown: number): ReceiptsOwed => {
  let owed: OwedReceipt[] = [...recovered];
  let latest = Math.max(latestKnown, owed.at(-1)?.receipt.number ?? 0);
  let dropped = 0;
  return {
    add: (receipts, record) => {
      for (const receipt of receipts) owed.push({ receipt, record });
      latest = Math.max(latest, receipts.at(-1)?.number ?? 0);
      const excess = owed.length - owedMax;
      if (excess <= 0) return;
      owed = owed.slice(excess);
      dropped += excess;
    },
    acknowledge: (upTo) => {
      if ((owed[0]?.receipt.number ?? Infinity) <= upTo) owed = owed.filter(({ receipt }) => receipt.number > upTo);
    },
    latest: () => latest,
    read: (from, limit) => {
      const first = owed[0]?.receipt.number ?? 0;
      const start =
        owed[from - first]?.receipt.number === from
          ? from - first
          : owed.findIndex(({ receipt }) => receipt.number >= from);
      return start < 0 ? [] : owed.slice(start, start + limit).map(({ receipt }) => receipt);
    },
    oldestRecord: () => owed[0]?.record ?? null,
    dropped: () => dropped,
  };
};
