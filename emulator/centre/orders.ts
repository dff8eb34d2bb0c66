import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ok } from '../../src/words/failure.ts';
import { beijingText } from './beijing-time.ts';
import type { Authority, CentreKey, OrderClass, PublicSender } from './centre-keys.ts';
import { centreFailed, type CentreResult } from './codes.ts';

/** A recording that an order names. */
export interface AlertAudio {
  readonly sha256: string;
  readonly bytes: number;
  readonly format: 'wav' | 'mp3' | 'opus';
  readonly durationMs: number;
}

/** The alert of order-envelope.md. */
export interface Alert {
  readonly id: string;
  readonly status: 'actual' | 'drill' | 'test';
  readonly class: 'emergency' | 'routine';
  readonly event: string;
  readonly severity: 'red' | 'orange' | 'yellow' | 'blue' | 'unknown';
  readonly stage: 'now' | '2h' | '6h' | '24h';
  readonly authority: Authority;
  readonly voice: 'live' | 'recorded';
  readonly zones: readonly string[];
  readonly headline: string;
  readonly text: string;
  readonly plan: string | null;
  readonly sirenUnlocked: boolean;
  readonly audio?: AlertAudio | null;
}

export type OrderBody =
  | { readonly kind: 'issue' | 'update'; readonly alert: Alert }
  | { readonly kind: 'cancel'; readonly alertId: string }
  | { readonly kind: 'all-clear' | 'correction'; readonly alertId: string; readonly text: string }
  | { readonly kind: 'stop'; readonly alertId: string | null }
  | { readonly kind: 'store-audio'; readonly audio: AlertAudio }
  | { readonly kind: 'set-keys'; readonly keys: readonly PublicSender[] };

/** Ways of being wrong on purpose, one at a time; everything else of the order stays right. */
export const misdeeds = ['bad-signature', 'unknown-key', 'expired', 'wrong-scope', 'oversize'] as const;
export type Misdeed = (typeof misdeeds)[number];

export interface OrderOptions {
  /** Division-code prefix or box id; the area of the centre when absent. */
  readonly scope?: string;
  readonly class?: OrderClass;
  readonly validForS?: number;
  readonly misdeed?: Misdeed;
}

const nullableText = Type.Union([Type.Null(), Type.String()]);

/** An order as it is signed and kept in orders.ndjson: to repeat it, the very same bytes are sent again. */
const SignedOrderSchema = Type.Object({
  id: Type.String(),
  key: Type.String(),
  counter: Type.Integer({ minimum: 1 }),
  kind: Type.Enum(['issue', 'update', 'cancel', 'all-clear', 'correction', 'stop', 'store-audio', 'set-keys']),
  class: Type.Enum(['alarm', 'routine', 'drill', 'stop', 'keys']),
  alertId: nullableText,
  status: nullableText,
  severity: nullableText,
  headline: nullableText,
  misdeed: Type.Union([Type.Null(), Type.Enum(misdeeds)]),
  /** Wall time of signing by the centre's clock, and until when it may be sent again. */
  at: Type.Number(),
  validUntil: Type.Number(),
  envelope: Type.String(),
  signature: Type.String(),
});
export type SignedOrder = Readonly<Static<typeof SignedOrderSchema>>;

/** An order without its bytes, to be shown. */
export type OrderFacts = Omit<SignedOrder, 'envelope' | 'signature'>;

export const factsOf = (order: SignedOrder): OrderFacts => {
  const bytes = new Set(['envelope', 'signature']);
  return Object.fromEntries(Object.entries(order).filter(([name]) => !bytes.has(name))) as OrderFacts;
};

const signedOrderCheck = Compile(SignedOrderSchema);

/** A line of orders.ndjson; null when it is none. */
export const storedOrder = (value: unknown): SignedOrder | null => (signedOrderCheck.Check(value) ? value : null);

/** A box whose clock is a little behind must not find the order early. */
const backdatedMs = 30_000;
const defaultValidForS = 3600;
const envelopeMaxBytes = 8192;
/** An area where no box of the practice stands. */
const elsewhere = '990000';

/** `14 digits of the unit _ YYYYMMDDhhmmss _ N`, as alerts are numbered in China. */
export const newAlertId = (area: string, wallMs: number, counter: number): string =>
  `${area.replaceAll(/\D/g, '').padEnd(14, '0').slice(0, 14)}_${beijingText(wallMs).replaceAll(/\D/g, '')}_${counter}`;

const colours: Readonly<Record<Alert['severity'], string>> = {
  red: '红色',
  orange: '橙色',
  yellow: '黄色',
  blue: '蓝色',
  unknown: '',
};

/** A whole alert from the fields given; the rest is a red geological-hazard drill. */
export const alertFrom = (given: Partial<Alert>, id: string, area: string): Alert => {
  const status = given.status ?? 'drill';
  const drill = status !== 'actual';
  const title = `地质灾害${colours[given.severity ?? 'red']}预警`;
  return {
    id,
    status,
    class: 'emergency',
    event: '11D02',
    severity: 'red',
    stage: 'now',
    authority: 'county',
    voice: 'recorded',
    zones: [area],
    headline: drill ? `${title}（演练）` : title,
    text: `${drill ? '这是演练。' : ''}${title}，请立即转移到安全地带。`,
    plan: null,
    sirenUnlocked: false,
    ...given,
  };
};

/** The order class that fits a body; `ofAlert` is that of the alert which the body speaks of. */
export const classOf = (body: OrderBody, ofAlert: OrderClass | null): OrderClass => {
  if (body.kind === 'stop') return 'stop';
  if (body.kind === 'set-keys') return 'keys';
  if (body.kind === 'store-audio') return 'drill';
  if (!('alert' in body)) return ofAlert ?? 'alarm';
  if (body.alert.status !== 'actual') return 'drill';
  return body.alert.class === 'routine' ? 'routine' : 'alarm';
};

const alertOf = (body: OrderBody): Alert | null => ('alert' in body ? body.alert : null);

const alertIdOf = (body: OrderBody): string | null => {
  if ('alert' in body) return body.alert.id;
  return 'alertId' in body ? body.alertId : null;
};

export interface Signing {
  readonly body: OrderBody;
  readonly options: OrderOptions;
  readonly scope: string;
  readonly class: OrderClass;
  readonly id: string;
  readonly counter: number;
  /** The key that signs; for `unknown-key` the caller gives one that no box has pinned. */
  readonly key: CentreKey;
  readonly wallMs: number;
}

const spoilt = (signature: string): string => {
  const bytes = Buffer.from(signature, 'base64');
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return bytes.toString('base64');
};

/** The same JSON with blanks behind it, so that only its length is wrong. */
const padded = (text: string, bytes: number): string => text + ' '.repeat(Math.max(0, bytes - Buffer.byteLength(text)));

/** Makes the raw envelope and signs its exact bytes. The schema is checked by the caller, who has the document. */
export const signOrder = (signing: Signing): CentreResult<SignedOrder> => {
  const { body, options, counter, id, key, wallMs } = signing;
  const expired = options.misdeed === 'expired';
  const validForS = expired ? 60 : (options.validForS ?? defaultValidForS);
  const notBefore = Math.max(0, Math.round(wallMs) - (expired ? 7_200_000 : backdatedMs));
  const envelope = JSON.stringify({
    v: 1,
    key: key.sender.id,
    scope: options.misdeed === 'wrong-scope' ? elsewhere : signing.scope,
    counter,
    notBefore,
    validForS,
    class: signing.class,
    id,
    body,
  });
  const text = options.misdeed === 'oversize' ? padded(envelope, envelopeMaxBytes + 1) : envelope;
  const bytes = Buffer.byteLength(text);
  if (bytes > envelopeMaxBytes && options.misdeed !== 'oversize') return centreFailed('centre-order-large', `${bytes}`);
  const signature = key.sign(text);
  return ok({
    id,
    key: key.sender.id,
    counter,
    kind: body.kind,
    class: signing.class,
    alertId: alertIdOf(body),
    status: alertOf(body)?.status ?? null,
    severity: alertOf(body)?.severity ?? null,
    headline: alertOf(body)?.headline ?? null,
    misdeed: options.misdeed ?? null,
    at: Math.round(wallMs),
    validUntil: notBefore + validForS * 1000,
    envelope: text,
    signature: options.misdeed === 'bad-signature' ? spoilt(signature) : signature,
  });
};
