import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { AlertAudio } from '../../src/core/alert.ts';
import type { OrderClass, SenderKey } from '../../src/core/order.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Dice } from './dice.ts';
import type { CentreEnd } from './sim-net.ts';

/** PKCS #8 of an Ed25519 key up to its 32-byte seed (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const rawKeyBytes = 32;

/** A key that follows from a name: the same run has the same keys. */
export const keyFrom = (name: string): KeyObject => {
  const seed = createHash('sha256').update(name).digest();
  return createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
};

export const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-rawKeyBytes).toString('base64');

export interface CentreOrder {
  readonly id: string;
  readonly key: string;
  readonly class: OrderClass;
  readonly body: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** What is wrong with it on purpose; null for an honest one. */
  readonly wrong: 'forged' | 'expired' | 'elsewhere' | 'unknown-key' | 'older-night' | null;
  readonly envelope: string;
  readonly signature: string;
  readonly counter: number;
  /** Wall time up to which it is valid, by the true clock. */
  readonly validUntil: number;
}

export interface SimCentre {
  readonly senders: readonly SenderKey[];
  /** Every order ever sent, by id, in the order of their making. */
  readonly orders: ReadonlyMap<string, CentreOrder>;
  /** Ids of those that have left. */
  readonly sent: ReadonlySet<string>;
  /** Receipts by number as they first came. */
  readonly receipts: ReadonlyMap<number, Receipt>;
  /** What the box says became of an order, by its id. */
  readonly outcomes: ReadonlyMap<string, unknown>;
  /** Codes in the box's newest state. */
  readonly troubles: () => readonly unknown[];
  /** What is wrong with what the box said; the checkers read it. */
  readonly complaints: readonly string[];
  readonly accept: (end: CentreEnd) => { readonly message: (text: string) => void; readonly closed: () => void };
  readonly send: (order: CentreOrder) => boolean;
  readonly make: (
    asked: Pick<CentreOrder, 'class' | 'body'> & {
      readonly wrong?: CentreOrder['wrong'];
      readonly validForS?: number;
    },
  ) => CentreOrder;
  /** Sets the keys by order: the second one beside the first, or the first alone. */
  readonly makeKeys: (both: boolean) => CentreOrder;
  /** Orders of the night before, rightly signed, that this box has never had. */
  readonly olderNight: () => readonly CentreOrder[];
  /** A recording it can hand over; some of them are not what they are said to be. */
  readonly newAudio: (dice: Dice) => AlertAudio;
  /** Does it acknowledge what it gets? A centre that is full, or down behind its door, does not. */
  acknowledges: boolean;
  /** What the centre's own clock says beside the truth. */
  clockErrorMs: number;
}

export interface CentrePorts {
  /** True wall time. */
  readonly wall: () => number;
  readonly box: { readonly id: string; readonly areaCode: string; readonly publicKey: KeyObject };
  readonly newId: () => string;
  readonly hex: (bytes: number) => string;
  readonly note: (text: string) => void;
}

const backdatedMs = 30_000;
const everyClass: readonly OrderClass[] = ['alarm', 'routine', 'drill', 'stop', 'keys'];
const keyId = 'county-1';
export const secondKeyId = 'county-2';
const dayMs = 86_400_000;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

interface SignedItem {
  readonly signed: string;
  readonly signature: string;
}

const isItem = (value: unknown): value is SignedItem =>
  isObject(value) && typeof value['signed'] === 'string' && typeof value['signature'] === 'string';

const isReceipt = (value: unknown): value is Receipt =>
  isObject(value) && typeof value['number'] === 'number' && isObject(value['body']) && isObject(value['at']);

/** Recordings by hash: their bytes, or other bytes in their place. */
const audioShelf = (hex: (bytes: number) => string) => {
  const shelf = new Map<string, Buffer>();
  return {
    make: (dice: Dice): AlertAudio => {
      const bytes = Buffer.from(hex(dice.whole(500, 2_000)), 'hex');
      const whole = Buffer.concat(Array.from({ length: dice.whole(1, 60) }, () => bytes));
      const sha256 = createHash('sha256').update(whole).digest('hex');
      const lying = dice.chance(0.15) ? Buffer.alloc(whole.length, 1) : whole;
      if (!dice.chance(0.1)) shelf.set(sha256, lying);
      return { sha256, bytes: whole.length, format: 'wav', durationMs: dice.whole(1_000, 20_000) };
    },
    part: (sha256: unknown, offset: unknown, length: unknown): string | null => {
      const bytes = typeof sha256 === 'string' ? shelf.get(sha256) : undefined;
      if (bytes === undefined || typeof offset !== 'number' || typeof length !== 'number') return null;
      return bytes.subarray(offset, offset + length).toString('base64');
    },
  };
};

/** The county's desk: signs orders, keeps every receipt, and trusts nothing that the box did not sign. */
export const simCentre = ({ wall, box, newId, hex, note }: CentrePorts): SimCentre => {
  const key = keyFrom('county');
  const second = keyFrom('county-second');
  const shelf = audioShelf(hex);
  const sent = new Set<string>();
  let usesSecond = false;
  const stranger = keyFrom('stranger');
  const orders = new Map<string, CentreOrder>();
  const receipts = new Map<number, Receipt>();
  const texts = new Map<number, string>();
  const complaints: string[] = [];
  const outcomes = new Map<string, unknown>();
  let troubles: readonly unknown[] = [];
  let end: CentreEnd | null = null;
  let counter = 0;
  let contiguous = 0;

  const holds = ({ signed, signature }: SignedItem): boolean =>
    verify(null, Buffer.from(signed, 'utf8'), box.publicKey, Buffer.from(signature, 'base64'));
  const say = (message: Readonly<Record<string, unknown>>): void => end?.send(JSON.stringify(message));

  const takeReceipt = (item: unknown): void => {
    if (!isItem(item) || !holds(item)) {
      complaints.push('a receipt is not signed by the box');
      return;
    }
    const value: unknown = JSON.parse(item.signed);
    const receipt = isObject(value) ? value['receipt'] : null;
    if (!isReceipt(receipt)) {
      complaints.push(`no receipt: ${item.signed.slice(0, 80)}`);
      return;
    }
    const { number } = receipt;
    const text = item.signed;
    const known = texts.get(number);
    if (known !== undefined && known !== text) complaints.push(`receipt ${number} came with two contents`);
    if (known !== undefined) return;
    texts.set(number, text);
    receipts.set(number, receipt);
    note(`receipt ${item.signed}`);
    while (receipts.has(contiguous + 1)) contiguous += 1;
  };
  const answerTime = (nonce: unknown): void => {
    const at = Math.round(wall() + centre.clockErrorMs);
    const statement = JSON.stringify({ v: 1, type: 'time', key: keyId, box: box.id, nonce, at });
    const signature = sign(null, Buffer.from(statement, 'utf8'), key).toString('base64');
    say({ type: 'time', key: keyId, signature, statement });
  };
  const takeStatement = (item: SignedItem): void => {
    if (!holds(item)) {
      complaints.push('a statement is not signed by the box');
      return;
    }
    const value: unknown = JSON.parse(item.signed);
    if (!isObject(value)) return;
    if (typeof value['order'] === 'string' && 'outcome' in value) outcomes.set(value['order'], value['outcome']);
    const { snapshot } = value;
    const told = isObject(snapshot) ? snapshot['troubles'] : value['troubles'];
    if (Array.isArray(told)) troubles = told;
  };
  const take = (text: string): void => {
    const message: unknown = JSON.parse(text);
    if (!isObject(message)) return;
    if (message['type'] === 'time-request') answerTime(message['nonce']);
    if (isItem(message)) takeStatement(message);
    if (message['type'] === 'audio-wanted') {
      const { sha256, offset } = message;
      const data = shelf.part(sha256, offset, message['length']);
      if (data !== null && data !== '') say({ type: 'audio-chunk', sha256, offset, data });
    }
    if (message['type'] === 'problem') complaints.push(`the box complains: ${text}`);
    const { items } = message;
    if (message['type'] !== 'receipts' || !Array.isArray(items)) return;
    items.forEach(takeReceipt);
    if (centre.acknowledges && contiguous > 0) say({ type: 'acknowledge', number: contiguous });
  };

  const senderOf = (id: string, from: KeyObject): SenderKey => ({
    ...{ id, publicKey: rawPublicKey(from), name: 'county', authority: 'county', scope: '' },
    ...{ classes: everyClass, practice: true },
  });
  const make: SimCentre['make'] = ({ class: orderClass, body, wrong = null, validForS = 3_600 }) => {
    counter += 1;
    const id = newId();
    const scope = wrong === 'elsewhere' ? '990000' : box.areaCode.slice(0, 6);
    const ageMs = wrong === 'expired' ? 2 * dayMs : wrong === 'older-night' ? dayMs : 0;
    const notBefore = Math.round(wall()) - backdatedMs - ageMs;
    const bySecond = usesSecond && counter % 3 === 0 && orderClass !== 'keys';
    const signedBy = bySecond ? secondKeyId : keyId;
    const head = { v: 1, key: signedBy, scope, counter, notBefore, validForS, class: orderClass, id };
    const envelope = JSON.stringify({ ...head, body });
    const honest = bySecond ? second : key;
    const signer = wrong === 'forged' || wrong === 'unknown-key' ? stranger : honest;
    const signature = sign(null, Buffer.from(envelope, 'utf8'), signer).toString('base64');
    const outer = wrong === 'unknown-key' ? 'nobody-1' : signedBy;
    const validUntil = notBefore + validForS * 1_000;
    const order = { id, key: outer, class: orderClass, body, wrong, envelope, signature, counter, validUntil };
    orders.set(id, order);
    return order;
  };
  const night = (): CentreOrder => {
    const zones = ['heba'];
    const alert = {
      ...{ id: `night-${newId().slice(0, 4)}`, status: 'actual', class: 'emergency', event: '11D02', severity: 'red' },
      ...{ stage: 'now', authority: 'county', voice: 'recorded', zones, headline: '旧令', text: '请立即转移。' },
      ...{ plan: null, sirenUnlocked: false },
    };
    return make({ class: 'alarm', body: { kind: 'issue', alert }, wrong: 'older-night' });
  };
  const oldOrders = Array.from({ length: 6 }, night);

  const centre: SimCentre = {
    senders: [senderOf(keyId, key)],
    troubles: () => troubles,
    ...{ orders, sent, receipts, outcomes, complaints, make, acknowledges: true, clockErrorMs: 0 },
    olderNight: () => oldOrders,
    newAudio: shelf.make,
    makeKeys: (both) => {
      const keys = [senderOf(keyId, key), ...(both ? [senderOf(secondKeyId, second)] : [])];
      // It may go on with a key that it has taken back: the box must not.
      usesSecond ||= both;
      return make({ class: 'keys', body: { kind: 'set-keys', keys } });
    },
    accept: (opened) => {
      end = opened;
      return {
        message: take,
        closed: () => {
          if (end === opened) end = null;
        },
      };
    },
    send: ({ id, key: outer, envelope, signature }) => {
      if (end === null) return false;
      note(`order ${id}`);
      sent.add(id);
      say({ type: 'order', key: outer, signature, envelope });
      return true;
    },
  };
  return centre;
};
