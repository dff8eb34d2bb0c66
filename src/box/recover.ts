import { emptyVillage, type Durable, type Village } from '../core/village.ts';
import { step } from '../core/step.ts';
import { outcomeAmong } from '../core/outcome.ts';
import type { Order } from '../core/order.ts';
import type { Receipt } from '../core/receipt.ts';
import type { JournalEntry } from './loop.ts';

/** What a checkpoint holds: the durable part after one record, and from where on receipts are owed. */
export interface Checkpoint {
  readonly record: number;
  readonly hash: string;
  readonly durable: Durable;
  readonly owedFrom: number;
  /** Written when the box ended in order; absent in every other one. */
  readonly ended?: boolean;
}

export interface NumberedEntry {
  readonly number: number;
  readonly entry: JournalEntry;
}

export interface Recovered {
  readonly village: Village;
  /** Receipts the centre has not acknowledged, in order, with their record. */
  readonly owed: readonly { readonly receipt: Receipt; readonly record: number }[];
  /** Things to report: a fold that differs, a record that could not be folded. */
  readonly troubles: readonly { readonly code: 'fold-differs' | 'record-unfoldable'; readonly record: number }[];
}

/** An older tail that newer rules fold differently keeps its facts; live broadcasts go through the restart rule anyway. */
const foldOne = (
  village: Village,
  { number, entry }: NumberedEntry,
  troubles: Recovered['troubles'][number][],
): Village => {
  try {
    return step(village, { at: entry.at, event: entry.event }).village;
  } catch {
    troubles.push({ code: 'record-unfoldable', record: number });
    // The facts of the record still count: receipt numbers never step back, and an order is never taken twice.
    return { ...village, durable: keepFacts(village.durable, entry) };
  }
};

/** What a record says whatever the rules make of it. */
export const keepFacts = (durable: Durable, { at, event, receipts }: JournalEntry): Durable => {
  const nextReceipt = Math.max(durable.nextReceipt, ...receipts.map((receipt) => receipt.number + 1));
  const kept: Durable = { ...durable, last: at, nextReceipt };
  if (event.kind === 'acknowledged') {
    return { ...kept, acknowledged: Math.max(kept.acknowledged, Math.min(event.receipt, nextReceipt - 1)) };
  }
  // Its counter has left the box: it must never be used twice.
  if (event.kind === 'satellite-report') return { ...kept, satelliteReports: kept.satelliteReports + 1 };
  return event.kind === 'order' ? keepOrder(kept, event.order, receipts) : kept;
};

const seenHashLength = 16;
/** Every counter of the window was seen. */
const fullWindow = 'f'.repeat(256);

const keepOrder = (kept: Durable, order: Order, receipts: readonly Receipt[]): Durable => {
  const { id, hash, sender, counter, body, via } = order;
  const before = kept.senders[sender];
  const high = Math.max(before?.high ?? 0, counter);
  const isDone = receipts.some((receipt) => receipt.trace === id && receipt.body.stage === 'done');
  const outcome = outcomeAmong(receipts, id);
  const seen = { at: kept.last?.mono ?? 0, hash: hash.slice(0, seenHashLength), via, outcome };
  return {
    ...kept,
    // A key that was taken back must not be believed again.
    keys: body.kind === 'set-keys' && isDone ? body.keys : kept.keys,
    seen: { ...kept.seen, [id]: seen },
    senders: { ...kept.senders, [sender]: { high, window: fullWindow } },
  };
};

/** Which orders stood in records that are missing nobody knows: what they may have been is never accepted again. */
export const sealWindows = (durable: Durable): Durable => ({
  ...durable,
  senders: Object.fromEntries(
    Object.entries(durable.senders).map(([sender, { high }]) => [sender, { high, window: fullWindow }]),
  ),
});

/** The number after the last receipt that really left; a fold by other rules, or over a gap, may have made others. */
const withNextReceipt = (village: Village, nextReceipt: number): Village =>
  village.durable.nextReceipt === nextReceipt ? village : { ...village, durable: { ...village.durable, nextReceipt } };

/**
 * Boot: checkpoint, then the journal after it. `entries` may begin earlier than the checkpoint, where
 * receipts are still owed. `stateHash` compares the fold with what the box that wrote the record came to. `lostBehind`:
 * records behind the last entry are gone, too.
 */
export const recover = (
  checkpoint: Checkpoint | null,
  entries: readonly NumberedEntry[],
  stateHash: (durable: Durable) => string,
  lostBehind = false,
): Recovered => {
  const troubles: Recovered['troubles'][number][] = [];
  const start: Village =
    checkpoint === null
      ? emptyVillage
      : { ...emptyVillage, durable: { ...emptyVillage.durable, ...checkpoint.durable } };
  let village = start;
  const hashOf = (durable: Durable): string | null => {
    try {
      return stateHash(durable);
    } catch {
      // A record of nonsense has been folded to what is no state at all: no number, or no data.
      return null;
    }
  };
  const from = checkpoint?.record ?? 0;
  let differs = false;
  let missing = lostBehind;
  let reached = from;
  let nextReceipt = village.durable.nextReceipt;
  for (const numbered of entries) {
    if (numbered.number <= from) continue;
    missing ||= numbered.number !== reached + 1;
    reached = numbered.number;
    village = foldOne(village, numbered, troubles);
    const { state } = numbered.entry;
    // Over a gap no rules come to the same state; the gap itself is told by whoever read the journal.
    if (!differs && !missing && state !== undefined && state !== hashOf(village.durable)) {
      differs = true;
      troubles.push({ code: 'fold-differs', record: numbered.number });
    }
    // Whatever the rules of today make of it, no number that was given out is given again, and none is left out.
    nextReceipt = Math.max(nextReceipt, ...numbered.entry.receipts.map((receipt) => receipt.number + 1));
    village = withNextReceipt(village, nextReceipt);
  }
  const after = entries.filter(({ number }) => number > from);
  if (after.length > 0 && hashOf(village.durable) === null) {
    troubles.push(...after.map(({ number }) => ({ code: 'record-unfoldable' as const, record: number })));
    village = { ...start, durable: after.reduce((durable, { entry }) => keepFacts(durable, entry), start.durable) };
  }
  if (missing) village = { ...village, durable: sealWindows(village.durable) };
  return { village, owed: owedIn(entries, village.durable.acknowledged), troubles };
};

/** Receipts above what is acknowledged, each once, with the newest record it stands in: carried ones stand in several. */
const owedIn = (entries: readonly NumberedEntry[], acknowledged: number): Recovered['owed'] => {
  const owed = new Map<number, { receipt: Receipt; record: number }>();
  for (const { number: record, entry } of entries) {
    for (const receipt of entry.receipts) {
      if (receipt.number > acknowledged) owed.set(receipt.number, { receipt, record });
    }
  }
  return [...owed.values()].sort((a, b) => a.receipt.number - b.receipt.number);
};
