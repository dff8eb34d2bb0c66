import type { Counts, ReceiptView } from '../console/view.ts';
import type { Receipt } from '../core/receipt.ts';
import type { TerminalResult } from '../core/village.ts';
import type { Sense } from '../drivers/polling.ts';
import { receiptSentence, type NameOf } from '../words/text/page-receipts.ts';

/** Newest receipts, and outcomes of ended broadcasts, kept for whoever looks on. */
const receiptsMax = 60;
const outcomesMax = 40;

/** What became of a broadcast, from its receipts: the core forgets the terminals of one that has ended. */
export interface Outcome {
  readonly results: Readonly<Record<string, TerminalResult>>;
  /** Null while it lives. */
  readonly counts: Counts | null;
}

/** What people who look on want to know beside the state itself; in memory only, bounded, never decides anything. */
export interface Witness {
  readonly released: (receipts: readonly Receipt[]) => void;
  readonly sensed: (sense: Sense) => void;
  /** Something of the state is different now. */
  readonly changed: () => void;
  readonly onChange: (listener: () => void) => () => void;
  /** Newest first. */
  readonly receipts: () => readonly ReceiptView[];
  readonly outcome: (broadcast: string) => Outcome | undefined;
  /** When a unit last answered, on the box's own scale, by `line unit`. */
  readonly seenAt: (line: string, unit: number) => number | undefined;
}

const receiptView = (receipt: Receipt, nameOf: NameOf): ReceiptView => ({
  number: receipt.number,
  wall: receipt.at.wall,
  trace: receipt.trace,
  broadcast: receipt.broadcast,
  status: receipt.status,
  stage: receipt.body.stage,
  words: receiptSentence(receipt.body, nameOf),
});

const noOutcome: Outcome = { results: {}, counts: null };

const outcomeAfter = (before: Outcome, { at, body }: Receipt): Outcome => {
  if (body.stage === 'terminal') {
    const { terminal, verdict, grade, reason, value, unit, ageMs } = body;
    const result: TerminalResult = { verdict, grade, reason, value, unit, at: at.mono - ageMs };
    return { ...before, results: { ...before.results, [terminal]: result } };
  }
  if (body.stage !== 'ended') return before;
  const { due, sounded, failed, unknown } = body;
  return { ...before, counts: { due, sounded, failed, unknown, waiting: 0 } };
};

export const createWitness = (nameOf: NameOf): Witness => {
  const listeners = new Set<() => void>();
  const seen = new Map<string, number>();
  const outcomes = new Map<string, Outcome>();
  let newest: readonly ReceiptView[] = [];
  const changed = (): void => listeners.forEach((listener) => listener());
  const learn = (receipt: Receipt): void => {
    const { broadcast } = receipt;
    if (broadcast === null) return;
    outcomes.set(broadcast, outcomeAfter(outcomes.get(broadcast) ?? noOutcome, receipt));
    const [oldest] = outcomes.keys();
    if (outcomes.size > outcomesMax && oldest !== undefined) outcomes.delete(oldest);
  };
  return {
    released: (receipts) => {
      if (receipts.length === 0) return;
      receipts.forEach(learn);
      const views = receipts.map((receipt) => receiptView(receipt, nameOf)).reverse();
      newest = [...views, ...newest].slice(0, receiptsMax);
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
    outcome: (broadcast) => outcomes.get(broadcast),
    seenAt: (line, unit) => seen.get(`${line} ${unit}`),
  };
};
