/** The receipt of asyncapi.json (`SignedReceipt`) as far as the centre looks into it. */
export interface BoxReceipt {
  readonly number: number;
  readonly at: { readonly mono: number; readonly wall: number; readonly trust: 'trusted' | 'guessed' };
  readonly trace: string;
  readonly alert: string | null;
  readonly broadcast: string | null;
  readonly status: 'actual' | 'drill' | 'test' | null;
  readonly body: ReceiptBody;
}

export type ReceiptBody = { readonly stage: string } & Readonly<Record<string, unknown>>;

export interface SignedReceipt {
  readonly v: 1;
  readonly type: string;
  readonly box: string;
  readonly receipt: BoxReceipt;
}

/** A receipt whose signature held, as it stands in receipts.ndjson. */
export interface StoredReceipt {
  readonly box: string;
  readonly type: string;
  readonly receipt: BoxReceipt;
  /** Wall time of arrival by the centre's clock. */
  readonly arrivedAt: number;
  /** SHA-256 of the signed bytes, hex. */
  readonly hash: string;
  readonly signed: string;
  readonly signature: string;
}

/** Name of the event for each stage (order-envelope.md, Receipts); a terminal's name ends with its verdict. */
const typeOfStage: Readonly<Record<string, string>> = {
  received: 'ack.received',
  verified: 'ack.valid',
  refused: 'ack.refused',
  queued: 'broadcast.queued',
  started: 'broadcast.playing',
  preempted: 'broadcast.preempted',
  resumed: 'broadcast.resumed',
  degraded: 'broadcast.degraded',
  'first-sound': 'broadcast.first-sound',
  ended: 'broadcast.ended',
  done: 'order.done',
  answered: 'duty.answered',
  'unproven-silence': 'terminal.silence-unproven',
  health: 'terminal.health',
  'quiet-test': 'terminal.quiet-test',
  restarted: 'box.restarted',
  noted: 'box.noted',
};

/** The documented name of a receipt's event. */
export const typeOf = (body: ReceiptBody): string =>
  body.stage === 'terminal' ? `terminal.${String(body['verdict'])}` : (typeOfStage[body.stage] ?? '');

export interface Sums {
  readonly due: number;
  readonly sounded: number;
  readonly failed: number;
  readonly unknown: number;
}

const numberAt = (body: ReceiptBody, key: string): number => (typeof body[key] === 'number' ? body[key] : 0);

/** The counters of an `ended` receipt. */
export const sumsOf = (body: ReceiptBody): Sums => ({
  due: numberAt(body, 'due'),
  sounded: numberAt(body, 'sounded'),
  failed: numberAt(body, 'failed'),
  unknown: numberAt(body, 'unknown'),
});

export const sumsHold = ({ due, sounded, failed, unknown }: Sums): boolean => due === sounded + failed + unknown;
