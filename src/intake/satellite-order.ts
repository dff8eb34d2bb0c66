import { createHash } from 'node:crypto';
import type { Alert, Authority, Severity, Stage } from '../core/alert.ts';
import type { Order, OrderBody, OrderClass } from '../core/order.ts';
import type { Plan, Site } from '../core/site.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { safeText } from './envelope-schema.ts';
import { orderFrom, refused, type IntakeContext, type Refusal } from './envelope.ts';
import type { PinnedKey } from './keys.ts';
import { textOf, usable } from './verify.ts';

/**
 * The compact order: one BeiDou message of at most 210 bytes, of which the A4 mark of mixed mode takes one. Layout and a
 * worked example: docs/reference/satellite.md. All numbers are big-endian.
 */
export const satelliteOrderMaxBytes = 209;
const signatureBytes = 64;
const longestValidityS = 604_800;
const plainText = new RegExp(safeText);
const mark = 0x91;
/** Seconds of 2020-01-01T00:00:00Z. */
const epochS = 1_577_836_800;

const kinds = [null, 'issue', 'update', 'cancel', 'all-clear', 'stop'] as const;
const classes: readonly (OrderClass | null)[] = [null, 'alarm', 'routine', 'drill', 'stop'];
const severities: readonly Severity[] = ['unknown', 'blue', 'yellow', 'orange', 'red'];
const stages: readonly Stage[] = ['now', '2h', '6h', '24h'];
const statuses = ['actual', 'drill', 'test'] as const;
const authorities: readonly Authority[] = ['national', 'province', 'city', 'county', 'township', 'village', 'box'];

const severityWords: Readonly<Record<Severity, string>> = {
  red: '红色',
  orange: '橙色',
  yellow: '黄色',
  blue: '蓝色',
  unknown: '',
};
const statusWords = { actual: '', drill: '这是演练。', test: '这是测试。' } as const;

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** First 8 bytes of SHA-256 over the box id: a compact order is for one box. */
export const boxMark = (boxId: string): Buffer => sha256(boxId).subarray(0, 8);

/** First 4 bytes of SHA-256 over the ids of zones and plans in their order: both sides must count the same table. */
export const tableMark = ({ zones, plans }: Site): Buffer =>
  sha256(JSON.stringify([zones.map((zone) => zone.id), plans.map((plan) => plan.id)])).subarray(0, 4);

const framing = (detail: string): ReturnType<typeof failed> => failed('satellite-framing', { detail });

/** Reads on through the bytes; past the end it gives empty bytes and remembers it, so that reading stays total. */
interface Cursor {
  readonly bytes: Buffer;
  at: number;
  short: boolean;
}

const next = (cursor: Cursor, length: number): Buffer => {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) cursor.short = true;
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
};

const nextNumber = (cursor: Cursor, length: number): number => {
  const part = next(cursor, length);
  return part.length === length ? part.readUIntBE(0, length) : 0;
};

const nextText = (cursor: Cursor): string => next(cursor, nextNumber(cursor, 1)).toString('latin1');

/** The fixed first 42 bytes. */
const readHead = (cursor: Cursor) => {
  const first = nextNumber(cursor, 1);
  const kindAndClass = nextNumber(cursor, 1);
  return {
    mark: first,
    kind: kinds[kindAndClass >> 4] ?? null,
    class: classes[kindAndClass & 15] ?? null,
    key: next(cursor, 4).toString('hex'),
    counter: nextNumber(cursor, 6),
    notBefore: (epochS + nextNumber(cursor, 4)) * 1000,
    validForS: nextNumber(cursor, 2) * 60,
    box: next(cursor, 8),
    id: next(cursor, 16).toString('hex'),
  };
};

const zonesOf = (bitmap: Buffer, site: Site): Result<readonly string[]> => {
  const zones: string[] = [];
  for (let bit = 0; bit < bitmap.length * 8; bit += 1) {
    if ((((bitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0) continue;
    const zone = site.zones[bit];
    if (zone === undefined) return failed('order-zone-unknown', { zone: `#${bit}` });
    zones.push(zone.id);
  }
  return zones.length === 0 ? framing('no zone') : ok(zones);
};

const planOf = (number: number, site: Site): Result<Plan | null> => {
  if (number === 0) return ok(null);
  const plan = site.plans[number - 1];
  return plan === undefined ? failed('satellite-plan-unknown', { number }) : ok(plan);
};

const restText = (cursor: Cursor): Result<string> => {
  const text = textOf(next(cursor, Math.max(0, cursor.bytes.length - cursor.at)));
  if (!text.ok) return text;

  return plainText.test(text.value) ? text : framing('control character in the text');
};

/** A compact order has little room for words: what it does not say is said from plan and severity. */
const wordsOf = (alert: { status: Alert['status']; severity: Severity; event: string }, plan: Plan | null) => {
  const headline = `${plan?.name.zh ?? alert.event}${severityWords[alert.severity]}预警`;
  return { headline, text: `${statusWords[alert.status]}${headline}，请立即按预案行动。` };
};

const readAlert = (cursor: Cursor, id: string, site: Site): Result<Alert> => {
  if (!next(cursor, 4).equals(tableMark(site))) {
    return cursor.short ? framing('too short') : failed('satellite-table-differs');
  }
  const plan = planOf(nextNumber(cursor, 1), site);
  if (!plan.ok) return plan;
  const flags = nextNumber(cursor, 1);
  const speaker = nextNumber(cursor, 1);
  const event = nextText(cursor);
  const zones = zonesOf(next(cursor, nextNumber(cursor, 1)), site);
  if (cursor.short) return framing('too short');
  if (!zones.ok) return zones;
  const severity = severities[flags >> 5];
  const stage = stages[(flags >> 3) & 3];
  const status = statuses[(flags >> 1) & 3];
  const authority = authorities[speaker & 7];
  if (severity === undefined || stage === undefined || status === undefined || authority === undefined) {
    return framing('severity, status or authority');
  }
  if (speaker > 15 || !/^[0-9A-Z]{1,8}$/.test(event)) return framing('event or class');
  const text = restText(cursor);
  if (!text.ok) return text;
  const words = wordsOf({ status, severity, event }, plan.value);
  return ok({
    id,
    status,
    class: (speaker & 8) === 0 ? 'emergency' : 'routine',
    event,
    severity,
    stage,
    authority,
    voice: 'recorded',
    zones: zones.value,
    headline: words.headline,
    text: text.value === '' ? words.text : `${statusWords[status]}${text.value}`,
    plan: plan.value?.id ?? null,
    sirenUnlocked: (flags & 1) === 1,
  });
};

const readBody = (cursor: Cursor, kind: NonNullable<(typeof kinds)[number]>, site: Site): Result<OrderBody> => {
  const alertId = nextText(cursor);
  if (cursor.short) return framing('too short');
  const whole = kind === 'stop' && alertId === '';
  if (!whole && !/^[!-~]{1,64}$/.test(alertId)) return framing('alert id');
  if (kind === 'issue' || kind === 'update') {
    const alert = readAlert(cursor, alertId, site);
    return alert.ok ? ok({ kind, alert: alert.value }) : alert;
  }
  if (kind === 'all-clear') {
    const text = restText(cursor);
    return text.ok ? ok({ kind, alertId, text: text.value === '' ? '预警解除。' : text.value }) : text;
  }
  if (cursor.at !== cursor.bytes.length) return framing('bytes after the end');
  return ok(kind === 'stop' ? { kind, alertId: whole ? null : alertId } : { kind, alertId });
};

/** The pinned key whose fingerprint begins as the message says and whose signature holds. */
const signerIn = (message: Buffer, context: IntakeContext): Result<PinnedKey> => {
  const raw = message.subarray(0, -signatureBytes);
  const key = raw.subarray(2, 6).toString('hex');
  const candidates = [...context.ring.values()].filter((pinned) => pinned.fingerprint.startsWith(key));
  if (candidates.length === 0) return failed('envelope-key-unknown', { key });
  const usables = candidates.map((pinned) => usable(pinned, context));
  const refusal = usables.find((result) => !result.ok);
  const signer = candidates.find(
    (pinned, index) => usables[index]?.ok === true && pinned.holds(raw, message.subarray(-signatureBytes)),
  );
  if (signer !== undefined) return ok(signer);
  return refusal ?? failed('envelope-signature-wrong', { key });
};

/**
 * Reads a compact signed order as it came by satellite, without the A4 mark. Verified before parsed, and judged by the same
 * checks as an envelope.
 *
 * @param bytes at most 209 bytes: order, then 64 bytes of Ed25519 signature over all before
 * @returns the order with `via` satellite, or a refusal with a `satellite-…`, `envelope-…` or `order-…` code
 */
export const readSatelliteOrder = (bytes: Uint8Array, context: IntakeContext): Result<Order, Refusal> => {
  const message = Buffer.from(bytes);
  if (message.length > satelliteOrderMaxBytes) {
    const params = { bytes: message.length, max: satelliteOrderMaxBytes };
    return refused(failed('satellite-too-long', params).failure);
  }
  if (message.length < 43 + signatureBytes || message[0] !== mark) return refused(framing('no compact order').failure);
  const pinned = signerIn(message, context);
  if (!pinned.ok) return refused(pinned.failure);
  const { sender } = pinned.value;
  const cursor: Cursor = { bytes: message.subarray(0, -signatureBytes), at: 0, short: false };
  const head = readHead(cursor);
  const refuse = (failure: ReturnType<typeof failed>) => refused(failure.failure, sender.id, head.id);
  if (!head.box.equals(boxMark(context.site.id))) {
    return refuse(failed('order-wrong-box', { scope: head.box.toString('hex') }));
  }
  if (head.kind === null || head.class === null) return refuse(framing('kind or class'));
  if (head.counter === 0 || head.validForS === 0 || head.validForS > longestValidityS) {
    return refuse(framing('counter or validity'));
  }
  const body = readBody(cursor, head.kind, context.site);
  if (!body.ok) return refuse(body);
  const envelope = {
    head: {
      v: 1 as const,
      key: sender.id,
      scope: context.site.id,
      counter: head.counter,
      notBefore: head.notBefore,
      validForS: head.validForS,
      class: head.class,
      id: head.id,
    },
    body: body.value,
  };
  const signed = { raw: cursor.bytes, key: sender.id, signature: message.subarray(-signatureBytes) };
  return orderFrom(envelope, signed, { context, via: 'satellite' });
};
