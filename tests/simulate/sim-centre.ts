import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { AlertAudio } from '../../src/core/alert.ts';
import type { OrderClass, SenderKey } from '../../src/core/order.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { audioShelf } from './audio-shelf.ts';
import type { Dice } from './dice.ts';
import type { CentreEnd } from './sim-net.ts';
import { holdsFor, isItem, isObject, statementBook, type Holds } from './statement-book.ts';

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
  /** Signed heads of a journal that is shorter than one it was told of before, in words. */
  readonly setBacks: readonly string[];
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

const isReceipt = (value: unknown): value is Receipt =>
  isObject(value) && typeof value['number'] === 'number' && isObject(value['body']) && isObject(value['at']);

/** Every receipt by number, and up to which number none is missing. */
const receiptBook = (holds: Holds, complaints: string[], note: (text: string) => void) => {
  const receipts = new Map<number, Receipt>();
  const texts = new Map<number, string>();
  const seen = new Set<string>();
  let contiguous = 0;
  const take = (item: unknown): void => {
    // The very same again needs no second look; the box sends until it is acknowledged.
    if (isItem(item) && seen.has(item.signature + item.signed)) return;
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
    seen.add(item.signature + item.signed);
    const known = texts.get(number);
    if (known !== undefined && known !== text) complaints.push(`receipt ${number} came with two contents`);
    if (known !== undefined) return;
    texts.set(number, text);
    receipts.set(number, receipt);
    note(`receipt ${item.signed}`);
    while (receipts.has(contiguous + 1)) contiguous += 1;
  };
  return { receipts, take, contiguous: () => contiguous };
};

const senderOf = (id: string, from: KeyObject): SenderKey => ({
  ...{ id, publicKey: rawPublicKey(from), name: 'county', authority: 'county', scope: '' },
  ...{ classes: everyClass, practice: true },
});

/** Who signs the next order: the county's own keys, or a stranger where the order is to be wrong. */
const keyring = () => {
  const key = keyFrom('county');
  const second = keyFrom('county-second');
  const stranger = keyFrom('stranger');
  let usesSecond = false;
  return {
    key,
    /** The keys that an order of keys sets. */
    senders: (both: boolean): readonly SenderKey[] => {
      // It may go on with a key that it has taken back: the box must not.
      usesSecond ||= both;
      return [senderOf(keyId, key), ...(both ? [senderOf(secondKeyId, second)] : [])];
    },
    signerOf: (counter: number, orderClass: OrderClass, wrong: CentreOrder['wrong']) => {
      const bySecond = usesSecond && counter % 3 === 0 && orderClass !== 'keys';
      const signedBy = bySecond ? secondKeyId : keyId;
      const honest = bySecond ? second : key;
      return {
        signedBy,
        outer: wrong === 'unknown-key' ? 'nobody-1' : signedBy,
        signer: wrong === 'forged' || wrong === 'unknown-key' ? stranger : honest,
      };
    },
  };
};

type Keyring = ReturnType<typeof keyring>;

/** Makes orders, signs them and keeps each. */
const orderBook = ({ wall, box, newId }: CentrePorts, keys: Keyring) => {
  const orders = new Map<string, CentreOrder>();
  let counter = 0;
  const make: SimCentre['make'] = ({ class: orderClass, body, wrong = null, validForS = 3_600 }) => {
    counter += 1;
    const id = newId();
    const scope = wrong === 'elsewhere' ? '990000' : box.areaCode.slice(0, 6);
    const ageMs = wrong === 'expired' ? 2 * dayMs : wrong === 'older-night' ? dayMs : 0;
    const notBefore = Math.round(wall()) - backdatedMs - ageMs;
    const { signedBy, outer, signer } = keys.signerOf(counter, orderClass, wrong);
    const head = { v: 1, key: signedBy, scope, counter, notBefore, validForS, class: orderClass, id };
    const envelope = JSON.stringify({ ...head, body });
    const signature = sign(null, Buffer.from(envelope, 'utf8'), signer).toString('base64');
    const validUntil = notBefore + validForS * 1_000;
    const order = { id, key: outer, class: orderClass, body, wrong, envelope, signature, counter, validUntil };
    orders.set(id, order);
    return order;
  };
  const makeNight = (): CentreOrder => {
    const zones = ['heba'];
    const alert = {
      ...{ id: `night-${newId().slice(0, 4)}`, status: 'actual', class: 'emergency', event: '11D02', severity: 'red' },
      ...{ stage: 'now', authority: 'county', voice: 'recorded', zones, headline: '旧令', text: '请立即转移。' },
      ...{ plan: null, sirenUnlocked: false },
    };
    return make({ class: 'alarm', body: { kind: 'issue', alert }, wrong: 'older-night' });
  };
  return { orders, make, makeNight };
};

/** The centre's end of the road: one box at a time, the newest. */
const centreDoor = () => {
  let end: CentreEnd | null = null;
  return {
    isOpen: (): boolean => end !== null,
    say: (message: Readonly<Record<string, unknown>>): void => end?.send(JSON.stringify(message)),
    accept:
      (take: (text: string) => void): SimCentre['accept'] =>
      (opened) => {
        end = opened;
        return {
          message: take,
          closed: () => {
            if (end === opened) end = null;
          },
        };
      },
  };
};

/** The county's desk: signs orders, keeps every receipt, and trusts nothing that the box did not sign. */
export const simCentre = (ports: CentrePorts): SimCentre => {
  const { wall, box, hex, note } = ports;
  const shelf = audioShelf(hex);
  const keys = keyring();
  const sent = new Set<string>();
  const complaints: string[] = [];
  const holds = holdsFor(box.publicKey);
  const book = receiptBook(holds, complaints, note);
  const statements = statementBook(holds, complaints);
  const { say, isOpen, accept } = centreDoor();

  const answerTime = (nonce: unknown): void => {
    const at = Math.round(wall() + centre.clockErrorMs);
    const statement = JSON.stringify({ v: 1, type: 'time', key: keyId, box: box.id, nonce, at });
    const signature = sign(null, Buffer.from(statement, 'utf8'), keys.key).toString('base64');
    say({ type: 'time', key: keyId, signature, statement });
  };
  const take = (text: string): void => {
    const message: unknown = JSON.parse(text);
    if (!isObject(message)) return;
    if (message['type'] === 'time-request') answerTime(message['nonce']);
    if (isItem(message)) statements.take(message);
    if (message['type'] === 'audio-wanted') {
      const { sha256, offset } = message;
      const data = shelf.part(sha256, offset, message['length']);
      if (data !== null && data !== '') say({ type: 'audio-chunk', sha256, offset, data });
    }
    if (message['type'] === 'problem') complaints.push(`the box complains: ${text}`);
    const { items } = message;
    if (message['type'] !== 'receipts' || !Array.isArray(items)) return;
    items.forEach(book.take);
    if (centre.acknowledges && book.contiguous() > 0) say({ type: 'acknowledge', number: book.contiguous() });
  };
  const { orders, make, makeNight } = orderBook(ports, keys);
  const oldOrders = Array.from({ length: 6 }, makeNight);

  const centre: SimCentre = {
    senders: [senderOf(keyId, keys.key)],
    ...{ orders, sent, complaints, make, acknowledges: true, clockErrorMs: 0, accept: accept(take) },
    ...{ receipts: book.receipts, outcomes: statements.outcomes, troubles: statements.troubles },
    ...{ setBacks: statements.setBacks },
    olderNight: () => oldOrders,
    newAudio: shelf.make,
    makeKeys: (both) => make({ class: 'keys', body: { kind: 'set-keys', keys: keys.senders(both) } }),
    send: ({ id, key: outer, envelope, signature }) => {
      if (!isOpen()) return false;
      note(`order ${id}`);
      sent.add(id);
      say({ type: 'order', key: outer, signature, envelope });
      return true;
    },
  };
  return centre;
};
