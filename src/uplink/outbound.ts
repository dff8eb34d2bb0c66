import { canonicalJson } from '../core/canonical-json.ts';
import type { Receipt, Stage } from '../core/receipt.ts';
import { failed, type Failure } from '../words/failure.ts';
import { wholeCharacters } from '../words/bilingual.ts';
import { explain } from '../words/error-codes.ts';
import {
  messageMaxBytes,
  type BoxMessage,
  type SignedOutcome,
  type SignedSnapshot,
  type SignedStatus,
  type Snapshot,
} from './messages.ts';
import type { ReceiptType, SignedReceipt } from './receipt-message.ts';

/** The box's own key. */
export interface UplinkSigner {
  /** @returns 64 bytes of Ed25519 signature */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** Room left in a message for its frame and for escaped quotes. */
const itemsMaxBytes = messageMaxBytes - 1024;

const stageNames: Readonly<Record<Exclude<Stage['stage'], 'terminal'>, ReceiptType>> = {
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

/** The name of a receipt in the centre's message chain. */
export const receiptTypeOf = (body: Stage): ReceiptType =>
  body.stage === 'terminal' ? `terminal.${body.verdict}` : stageNames[body.stage];

interface SignedText {
  readonly signed: string;
  readonly signature: string;
}

/**
 * One JSON text and the signature over its UTF-8 bytes. Canonical, so that a receipt which is sent again after a restart
 * is the very same bytes: a centre that compares them is right to.
 */
const signedText = (
  value: SignedOutcome | SignedReceipt | SignedSnapshot | SignedStatus,
  signer: UplinkSigner,
): SignedText => {
  const signed = canonicalJson(value);
  return { signed, signature: Buffer.from(signer.sign(Buffer.from(signed, 'utf8'))).toString('base64') };
};

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

/** The wire's own copy: the schema's arrays are not readonly, the receipt's are. */
const wireReceipt = ({ body, ...rest }: Receipt): SignedReceipt['receipt'] => ({
  ...rest,
  body:
    body.stage === 'queued'
      ? { ...body, zones: [...body.zones] }
      : body.stage === 'unproven-silence'
        ? { ...body, terminals: [...body.terminals] }
        : body,
});

export const signReceipt = (receipt: Receipt, box: string, signer: UplinkSigner): SignedText =>
  signedText({ v: 1, type: receiptTypeOf(receipt.body), box, receipt: wireReceipt(receipt) }, signer);

/**
 * Signs receipts one by one and packs them into as many messages as the size allows. A single receipt that fits no message
 * goes as its number with a note: it must not hold up all that come after it.
 */
export const receiptMessages = (
  receipts: readonly Receipt[],
  box: string,
  signer: UplinkSigner,
): readonly Extract<BoxMessage, { type: 'receipts' }>[] => {
  const messages: SignedText[][] = [];
  let room = 0;
  for (const receipt of receipts) {
    const whole = signReceipt(receipt, box, signer);
    const note = failed('uplink-receipt-too-long', { number: receipt.number }).failure;
    const item =
      bytesOf(whole) <= itemsMaxBytes
        ? whole
        : signReceipt({ ...receipt, body: { stage: 'noted', code: note.code, detail: explain(note).en } }, box, signer);
    const size = bytesOf(item) + 1;
    const open = messages.at(-1);
    if (open === undefined || size > room) {
      messages.push([item]);
      room = itemsMaxBytes - size;
    } else {
      open.push(item);
      room -= size;
    }
  }
  return messages.map((items) => ({ type: 'receipts', items }));
};

/** The full state; one that fits no message goes without its details and says so in `troubles`. */
export const snapshotMessage = (snapshot: Snapshot, sequence: number, signer: UplinkSigner): BoxMessage => {
  const state = { v: 1 as const, type: 'box.snapshot' as const, sequence };
  const whole = signedText({ ...state, ...snapshot }, signer);
  if (bytesOf(whole) <= itemsMaxBytes) return { type: 'snapshot', ...whole };
  const troubles = [...snapshot.troubles.slice(0, 31), 'uplink-snapshot-too-long'];
  return {
    type: 'snapshot',
    ...signedText({ ...state, ...snapshot, broadcasts: [], terminals: [], troubles }, signer),
  };
};

/** Sign of life with journal head, from the same state; `nonce` of the ping it answers, or null. */
export const statusMessage = (
  snapshot: Snapshot,
  { sequence, nonce }: { readonly sequence: number; readonly nonce: string | null },
  signer: UplinkSigner,
): BoxMessage => {
  const { box, boot, at, journal, receipts } = snapshot;
  const status = { v: 1 as const, type: 'box.status' as const, sequence, box, boot, at, journal, receipts, nonce };
  return { type: 'status', ...signedText(status, signer) };
};

/** What became of an order that came again. */
export const outcomeMessage = (
  { box, at }: Pick<Snapshot, 'box' | 'at'>,
  { order, outcome }: Pick<SignedOutcome, 'order' | 'outcome'>,
  signer: UplinkSigner,
): BoxMessage => ({ type: 'outcome', ...signedText({ v: 1, type: 'order.outcome', box, at, order, outcome }, signer) });

/** What a centre is told when its message was none of the document. */
export const problemMessage = (failure: Failure): BoxMessage => {
  const { zh, en } = explain(failure);
  const field = failure.at?.field ?? null;
  return {
    type: 'problem',
    code: failure.code,
    field: field === null ? null : wholeCharacters(field.slice(0, 128)),
    zh: wholeCharacters(zh.slice(0, 512)),
    en: wholeCharacters(en.slice(0, 512)),
  };
};
