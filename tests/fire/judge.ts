import { isFresh } from '../../src/core/replay-window.ts';
import type { Durable } from '../../src/core/village.ts';
import type { StoredReceipt } from '../../emulator/centre/receipt.ts';
import type { Breach } from '../simulate/checker.ts';
import type { FireVillage } from './fire-village.ts';
import type { Remains } from './remains.ts';

type Rule = (facts: Facts) => string | null;

interface Facts {
  readonly village: FireVillage;
  readonly before: Remains | null;
  readonly now: Remains;
  /** Ids that people on site were told are recorded, in the life that ended. */
  readonly locals: readonly string[];
}

/** What may only ever rise, over all lives. */
const counters = (durable: Durable): Readonly<Record<string, number>> => ({
  ...{ nextReceipt: durable.nextReceipt, sequence: durable.sequence, acknowledged: durable.acknowledged },
  ...{ satelliteReports: durable.satelliteReports, framesSent: durable.framesSent },
  ...Object.fromEntries(Object.entries(durable.senders).map(([id, { high }]) => [`counter of ${id}`, high])),
});

const countersRise: Rule = ({ before, now }) => {
  if (before === null) return null;
  const after = counters(now.durable);
  const fallen = Object.entries(counters(before.durable)).find(([name, value]) => (after[name] ?? 0) < value);
  return fallen === undefined ? null : `${fallen[0]} fell from ${fallen[1]} to ${String(after[fallen[0]])}`;
};

const receivedOrders = (taken: readonly StoredReceipt[]): readonly string[] =>
  taken.flatMap(({ receipt }) => (receipt.body.stage === 'received' ? [receipt.trace] : []));

/** Known, and never to be taken a second time, however often it is sent again. */
const ordersStand: Rule = ({ village, now }) => {
  const orders = new Map(village.centre.orders().map((order) => [order.id, order]));
  for (const id of receivedOrders(village.taken)) {
    const order = orders.get(id);
    const sender = now.durable.senders[order?.key ?? ''];
    if (order === undefined) continue;
    if (sender === undefined || isFresh(sender, order.counter)) return `acknowledged order ${id} is not known`;
  }
  return null;
};

const receiptsStand: Rule = ({ village, now }) => {
  const most = village.taken.reduce((high, { receipt }) => Math.max(high, receipt.number), 0);
  return most < now.durable.nextReceipt ? null : `the centre has receipt ${most}, the box would count it again`;
};

const localsStand: Rule = ({ now, locals }) => {
  const lost = locals.find((id) => !now.fresh.includes(id));
  return lost === undefined ? null : `${lost} was told to be recorded and is not`;
};

const journalHolds: Rule = ({ now }) => (now.damaged.length === 0 ? null : `damaged: ${now.damaged.join(' ')}`);

const headFits: Rule = ({ village, now }) => {
  const verdict = village.centre.headFits(village.site.id, { records: now.head.number, head: now.head.hash });
  return verdict === 'changed' || verdict === 'behind' ? `the journal is ${verdict}` : null;
};

/** Every record that was there is there: the chain goes on from where it ended. */
const chainGoesOn: Rule = ({ before, now }) => {
  if (before === null || before.head.number === 0) return null;
  if (now.head.number < before.head.number) return `${before.head.number} records, now ${now.head.number}`;
  const same = now.chain.find(({ number }) => number === before.head.number);
  return same === undefined || same.hash === before.head.hash ? null : `record ${same.number} is another one`;
};

const rules: readonly (readonly [promise: string, rule: Rule])[] = [
  ['I1', ordersStand],
  ['1', receiptsStand],
  ['1', localsStand],
  ['I3', countersRise],
  ['12', journalHolds],
  ['12', headFits],
  ['12', chainGoesOn],
];

/** What is wrong with what a dead box has left, after what it had said while it lived. */
export const judgeRemains = (facts: Facts): readonly Breach[] =>
  rules.flatMap(([promise, rule]) => {
    const what = rule(facts);
    return what === null ? [] : [{ promise, what }];
  });

/** Remarks of the centre that mean that something was lost, doubled or made up. */
const grave = [
  ...['centre-receipt-gap', 'centre-receipt-conflict', 'centre-receipt-elsewhere', 'centre-receipt-back'],
  ...['centre-receipt-stage', 'centre-receipt-sum', 'centre-journal-back', 'centre-journal-changed'],
  'centre-journal-none',
  ...['centre-signature', 'centre-message-shape', 'centre-content-shape', 'centre-box-problem', 'centre-box-other'],
];

const countBy = (
  receipts: readonly StoredReceipt[],
  stage: string,
  key: 'trace' | 'broadcast',
): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { receipt } of receipts) {
    const id = receipt[key];
    if (receipt.body.stage === stage && id !== null && id !== '') counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};

const twice = (counts: Map<string, number>, what: string): readonly string[] =>
  [...counts].flatMap(([id, count]) => (count > 1 ? [`${id} ${what} ${count} times`] : []));

/** Every receipt up to the last is with the centre, or still owed to it. */
const gapsIn = (taken: readonly StoredReceipt[], { durable, owed }: Remains): readonly string[] => {
  const numbers = new Set(taken.map(({ receipt }) => receipt.number));
  const last = durable.nextReceipt - 1;
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter(
    (number) => !numbers.has(number) && !owed.some((one) => one.number === number),
  );
  const doubled = taken.length - numbers.size;
  return [
    ...(missing.length > 0 ? [`${missing.length} receipts never came, ${String(missing[0])} the first`] : []),
    ...(doubled > 0 ? [`${doubled} receipts were told twice`] : []),
  ];
};

/** A siren may sound so long at a stretch, whatever happens to the box: the cap and its margin. */
const stretchMaxMs = 180_000 + 30_000;

const longSirens = ({ site, world }: FireVillage): readonly string[] =>
  site.terminals.flatMap(({ id, kind }) => {
    const long = world.core.timeline
      .of(id)
      .find(({ fromMs, toMs }) => (toMs ?? world.core.timeline.elapsedMs) - fromMs > stretchMaxMs);
    return kind === 'siren' && long !== undefined
      ? [`${id} sounded from ${long.fromMs} to ${String(long.toMs)} ms`]
      : [];
  });

/** When all is over and the box has had time to tell everything: the whole story, as the centre has it. */
export const judgeStory = (village: FireVillage, last: Remains): readonly Breach[] => {
  const { taken, centre } = village;
  const answered = new Set(taken.map(({ receipt }) => receipt.trace));
  const lost = centre.orders().filter(({ id, misdeed }) => misdeed === null && !answered.has(id));
  const queued = countBy(taken, 'queued', 'broadcast');
  const ended = countBy(taken, 'ended', 'broadcast');
  const { broadcasts } = last.durable;
  const open = [...queued.keys()].filter((id) => !ended.has(id) && broadcasts[id]?.ended !== null);
  const vanished = open.filter((id) => broadcasts[id] === undefined);
  const of = (promise: string, whats: readonly string[]): readonly Breach[] => whats.map((what) => ({ promise, what }));
  return [
    ...of('1', lost.length === 0 ? [] : [`${lost.length} orders never answered, ${String(lost[0]?.id)} the first`]),
    ...of('1', gapsIn(taken, last)),
    ...of('I2', twice(countBy(taken, 'queued', 'trace'), 'was queued')),
    ...of('I6', twice(ended, 'ended')),
    ...of(
      'I6',
      vanished.map((id) => `broadcast ${id} vanished without an end`),
    ),
    ...of('9', longSirens(village)),
    ...of(
      'I9',
      centre.remarks().flatMap(({ code, detail }) => (grave.includes(code) ? [`${code}: ${detail}`] : [])),
    ),
  ];
};
