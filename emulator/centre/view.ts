import type { AudioProgress } from './audio-desk.ts';
import type { Snapshot } from './box-book.ts';
import type { Centre } from './centre.ts';
import { factsOf, type OrderFacts, type SignedOrder } from './orders.ts';
import { sumsOf, type ReceiptBody, type StoredReceipt, type Sums } from './receipt.ts';
import type { SatelliteReport } from './satellite-report.ts';
import type { Remark } from './remarks.ts';

/** What came back to one order from one box, counted. */
export interface Tally extends Sums {
  readonly box: string;
  /** Due terminals that nothing was said of yet. */
  readonly pending: number;
  readonly ended: boolean;
}

export interface OrderView extends OrderFacts {
  readonly receipts: readonly StoredReceipt[];
  readonly tallies: readonly Tally[];
  /** What boxes answered when the order was sent again. */
  readonly repeated: readonly { readonly box: string; readonly outcome: ReceiptBody }[];
}

export interface BoxView {
  readonly id: string;
  readonly connected: boolean;
  readonly heardAgoMs: number | null;
  readonly acknowledged: number;
  readonly gaps: readonly (readonly [number, number])[];
  readonly journal: { readonly records: number; readonly head: string } | null;
  readonly snapshot: Snapshot | null;
  readonly snapshotAgoMs: number | null;
  /** Recordings on their way to it, or arrived, the newest last. */
  readonly audio: readonly AudioProgress[];
  /** Newest report that came by satellite, and its age. */
  readonly satellite: { readonly report: SatelliteReport; readonly agoMs: number } | null;
}

/** Everything that the page shows and `/api/state` answers. */
export interface CentreView {
  readonly url: string;
  readonly area: string;
  readonly wall: number;
  readonly cutForMs: number;
  readonly boxes: readonly BoxView[];
  readonly unproven: readonly string[];
  /** Newest first, at most 30. */
  readonly orders: readonly OrderView[];
  /** Receipts that belong to no order shown, newest first: the box itself, local triggers. */
  readonly others: readonly StoredReceipt[];
  /** Newest first. */
  readonly remarks: readonly Remark[];
}

const ordersShown = 30;
const othersShown = 40;
const remarksShown = 30;

/** The last word counts: a terminal that was silent and then repaired has sounded. */
const tallyOf = (box: string, receipts: readonly StoredReceipt[]): Tally => {
  const verdicts = new Map<string, string>();
  let due = 0;
  let ended: Sums | null = null;
  for (const { receipt } of receipts) {
    const { body } = receipt;
    if (body.stage === 'queued') due = Math.max(due, sumsOf(body).due);
    if (body.stage === 'ended') ended = sumsOf(body);
    if (body.stage === 'terminal') verdicts.set(String(body['terminal']), String(body['verdict']));
  }
  if (ended !== null) return { box, ...ended, pending: 0, ended: true };
  const count = (verdict: string): number => [...verdicts.values()].filter((one) => one === verdict).length;
  const sums = { due, sounded: count('sounded'), failed: count('failed'), unknown: count('unknown') };
  return { box, ...sums, pending: Math.max(0, due - verdicts.size), ended: false };
};

/** What ends an alert is told by the alert's own name, status and level: it bears none but its number. */
const namedFacts = (centre: Centre, order: SignedOrder): OrderFacts => {
  const facts = factsOf(order);
  if (facts.headline !== null || facts.alertId === null) return facts;
  const known = centre
    .orders()
    .map(factsOf)
    .findLast(({ headline, alertId }) => headline !== null && alertId === facts.alertId);
  if (known === undefined) return facts;
  const { headline, status, severity } = known;
  return { ...facts, headline, status: facts.status ?? status, severity: facts.severity ?? severity };
};

const orderView = (centre: Centre, order: SignedOrder, receipts: readonly StoredReceipt[]): OrderView => {
  const boxes = [...new Set(receipts.map(({ box }) => box))];
  const tallies = boxes
    .map((box) =>
      tallyOf(
        box,
        receipts.filter((one) => one.box === box),
      ),
    )
    .filter(({ due, ended }) => due > 0 || ended);
  const repeated = centre.boxes().flatMap(({ id, outcomes }) => {
    const outcome = outcomes.get(order.id);
    return outcome === undefined ? [] : [{ box: id, outcome }];
  });
  return { ...namedFacts(centre, order), receipts, tallies, repeated };
};

const boxViews = (centre: Centre): readonly BoxView[] => {
  const now = centre.wall();
  const connected = new Set(centre.connected());
  const bySatellite = (box: string): BoxView['satellite'] => {
    const newest = centre.satelliteReports().findLast(({ report }) => report.box === box);
    return newest === undefined ? null : { report: newest.report, agoMs: Math.max(0, now - newest.arrivedAt) };
  };
  return centre.boxes().map(({ id, ledger, witness, snapshot, heardAt }) => ({
    id,
    connected: connected.has(id),
    heardAgoMs: heardAt === null ? null : Math.max(0, now - heardAt),
    acknowledged: ledger.upTo(),
    gaps: ledger.gaps(),
    journal: witness.newest(),
    snapshot: snapshot?.content ?? null,
    audio: centre.audioProgress().filter((one) => one.box === id),
    snapshotAgoMs: snapshot === null ? null : Math.max(0, now - snapshot.arrivedAt),
    satellite: bySatellite(id),
  }));
};

export const viewOf = (centre: Centre): CentreView => {
  const orders = centre.orders().slice(-ordersShown).reverse();
  const shown = new Set(orders.map(({ id }) => id));
  const receipts = centre.receipts();
  return {
    url: centre.url,
    area: centre.area,
    wall: centre.wall(),
    cutForMs: centre.cutUntilMs() === 0 ? 0 : Math.max(0, centre.cutUntilMs() - centre.mono()),
    boxes: boxViews(centre),
    unproven: centre.unproven(),
    orders: orders.map((order) =>
      orderView(
        centre,
        order,
        receipts.filter(({ receipt }) => receipt.trace === order.id),
      ),
    ),
    others: receipts
      .filter(({ receipt }) => !shown.has(receipt.trace))
      .slice(-othersShown)
      .reverse(),
    remarks: centre.remarks().slice(-remarksShown).reverse(),
  };
};
