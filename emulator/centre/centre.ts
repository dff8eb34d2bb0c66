import { realClock, type Clock } from '../clock.ts';
import { openAudioDesk, type AudioDesk } from './audio-desk.ts';
import { readDocument } from './asyncapi-document.ts';
import { openBoxBook, type BoxBook, type BoxRecord, type Snapshot } from './box-book.ts';
import { createCentreClock } from './centre-clock.ts';
import { openKey, type KeyKind, type PublicSender } from './centre-keys.ts';
import type { CentreResult } from './codes.ts';
import { openFolder, type Folder } from './folder.ts';
import type { HeadVerdict, JournalHead } from './journal-witness.ts';
import { createLinkDesk, type LinkDesk } from './link-desk.ts';
import { openOrderDesk, type OrderDesk, type SentOrder } from './order-desk.ts';
import type { Alert, AlertAudio, OrderOptions, SignedOrder } from './orders.ts';
import { openReceiptStore } from './receipt-store.ts';
import type { StoredReceipt } from './receipt.ts';
import { createRemarks, type Remark } from './remarks.ts';
import { openSatelliteDesk, type SatelliteDesk } from './satellite.ts';
import type { SatelliteSite } from './satellite-order.ts';

type Sent = Promise<CentreResult<SentOrder>>;

export interface CentreOptions {
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** Keys, orders, receipts, states and problems of this centre; made if missing, never to be kept in git. */
  readonly dir: string;
  /** Another place than `dir` for the same things; a test lets it fail. */
  readonly folder?: Folder;
  readonly clock?: Clock;
  /** Wall time at the start; runs on from there. The machine's own time when absent. */
  readonly startWallMs?: number;
  /** Division-code prefix that orders address when nothing else is said. */
  readonly area?: string;
  readonly keyId?: string;
  /** Ed25519 where nothing is said. */
  readonly keyKind?: KeyKind;
  /** Boxes whose receipts are believed: id and raw Ed25519 public key in base64. */
  readonly boxes?: readonly { readonly id: string; readonly publicKey: string }[];
  /** Sites that are reached by satellite too, with the key that box and centre share for it. */
  readonly satellite?: readonly SatelliteSite[];
  /** Another document than the published one. */
  readonly documentPath?: string;
}

/** A practice centre as a program sees it. Every failure is a value with a code of codes.ts; nothing here throws later. */
export interface Centre
  extends SatelliteDesk, Pick<LinkDesk, 'cutUplink' | 'slowLink' | 'halfOpen' | 'sendRaw' | 'ping' | 'sendTime'> {
  /** Where boxes connect. */
  readonly url: string;
  readonly area: string;
  /** Its folder. */
  readonly dir: string;
  /** What a box must pin to believe this centre; marked `practice`. */
  readonly keys: readonly PublicSender[];
  readonly wall: () => number;
  readonly issue: (alert?: Partial<Alert>, options?: OrderOptions) => Sent;
  /** Changes fields of an alert that was issued (the newest one without an id) and sends it whole. */
  readonly update: (changes: Partial<Alert>, options?: OrderOptions) => Sent;
  readonly cancel: (alertId?: string, options?: OrderOptions) => Sent;
  readonly allClear: (alertId?: string, text?: string, options?: OrderOptions) => Sent;
  readonly correction: (alertId: string | undefined, text: string, options?: OrderOptions) => Sent;
  /** Null stops everything. */
  readonly stop: (alertId: string | null, options?: OrderOptions) => Sent;
  readonly setKeys: (keys: readonly PublicSender[], options?: OrderOptions) => Sent;
  /** Pushes a recording ahead of the order that will play it. */
  readonly storeAudio: (audio: AlertAudio, options?: OrderOptions) => Sent;
  /** Keeps a recording, to be named by orders. */
  readonly keepAudio: AudioDesk['keep'];
  /** What an order has to say of a recording that was kept. */
  readonly namedAudio: AudioDesk['named'];
  readonly audioProgress: AudioDesk['progress'];
  /** The very same bytes again; returns the boxes they went to. */
  readonly repeat: (order: SignedOrder, times: number) => readonly string[];
  /** Pins the key of a box; what it said before is judged now. */
  readonly enrol: (id: string, publicKey: string) => Promise<CentreResult<{ readonly id: string }>>;
  readonly boxes: () => readonly BoxRecord[];
  readonly orders: () => readonly SignedOrder[];
  readonly receipts: () => readonly StoredReceipt[];
  readonly snapshots: () => ReadonlyMap<string, { readonly content: Snapshot; readonly arrivedAt: number }>;
  readonly remarks: () => readonly Remark[];
  /** Boxes that are connected and proven just now. */
  readonly connected: () => readonly string[];
  /** Boxes that are connected, but whose key is not enrolled or whose signature did not hold. */
  readonly unproven: () => readonly string[];
  /** Centre's monotonic ms until which the uplink is cut; 0 when it is whole. */
  readonly cutUntilMs: () => number;
  readonly mono: () => number;
  /** Newest journal head that the box signed, for `journal verify --head`. */
  readonly witness: (box: string) => JournalHead | null;
  /** Does this end of the box's journal still fit? Null when the box is unknown. */
  readonly headFits: (box: string, head: JournalHead) => HeadVerdict | null;
  /** Called for every receipt once, after it was stored; returns how to stop. */
  readonly onReceipt: (call: (receipt: StoredReceipt) => void) => () => void;
  /** Called when anything that the page shows has changed. */
  readonly onChange: (call: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/** The township of the example village in config/. */
const defaultArea = '500112199';
const defaultKeyId = 'practice-county';

const listeners = <T>() => {
  const calls = new Set<(value: T) => void>();
  return {
    on: (call: (value: T) => void) => {
      calls.add(call);
      return () => void calls.delete(call);
    },
    tell: (value: T) => calls.forEach((call) => call(value)),
  };
};

/** Everything that an order needs beyond its text: the alert it speaks of is looked up here. */
const orderCommands = (
  desk: OrderDesk,
): Pick<Centre, 'issue' | 'update' | 'cancel' | 'allClear' | 'correction' | 'stop' | 'storeAudio' | 'setKeys'> => {
  const about = async (id: string | undefined, act: (alertId: string) => Sent): Sent => {
    if (id !== undefined) return act(id);
    const alert = desk.alert();
    return alert.ok ? act(alert.value.id) : alert;
  };
  return {
    issue: (alert = {}, options) => desk.send({ kind: 'issue', alert: desk.draft(alert) }, options),
    update: async (changes, options) => {
      const before = desk.alert(changes.id);
      return before.ok ? desk.send({ kind: 'update', alert: { ...before.value, ...changes } }, options) : before;
    },
    cancel: (id, options) => about(id, (alertId) => desk.send({ kind: 'cancel', alertId }, options)),
    allClear: (id, text = '警报解除，请有序返回。', options) =>
      about(id, (alertId) => desk.send({ kind: 'all-clear', alertId, text }, options)),
    correction: (id, text, options) =>
      about(id, (alertId) => desk.send({ kind: 'correction', alertId, text }, options)),
    stop: (alertId, options) => desk.send({ kind: 'stop', alertId }, options),
    storeAudio: (audio, options) => desk.send({ kind: 'store-audio', audio }, options),
    setKeys: (keys, options) => desk.send({ kind: 'set-keys', keys }, options),
  };
};

const bookCommands = (book: BoxBook): Pick<Centre, 'boxes' | 'snapshots' | 'witness' | 'headFits'> => ({
  boxes: () => book.all(),
  snapshots: () =>
    new Map(book.all().flatMap(({ id, snapshot }) => (snapshot === null ? [] : [[id, snapshot] as const]))),
  witness: (box) => book.get(box)?.witness.newest() ?? null,
  headFits: (box, head) => book.get(box)?.witness.judge(head) ?? null,
});

const openAll = async (folder: Folder, options: CentreOptions) => {
  const document = readDocument(options.documentPath);
  const key = await openKey(folder, options.keyId ?? defaultKeyId, options.keyKind);
  const store = await openReceiptStore(folder, document);
  const book = await openBoxBook(folder, store.atStart);
  for (const { id, publicKey } of options.boxes ?? []) await book.enrol(id, publicKey);
  return { document, key, store, book };
};

/**
 * Starts a practice centre: a WebSocket server on loopback that speaks docs/reference/asyncapi.json and
 * order-envelope.md. Keys are made on the first start in `dir`. Rejects when the port is taken, the folder cannot be
 * written or the document is missing.
 */
export const createCentre = async (options: CentreOptions): Promise<Centre> => {
  const clock = options.clock ?? realClock();
  const time = createCentreClock(clock, options.startWallMs ?? Date.now());
  const folder = options.folder ?? (await openFolder(options.dir));
  const { document, key, store, book } = await openAll(folder, options);
  const received = listeners<StoredReceipt>();
  const changed = listeners<null>();
  const area = options.area ?? defaultArea;
  const remarks = createRemarks(folder.log('problems.ndjson'), time.wall, () => changed.tell(null));
  const audio = openAudioDesk(options.dir, () => changed.tell(null));
  const satellite = await openSatelliteDesk(folder, {
    document,
    key,
    wall: time.wall,
    sites: options.satellite ?? [],
    changed: () => changed.tell(null),
  });
  const orders: OrderDesk = await openOrderDesk(folder, {
    document,
    key,
    area,
    wall: time.wall,
    links: () => links.proven(),
  });
  const links: LinkDesk = await createLinkDesk({
    port: options.port,
    clock,
    time,
    key,
    orders,
    inbox: { document, boxes: book, store, states: folder.log('states.ndjson'), audio, remark: remarks.add },
    received: (receipt) => received.tell(receipt),
    changed: () => changed.tell(null),
  });
  return {
    ...orderCommands(orders),
    ...bookCommands(book),
    ...satellite,
    ...links,
    area,
    dir: options.dir,
    keys: [key.sender],
    wall: time.wall,
    mono: time.mono,
    repeat: orders.repeat,
    orders: orders.list,
    keepAudio: audio.keep,
    namedAudio: audio.named,
    audioProgress: audio.progress,
    receipts: store.list,
    remarks: remarks.list,
    connected: () => links.proven().flatMap((link) => link.box ?? []),
    onReceipt: received.on,
    onChange: (call) => changed.on(call),
    close: async () => {
      await links.close();
      await folder.close();
    },
  };
};
