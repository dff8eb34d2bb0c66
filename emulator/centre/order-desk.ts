import { randomBytes } from 'node:crypto';
import { ok } from '../../src/words/failure.ts';
import type { AsyncapiDocument } from './asyncapi-document.ts';
import { strangerKey, type CentreKey, type OrderClass } from './centre-keys.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { Folder, Log } from './folder.ts';
import type { Link } from './link.ts';
import {
  alertFrom,
  classOf,
  newAlertId,
  signOrder,
  storedOrder,
  type Alert,
  type OrderBody,
  type OrderOptions,
  type SignedOrder,
} from './orders.ts';

/** An order with the boxes it went to at once; the others get it when they connect, while it is valid. */
export interface SentOrder extends SignedOrder {
  readonly sentTo: readonly string[];
}

export interface OrderDeskPorts {
  readonly document: AsyncapiDocument;
  readonly key: CentreKey;
  readonly area: string;
  readonly wall: () => number;
  /** Links of proven boxes. */
  readonly links: () => readonly Link[];
}

/** Makes, keeps and repeats orders. Counters only rise, over restarts too: the newest stands in orders.ndjson. */
export interface OrderDesk {
  readonly send: (body: OrderBody, options?: OrderOptions) => Promise<CentreResult<SentOrder>>;
  /** A whole alert from the fields given; a new id unless one is given. */
  readonly draft: (given: Partial<Alert>) => Alert;
  /** The newest alert that was issued under this id, or the newest of all. */
  readonly alert: (id?: string) => CentreResult<Alert>;
  /** The very same bytes again, so many times, to every connected box. */
  readonly repeat: (order: SignedOrder, times: number) => readonly string[];
  /** What a box that just proved itself has not answered yet and may still get. */
  readonly waitingFor: (answered: ReadonlySet<string>) => readonly SignedOrder[];
  readonly list: () => readonly SignedOrder[];
  /** Hands one order to one link. */
  readonly hand: (link: Link, order: SignedOrder) => void;
}

const keptMax = 2000;

const messageOf = ({ key, signature, envelope }: SignedOrder) => ({ type: 'order', key, signature, envelope }) as const;

/** The alert inside an order of ours, as it was signed. */
const alertIn = (document: AsyncapiDocument, order: SignedOrder): Alert | null => {
  const content = document.content('order', order.envelope);
  if (!content.ok) return null;
  const { body } = content.value as { readonly body: OrderBody };
  return 'alert' in body ? body.alert : null;
};

/** Is the order as documented? One that is wrong on purpose need not be. */
const asDocumented = (document: AsyncapiDocument, order: SignedOrder): CentreResult<null> => {
  if (order.misdeed !== null) return ok(null);
  const content = document.content('order', order.envelope);
  if (!content.ok) return centreFailed('centre-order-invalid', content.failure.detail, content.failure.field);
  return document.outgoing(messageOf(order));
};

/** On the disk before it is sent, so that its counter is never used again. */
const keep = (log: Log, order: SignedOrder): Promise<CentreResult<null>> =>
  log.append(order).then(
    () => ok(null),
    (error: unknown) => centreFailed('centre-disk', String(error), 'orders.ndjson'),
  );

export const openOrderDesk = async (folder: Folder, ports: OrderDeskPorts): Promise<OrderDesk> => {
  const { document, area, wall, links } = ports;
  const log = folder.log('orders.ndjson');
  const all = (await folder.read('orders.ndjson')).flatMap((line) => storedOrder(line) ?? []);
  let counter = all.reduce((highest, order) => Math.max(highest, order.counter), 0);
  const kept = all.slice(-keptMax);
  const classes = new Map<string, OrderClass>();
  const remember = (order: SignedOrder): void => {
    if (order.alertId !== null && order.headline !== null) classes.set(order.alertId, order.class);
  };
  kept.forEach(remember);
  const hand = (link: Link, order: SignedOrder): void => link.send(JSON.stringify(messageOf(order)));
  const sign = (body: OrderBody, options: OrderOptions): CentreResult<SignedOrder> => {
    const about = 'alertId' in body && body.alertId !== null ? (classes.get(body.alertId) ?? null) : null;
    counter += 1;
    return signOrder({
      body,
      options,
      scope: options.scope ?? area,
      class: options.class ?? classOf(body, about),
      id: randomBytes(16).toString('hex'),
      counter,
      key: options.misdeed === 'unknown-key' ? strangerKey() : ports.key,
      wallMs: wall(),
    });
  };
  return {
    hand,
    list: () => [...kept],
    draft: (given) => alertFrom(given, given.id ?? newAlertId(area, wall(), counter + 1), area),
    alert: (id) => {
      const order = kept.findLast((one) => one.headline !== null && (id === undefined || one.alertId === id));
      const found = order === undefined ? null : alertIn(document, order);
      return found === null ? centreFailed('centre-alert-unknown', id ?? '', 'alertId') : ok(found);
    },
    send: async (body, options = {}) => {
      const signed = sign(body, options);
      if (!signed.ok) return signed;
      const fits = asDocumented(document, signed.value);
      if (!fits.ok) return fits;
      const written = await keep(log, signed.value);
      if (!written.ok) return written;
      kept.push(signed.value);
      if (kept.length > keptMax) kept.shift();
      remember(signed.value);
      const to = links();
      for (const link of to) hand(link, signed.value);
      return ok({ ...signed.value, sentTo: to.flatMap((link) => link.box ?? []) });
    },
    repeat: (order, times) => {
      const to = links();
      for (const link of to) for (let sent = 0; sent < times; sent += 1) hand(link, order);
      return to.flatMap((link) => link.box ?? []);
    },
    waitingFor: (answered) =>
      kept.filter((order) => order.misdeed === null && order.validUntil > wall() && !answered.has(order.id)),
  };
};
