import { fill } from '../words/bilingual.ts';
import { coreErrors } from '../words/errors/core.ts';
import type { Alert } from './alert.ts';
import { areaPrefix } from './area.ts';
import { issueAlert, storeAudio } from './await-audio.ts';
import { heldByStop, newsOf } from './latch.ts';
import { cancelAlert, liftAlert } from './lift.ts';
import type { Order, OrderClass } from './order.ts';
import { outcomeAmong } from './outcome.ts';
import { refusal, refuseApart, tellRefusal, type Refusal } from './refuse.ts';
import { accept, isFresh, unheard } from './replay-window.ts';
import { stopAlerts } from './stop.ts';
import type { MonoMs } from './time.ts';
import type { SeenOrder } from './village.ts';
import { liveBroadcasts, receiptFor, zoneById, type Work } from './work.ts';

/** What sounds, waits, or is held by a stop under this number. */
const openAlerts = ({ durable }: Work, id: string): readonly Alert[] => {
  const held = heldByStop(durable, id);
  const open = [...liveBroadcasts(durable), ...durable.waiting, ...(held === undefined ? [] : [held, newsOf(held)])];
  return open.map(({ alert }) => alert).filter((alert) => alert.id === id);
};

/** Clocks of two honest machines may differ by this much. */
const skewMs = 5 * 60_000;
/** Ids are remembered for 30 days, at most this many; the counter window protects what is forgotten. */
const seenMax = 400;
const seenForMs = 30 * 86_400_000;
const keysMax = 16;

/** Validity by date holds only where the clock is trusted; a guessed clock refuses nothing for its date alone. */
const dateRefusal = (work: Work, order: Order): Refusal | null => {
  if (work.at.trust === 'guessed') return null;
  if (work.at.wall + skewMs < order.notBefore) return refusal('order-too-early');
  return work.at.wall - skewMs > order.notBefore + order.validForMs ? refusal('order-expired') : null;
};

/** The end of validity in box time: from the signed dates under a trusted clock, else counted from receipt. */
const expiryOf = (work: Work, order: Order): MonoMs => {
  if (work.at.trust === 'guessed') return work.at.mono + order.validForMs;
  const leftMs = order.notBefore + order.validForMs - work.at.wall;
  return work.at.mono + Math.max(0, Math.min(leftMs, order.validForMs) + skewMs);
};

const classOf = ({ status, class: alertClass }: Alert): OrderClass => {
  if (status !== 'actual') return 'drill';
  return alertClass === 'emergency' ? 'alarm' : 'routine';
};

/** The alert an order speaks of without bringing it along, where there is one: the newest, whatever became of it. */
const named = (work: Work, { body }: Order): readonly Alert[] => {
  if (!('alertId' in body) || body.alertId === null) return [];
  const waiting = work.durable.waiting.find(({ alert }) => alert.id === body.alertId);
  if (waiting !== undefined) return [waiting.alert];
  return Object.values(work.durable.broadcasts)
    .filter((broadcast) => broadcast.alert.id === body.alertId)
    .sort((a, b) => b.sequence - a.sequence)
    .slice(0, 1)
    .map(({ alert }) => alert);
};

/** An exercise may become real under its own number, and a notice an alarm. */
const mayFollow = (order: OrderClass, before: OrderClass): boolean => order === before || order === 'alarm';

const scopeRefusal = (work: Work, { sender }: Order, before: Alert): Refusal | null => {
  const scope = areaPrefix(work.durable.keys.find((key) => key.id === sender)?.scope ?? '');
  const outside = before.zones.find((id) => {
    const zone = zoneById(work.site, id);
    return (
      !areaPrefix(work.site.areaCode).startsWith(scope) &&
      zone?.areaCodes.every((code) => !code.startsWith(scope)) === true
    );
  });
  return outside === undefined ? null : refusal('out-of-reach', { alert: before.id, zone: outside });
};

/**
 * Whoever may only drill cannot cancel a real warning, and a key of one village cannot lift that of another: class and
 * scope are judged by the alert that is named, which only core knows. An update is judged by what it replaces, too.
 */
const reachRefusal = (work: Work, order: Order): Refusal | null => {
  const { body } = order;
  const isNew = body.kind === 'update' || body.kind === 'issue';
  for (const before of isNew ? openAlerts(work, body.alert.id) : named(work, order)) {
    const isFit = isNew
      ? mayFollow(order.class, classOf(before))
      : body.kind === 'stop' || order.class === classOf(before);
    const refused = isFit ? scopeRefusal(work, order, before) : refusal('class-unfit', { alert: before.id });
    if (refused !== null) return refused;
  }
  return null;
};

const obey = (work: Work, order: Order): Refusal | null => {
  const { body } = order;
  const from = { trace: order.id, source: order.sender, expiresAt: expiryOf(work, order) };
  switch (body.kind) {
    case 'issue':
    case 'update':
      return issueAlert(work, { ...from, kind: 'alert', alert: { ...body.alert, authority: order.authority } });
    case 'store-audio':
      return storeAudio(work, { ...from, audio: body.audio });
    case 'cancel':
      return cancelAlert(work, order.id, body.alertId);
    case 'all-clear':
    case 'correction':
      return liftAlert(work, { ...from, kind: body.kind, alertId: body.alertId, text: body.text });
    case 'stop':
      return stopAlerts(work, order.id, body.alertId);
    case 'set-keys': {
      if (!body.keys.some((key) => key.classes.includes('keys'))) return refusal('keys-without-keyholder');
      work.durable.keys = body.keys.slice(0, keysMax);
      receiptFor(work, { trace: order.id }, { stage: 'done', what: 'keys-set' });
      return null;
    }
  }
};

const remember = (work: Work, order: Order): void => {
  const fresh = Object.entries(work.durable.seen).filter(([, seen]) => seen.at > work.at.mono - seenForMs);
  // An alarm does not wait for a list to be sorted that is not too long yet.
  const kept = fresh.length < seenMax ? fresh : fresh.sort(([, a], [, b]) => b.at - a.at).slice(0, seenMax - 1);
  const receipts = work.effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt] : []));
  const outcome = outcomeAmong(receipts, order.id);
  const entry: SeenOrder = { at: work.at.mono, hash: order.hash.slice(0, 16), via: order.via, outcome };
  work.durable.seen = { ...Object.fromEntries(kept), [order.id]: entry };
};

/** Only an order that switches an emergency on, or a stop, goes to the wire at the same time as its record. */
const mayActAtOnce = ({ body }: Order): boolean => {
  if (body.kind === 'stop') return true;
  if (body.kind !== 'issue' && body.kind !== 'update') return false;
  return body.alert.status === 'actual' && body.alert.class === 'emergency';
};

/**
 * Takes an order whose signature intake has proven: never seen before (counter and window of its sender, id), in its
 * validity, then obeyed or refused with its reason. The same order again changes nothing and is answered as before.
 */
export const takeOrder = (work: Work, order: Order): void => {
  const seen = work.durable.seen[order.id];
  if (seen !== undefined && seen.hash === order.hash.slice(0, 16)) {
    work.effects.push({ do: 'answer', order: order.id, via: order.via, outcome: seen.outcome });
    return;
  }
  work.urgent = mayActAtOnce(order);
  const state = work.durable.senders[order.sender] ?? unheard;
  if (seen !== undefined || !isFresh(state, order.counter)) {
    const params = { sender: order.sender, counter: order.counter };
    const detail = fill(coreErrors['order-replayed'].en, params);
    refuseApart(work, order.id, { code: 'order-replayed', detail });
    // Told once: the same replay again is answered and costs no record.
    if (seen === undefined) remember(work, order);
    return;
  }
  work.durable.senders = { ...work.durable.senders, [order.sender]: accept(state, order.counter) };
  receiptFor(work, { trace: order.id }, { stage: 'received' });
  receiptFor(work, { trace: order.id }, { stage: 'verified' });
  const refused = dateRefusal(work, order) ?? reachRefusal(work, order) ?? obey(work, order);
  if (refused !== null) tellRefusal(work, order.id, refused);
  remember(work, order);
};
