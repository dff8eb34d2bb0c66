import { hash } from 'node:crypto';
import type { Event } from '../core/event.ts';
import type { Order, OrderBody } from '../core/order.ts';
import type { Site } from '../core/site.ts';
import { explain } from '../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { envelopeMaxBytes, type EnvelopeHead } from './envelope-schema.ts';
import { checkOrder } from './order-checks.ts';
import { shapeFailure } from './shape.ts';
import { readStrictJson } from './strict-json.ts';
import { bodies, frame } from './validators.ts';
import { textOf, verifySigned, type SignedBytes, type Trust } from './verify.ts';

/** Everything an order is judged by; plain data and key objects, no clock and no disk. */
export interface IntakeContext extends Trust {
  readonly site: Site;
}

/** Why an order was refused, with what of it could be trusted: null until the signature held and the field was read. */
export interface Refusal extends Failure {
  readonly sender: string | null;
  readonly order: string | null;
}

/** @returns a refusal that names what of it was proven */
export const refused = (
  failure: Failure,
  sender: string | null = null,
  order: string | null = null,
): { readonly ok: false; readonly failure: Refusal } => ({ ok: false, failure: { ...failure, sender, order } });

/** What an envelope says, its shape proven; not yet judged against key and site. */
export interface ReadEnvelope {
  readonly head: EnvelopeHead;
  readonly body: OrderBody;
}

const readShape = (value: unknown): Result<ReadEnvelope> => {
  if (!frame.Check(value)) return shapeFailure(frame.Errors(value));
  const { body, ...head } = value;
  const validator = bodies[body.kind];
  return validator.Check(body) ? ok({ head, body }) : shapeFailure(validator.Errors(body), 'body');
};

const readJson = (raw: Uint8Array): Result<unknown> => {
  const text = textOf(raw);
  return text.ok ? readStrictJson(text.value) : text;
};

/**
 * Parses envelope bytes: UTF-8, strict JSON, closed schema. Exported for the tests of the parser alone; an order is read
 * with `readEnvelope`, which verifies first.
 */
export const parseEnvelope = (raw: Uint8Array): Result<ReadEnvelope> => {
  const json = readJson(raw);
  return json.ok ? readShape(json.value) : json;
};

/** SHA-256 over the raw bytes, hex: the `hash` of an order. */
export const hashOf = (raw: Uint8Array): string => hash('sha256', raw, 'hex');

/** The order's id where only the rest was wrong, so that the refusal can name the order. */
const idIn = (json: unknown): string | null => {
  const id: unknown = typeof json === 'object' && json !== null && 'id' in json ? json.id : null;
  return typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) ? id : null;
};

/** From a proven envelope to core's order. Shared by every encoding, so that all are judged alike. */
export const orderFrom = (
  envelope: ReadEnvelope,
  signed: SignedBytes,
  { context, via }: { readonly context: IntakeContext; readonly via: Order['via'] },
): Result<Order, Refusal> => {
  const { head } = envelope;
  const pinned = context.ring.get(head.key);
  if (pinned === undefined || head.key !== signed.key) {
    const params = { inner: head.key, outer: signed.key };
    return refused(failed('envelope-key-mismatch', params, { field: 'key' }).failure, signed.key, head.id);
  }
  const { sender } = pinned;
  const claim = { scope: head.scope, class: head.class, body: envelope.body };
  const body = checkOrder(claim, { sender, site: context.site, real: context.real });
  if (!body.ok) return refused(body.failure, sender.id, head.id);
  return ok({
    id: head.id,
    sender: sender.id,
    authority: sender.authority,
    counter: head.counter,
    class: head.class,
    notBefore: head.notBefore,
    validForMs: head.validForS * 1000,
    body: body.value,
    via,
    hash: hashOf(signed.raw),
  });
};

/**
 * Reads a signed order (docs/reference/order-envelope.md). Verifies the raw bytes before anything is parsed; whether the
 * order is fresh (validity, counter, seen before) is core's decision.
 *
 * @param signed raw UTF-8 JSON, at most 8192 bytes, with key id and signature
 * @param via the way it came
 * @returns the order with zones resolved to ids of this site, or the refusal: one code of `envelope-…` or `order-…`,
 *   the field, and the sender and order as far as they were proven
 */
export const readEnvelope = (
  signed: SignedBytes,
  context: IntakeContext,
  via: Order['via'],
): Result<Order, Refusal> => {
  const pinned = verifySigned(signed, context, envelopeMaxBytes);
  if (!pinned.ok) return refused(pinned.failure);
  const sender = pinned.value.sender.id;
  const json = readJson(signed.raw);
  if (!json.ok) return refused(json.failure, sender);
  const envelope = readShape(json.value);
  if (!envelope.ok) return refused(envelope.failure, sender, idIn(json.value));
  return orderFrom(envelope.value, signed, { context, via });
};

/** The refusal as the event that core journals and answers. */
export const refusalEvent = (refusal: Refusal, via: Order['via']): Extract<Event, { kind: 'refused' }> => ({
  kind: 'refused',
  code: refusal.code,
  detail: explain(refusal).en,
  sender: refusal.sender,
  order: refusal.order,
  via,
});
