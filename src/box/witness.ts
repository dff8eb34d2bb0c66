import type { ReceiptView } from '../console/view.ts';
import type { Receipt } from '../core/receipt.ts';
import type { Sense } from '../drivers/polling.ts';
import { receiptLine } from '../words/text/receipts.ts';

/** Newest receipts kept for whoever looks on. */
const receiptsMax = 60;

/** What people who look on want to know beside the state itself; in memory only, bounded, never decides anything. */
export interface Witness {
  readonly released: (receipts: readonly Receipt[]) => void;
  readonly sensed: (sense: Sense) => void;
  /** Something of the state is different now. */
  readonly changed: () => void;
  readonly onChange: (listener: () => void) => () => void;
  /** Newest first. */
  readonly receipts: () => readonly ReceiptView[];
  /** When a unit last answered, on the box's own scale, by `line unit`. */
  readonly seenAt: (line: string, unit: number) => number | undefined;
}

const receiptView = (receipt: Receipt): ReceiptView => ({
  number: receipt.number,
  wall: receipt.at.wall,
  trace: receipt.trace,
  broadcast: receipt.broadcast,
  stage: receipt.body.stage,
  words: receiptLine(receipt),
});

export const createWitness = (): Witness => {
  const listeners = new Set<() => void>();
  const seen = new Map<string, number>();
  let newest: readonly ReceiptView[] = [];
  const changed = (): void => listeners.forEach((listener) => listener());
  return {
    released: (receipts) => {
      if (receipts.length === 0) return;
      newest = [...receipts.map(receiptView).reverse(), ...newest].slice(0, receiptsMax);
      changed();
    },
    sensed: ({ line, unit, at, answered }) => {
      if (answered) seen.set(`${line} ${unit}`, at);
    },
    changed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    receipts: () => newest,
    seenAt: (line, unit) => seen.get(`${line} ${unit}`),
  };
};
