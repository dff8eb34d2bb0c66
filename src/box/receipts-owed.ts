import type { Receipt } from '../core/receipt.ts';

export interface OwedReceipt {
  readonly receipt: Receipt;
  readonly record: number;
}

/** Bounds of what is kept for a centre that does not answer; beyond either the oldest receipts are given up. */
export interface OwedBounds {
  readonly count: number;
  /** Bytes of their JSON. */
  readonly bytes: number;
}

/**
 * An endless red alarm in two zones makes 7,000 receipts of 260 bytes in 72 h. The bytes are a fifth of the segments of a
 * journal of 64 MiB: written anew they must always fit beside the records that come meanwhile.
 */
export const owedBounds: OwedBounds = { count: 30_000, bytes: 9_600_000 };

/** Receipts given up at a bound; the centre sees the same gap in their numbers. */
export interface OwedLoss {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface ReceiptsOwed {
  readonly add: (receipts: readonly Receipt[], record: number) => void;
  readonly acknowledge: (upTo: number) => void;
  /** The record of these will never be: they are named to the centre, which would wait for their numbers for ever. */
  readonly neverRecorded: (receipts: readonly Receipt[]) => void;
  /** Gives up every receipt of a record before this one. */
  readonly giveUpBefore: (record: number) => void;
  /** Receipts that stand in records before this one, by number, at least one and at most so many bytes of JSON. */
  readonly standingBefore: (record: number, maxBytes: number) => readonly Receipt[];
  /** These receipts stand in a later record now, too: the earlier ones are not needed for them any more. */
  readonly moved: (receipts: readonly Receipt[], record: number) => void;
  readonly latest: () => number;
  /** Receipts up to this number that were not acknowledged were given up: nobody will ever be sent them. */
  readonly gone: () => number;
  readonly read: (from: number, limit: number) => readonly Receipt[];
  /** The oldest record a receipt is still owed from: the journal keeps everything from there. Null when none is owed. */
  readonly oldestRecord: () => number | null;
  /** What was given up since the last call; null when nothing was. */
  readonly takeLoss: () => OwedLoss | null;
}

interface Kept {
  readonly receipt: Receipt;
  record: number;
  readonly bytes: number;
}

const keptOf = (receipt: Receipt, record: number): Kept => ({
  receipt,
  record,
  bytes: Buffer.byteLength(JSON.stringify(receipt)),
});
const numberOf = (one: OwedReceipt): number => one.receipt.number;
const byNumber = (a: OwedReceipt, b: OwedReceipt): number => numberOf(a) - numberOf(b);
const sizeOf = (all: readonly Kept[]): number => all.reduce((sum, { bytes }) => sum + bytes, 0);

const joined = (before: OwedLoss | null, lost: readonly OwedReceipt[]): OwedLoss | null => {
  const numbers = lost.map(numberOf);
  if (numbers.length === 0) return before;
  return {
    from: Math.min(before?.from ?? Infinity, numbers[0] ?? Infinity),
    to: Math.max(before?.to ?? 0, numbers.at(-1) ?? 0),
    count: (before?.count ?? 0) + numbers.length,
  };
};

/** As many from the front as fit; the first one always does. */
const fitting = (all: readonly Kept[], maxBytes: number): readonly Receipt[] => {
  let left = maxBytes;
  const end = all.findIndex(({ bytes }) => (left -= bytes) < 0);
  return all.slice(0, end < 0 ? all.length : Math.max(1, end)).map(({ receipt }) => receipt);
};

/** A box without a centre to report to owes nobody anything: only the newest number is known. */
const owedToNobody = (latestKnown: number): ReceiptsOwed => {
  let latest = latestKnown;
  return {
    add: (receipts) => void (latest = Math.max(latest, ...receipts.map(({ number }) => number))),
    acknowledge: () => undefined,
    neverRecorded: () => undefined,
    giveUpBefore: () => undefined,
    standingBefore: () => [],
    moved: () => undefined,
    latest: () => latest,
    gone: () => latest,
    read: () => [],
    oldestRecord: () => null,
    takeLoss: () => null,
  };
};

export interface OwedSettings {
  readonly latestKnown: number;
  /** False where no centre is configured: nothing is owed then. */
  readonly toCentre: boolean;
  readonly bounds?: OwedBounds;
}

/** The kept receipts by number, with their bounds and what went at them. */
const keeping = (recovered: readonly OwedReceipt[], bounds: OwedBounds) => {
  let owed = recovered.map(({ receipt, record }) => keptOf(receipt, record)).sort(byNumber);
  let bytes = sizeOf(owed);
  let loss: OwedLoss | null = null;
  let lostTo = 0;
  const lose = (lost: readonly OwedReceipt[]): void => {
    loss = joined(loss, lost);
    lostTo = Math.max(lostTo, ...lost.map(numberOf));
  };
  const bound = (): void => {
    let over = 0;
    for (; owed.length - over > bounds.count || bytes > bounds.bytes; over += 1) bytes -= owed[over]?.bytes ?? 0;
    if (over > 0) lose(owed.splice(0, over));
  };
  bound();
  return {
    list: (): readonly Kept[] => owed,
    push: (one: Kept): void => {
      owed.push(one);
      bytes += one.bytes;
    },
    sort: (): void => void owed.sort(byNumber),
    bound,
    lostTo: (): number => lostTo,
    retain: (fits: (one: Kept) => boolean, asLoss: boolean): void => {
      const gone = owed.filter((one) => !fits(one));
      if (gone.length === 0) return;
      if (asLoss) lose(gone);
      owed = owed.filter(fits);
      bytes = sizeOf(owed);
    },
    takeLoss: (): OwedLoss | null => {
      const taken = loss;
      loss = null;
      return taken;
    },
  };
};

interface Hole {
  readonly from: number;
  readonly to: number;
}

/** Numbers that were given out, and are missing behind the first receipt that a start has found. */
const holesIn = (owed: readonly OwedReceipt[], latest: number): readonly Hole[] =>
  owed.flatMap((one, index) => {
    const next = owed[index + 1];
    const hole = { from: numberOf(one) + 1, to: next === undefined ? latest : numberOf(next) - 1 };
    return hole.from <= hole.to ? [hole] : [];
  });

/** Numbers that nobody will ever be sent. One counts as gone once nothing before it can come any more. */
const goneNumbers = (atStart: number, found: readonly Hole[]) => {
  let holes = found;
  let gone = atStart;
  return {
    add: ({ from, to }: Hole): void => {
      const last = holes.at(-1);
      holes =
        last?.to === from - 1
          ? [...holes.slice(0, -1), { from: last.from, to }]
          : [...holes, { from, to }].sort((a, b) => a.from - b.from);
    },
    /** All up to `settled` is acknowledged or given up. */
    upTo: (settled: number): number => {
      for (const { from, to } of holes) if (from <= Math.max(settled, gone) + 1) gone = Math.max(gone, to);
      holes = holes.filter(({ to }) => to > gone);
      return gone;
    },
  };
};

/** The outbox's source: receipts whose record is durable and which the centre has not acknowledged, in order. */
export const receiptsOwed = (
  recovered: readonly OwedReceipt[],
  { latestKnown, toCentre, bounds = owedBounds }: OwedSettings,
): ReceiptsOwed => {
  if (!toCentre) return owedToNobody(latestKnown);
  const kept = keeping(recovered, bounds);
  let latest = Math.max(latestKnown, kept.list().at(-1)?.receipt.number ?? 0);
  const beforeFirst = (): number => (kept.list()[0]?.receipt.number ?? latest + 1) - 1;
  const never = goneNumbers(beforeFirst(), holesIn(kept.list(), latest));
  let acknowledged = 0;
  return {
    add: (receipts, record) => {
      const inOrder = (receipts[0]?.number ?? Infinity) > latest;
      for (const receipt of receipts) kept.push(keptOf(receipt, record));
      // A disk that failed may bring older records after newer ones; the centre is told by number all the same.
      if (!inOrder) kept.sort();
      latest = Math.max(latest, receipts.at(-1)?.number ?? 0);
      kept.bound();
    },
    acknowledge: (upTo) => {
      acknowledged = Math.max(acknowledged, upTo);
      if ((kept.list()[0]?.receipt.number ?? Infinity) <= upTo) kept.retain((one) => numberOf(one) > upTo, false);
    },
    neverRecorded: (receipts) => {
      const [first, last] = [receipts[0], receipts.at(-1)];
      if (first !== undefined && last !== undefined) never.add({ from: first.number, to: last.number });
    },
    giveUpBefore: (before) => kept.retain(({ record }) => record >= before, true),
    standingBefore: (before, maxBytes) =>
      fitting(
        kept.list().filter(({ record }) => record < before),
        maxBytes,
      ),
    moved: (receipts, record) => {
      const numbers = new Set(receipts.map(({ number }) => number));
      for (const one of kept.list()) if (numbers.has(one.receipt.number)) one.record = Math.max(one.record, record);
    },
    latest: () => latest,
    // What is between is with the centre, or still on its way to a disk that fails.
    gone: () => {
      const settled = Math.max(acknowledged, kept.lostTo());
      return Math.min(Math.max(never.upTo(settled), kept.lostTo()), beforeFirst());
    },
    read: (from, limit) => {
      const owed = kept.list();
      const first = owed[0]?.receipt.number ?? 0;
      const start =
        owed[from - first]?.receipt.number === from
          ? from - first
          : owed.findIndex(({ receipt }) => receipt.number >= from);
      return start < 0 ? [] : owed.slice(start, start + limit).map(({ receipt }) => receipt);
    },
    oldestRecord: () =>
      kept.list().reduce<number | null>((least, { record }) => Math.min(least ?? record, record), null),
    takeLoss: kept.takeLoss,
  };
};
