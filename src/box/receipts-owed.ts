import type { Receipt } from '../core/receipt.ts';

export interface OwedReceipt {
  readonly receipt: Receipt;
  readonly record: number;
}

/** Most receipts kept for a centre that does not answer; far more than 72 h of a busy village. */
export const owedMax = 20_000;
/**
 * Most records of the journal kept for them. A record takes at least one block of 4 KiB and the journal holds 12,288
 * blocks: beyond about 60 % of that the oldest are given up, so that a silent centre never fills the journal.
 */
export const owedSpan = 7_000;

/** Receipts given up at a bound; the centre sees the same gap in their numbers. */
export interface OwedLoss {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface ReceiptsOwed {
  readonly add: (receipts: readonly Receipt[], record: number) => void;
  readonly acknowledge: (upTo: number) => void;
  /** Gives up every receipt of a record before this one. */
  readonly giveUpBefore: (record: number) => void;
  readonly latest: () => number;
  readonly read: (from: number, limit: number) => readonly Receipt[];
  /** The oldest record a receipt is still owed from: the journal keeps everything from there. Null when none is owed. */
  readonly oldestRecord: () => number | null;
  /** What was given up since the last call; null when nothing was. */
  readonly takeLoss: () => OwedLoss | null;
}

const numberOf = (one: OwedReceipt): number => one.receipt.number;
const byNumber = (a: OwedReceipt, b: OwedReceipt): number => numberOf(a) - numberOf(b);

const joined = (before: OwedLoss | null, lost: readonly OwedReceipt[]): OwedLoss | null => {
  const numbers = lost.map(numberOf);
  if (numbers.length === 0) return before;
  return {
    from: Math.min(before?.from ?? Infinity, numbers[0] ?? Infinity),
    to: Math.max(before?.to ?? 0, numbers.at(-1) ?? 0),
    count: (before?.count ?? 0) + numbers.length,
  };
};

/** A box without a centre to report to owes nobody anything: only the newest number is known. */
const owedToNobody = (latestKnown: number): ReceiptsOwed => {
  let latest = latestKnown;
  return {
    add: (receipts) => void (latest = Math.max(latest, ...receipts.map(({ number }) => number))),
    acknowledge: () => undefined,
    giveUpBefore: () => undefined,
    latest: () => latest,
    read: () => [],
    oldestRecord: () => null,
    takeLoss: () => null,
  };
};

export interface OwedSettings {
  readonly latestKnown: number;
  /** False where no centre is configured: nothing is owed then. */
  readonly toCentre: boolean;
}

/** The outbox's source: receipts whose record is durable and which the centre has not acknowledged, in order. */
export const receiptsOwed = (
  recovered: readonly OwedReceipt[],
  { latestKnown, toCentre }: OwedSettings,
): ReceiptsOwed => {
  if (!toCentre) return owedToNobody(latestKnown);
  let owed = [...recovered].sort(byNumber);
  let latest = Math.max(latestKnown, owed.at(-1)?.receipt.number ?? 0);
  let furthest = Math.max(0, ...owed.slice(-1).map(({ record }) => record));
  let loss: OwedLoss | null = null;

  const keep = (kept: OwedReceipt[]): void => {
    const left = new Set(kept);
    loss = joined(
      loss,
      owed.filter((one) => !left.has(one)),
    );
    owed = kept;
  };
  const giveUpBefore = (record: number): void => {
    if (owed.some((one) => one.record < record)) keep(owed.filter((one) => one.record >= record));
  };
  const bound = (): void => {
    if (owed.length > owedMax) keep(owed.slice(owed.length - owedMax));
    // A little slack: the list is not gone through for every single record beyond the span.
    if ((owed[0]?.record ?? Infinity) < furthest - owedSpan) giveUpBefore(furthest - owedSpan + 64);
  };
  bound();
  return {
    add: (receipts, record) => {
      const inOrder = (receipts[0]?.number ?? Infinity) > latest;
      for (const receipt of receipts) owed.push({ receipt, record });
      // A disk that failed may bring older records after newer ones; the centre is told by number all the same.
      if (!inOrder) owed.sort(byNumber);
      latest = Math.max(latest, receipts.at(-1)?.number ?? 0);
      furthest = Math.max(furthest, record);
      bound();
    },
    acknowledge: (upTo) => {
      if ((owed[0]?.receipt.number ?? Infinity) <= upTo) owed = owed.filter(({ receipt }) => receipt.number > upTo);
    },
    giveUpBefore,
    latest: () => latest,
    read: (from, limit) => {
      const first = owed[0]?.receipt.number ?? 0;
      const start =
        owed[from - first]?.receipt.number === from
          ? from - first
          : owed.findIndex(({ receipt }) => receipt.number >= from);
      return start < 0 ? [] : owed.slice(start, start + limit).map(({ receipt }) => receipt);
    },
    oldestRecord: () => owed.reduce<number | null>((least, { record }) => Math.min(least ?? record, record), null),
    takeLoss: () => {
      const taken = loss;
      loss = null;
      return taken;
    },
  };
};
