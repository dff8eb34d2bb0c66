import { endedWords } from '../../words/text/page.ts';
import { allSilent, doneWords } from '../../words/text/receipt-words.ts';
import type { ReceiptView } from '../view.ts';

/** Core proves the silence of two stops together when they are no further apart than this. */
const proofWithinMs = 10_000;

type Receipts = readonly ReceiptView[];

/** What comes before the order is known says no status itself: the rest of its trace does. */
const knownStatus = ({ trace, status }: ReceiptView, receipts: Receipts): ReceiptView['status'] =>
  status ?? receipts.find((one) => one.trace === trace && one.status !== null)?.status ?? null;

const isDrill = (status: ReceiptView['status']): boolean => status === 'drill' || status === 'test';

const isStop = ({ stage, words }: ReceiptView): boolean => stage === 'done' && words.zh === doneWords['stopped']?.zh;

const endedByStop = ({ stage, words }: ReceiptView): boolean =>
  stage === 'ended' && words.zh.startsWith(endedWords['stopped']?.zh ?? '');

/** Was everything that this stop ended a drill? What it ended was told in the same instant, with the numbers before its own. */
const endedOnlyDrills = (stop: ReceiptView, receipts: Receipts): boolean => {
  const before = new Map(receipts.map((one) => [one.number, one]));
  let ended = 0;
  for (let number = stop.number - 1; ; number -= 1) {
    const one = before.get(number);
    // The list does not reach so far back: what stands behind its end may be real.
    if (one === undefined) return false;
    if (one.wall !== stop.wall) return ended > 0;
    if (one.trace === stop.trace) continue;
    if (!isDrill(knownStatus(one, receipts))) return false;
    if (endedByStop(one)) ended += 1;
  }
};

/**
 * A stop says no status. It stands with the drills only where it can be shown that it ended drills and nothing else: a stop
 * of what is real is never missing there. The proof of silence may speak of several stops, one soon after the other.
 */
const isOfDrillStop = (receipt: ReceiptView, receipts: Receipts): boolean => {
  // What may still sound is no rehearsal.
  if (receipt.stage === 'unproven-silence' && receipt.words.zh !== allSilent.zh) return false;
  const own = receipts.find((one) => one.trace === receipt.trace && isStop(one));
  if (own === undefined) return false;
  if (receipt.stage !== 'unproven-silence') return endedOnlyDrills(own, receipts);
  const proofBefore = receipts.find(({ stage, number }) => stage === receipt.stage && number < receipt.number);
  const proven = receipts.filter(
    (one) => isStop(one) && one.number < receipt.number && one.number > (proofBefore?.number ?? 0),
  );
  const since = Math.min(...proven.map(({ wall }) => wall)) - proofWithinMs;
  const reachesBack = proofBefore !== undefined || receipts.some(({ wall }) => wall < since);
  return reachesBack && proven.every((stop) => endedOnlyDrills(stop, receipts));
};

/** Is it about a drill or a test? `receipts` are all that the page has, newest first. */
export const isOfDrill = (receipt: ReceiptView, receipts: Receipts): boolean => {
  const status = knownStatus(receipt, receipts);
  return status === null ? isOfDrillStop(receipt, receipts) : isDrill(status);
};
