import { ok } from '../../src/words/failure.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { Folder } from './folder.ts';
import { createWitness, type Witness } from './journal-witness.ts';
import { createLedger, type Ledger } from './receipt-ledger.ts';
import type { ReceiptBody, StoredReceipt } from './receipt.ts';

/** The full state of a box (`SignedSnapshot`), as far as the centre shows it. */
export interface Snapshot {
  readonly box: string;
  readonly sequence: number;
  readonly boot: string;
  readonly software: string;
  readonly at: { readonly mono: number; readonly wall: number; readonly trust: 'trusted' | 'guessed' };
  readonly journal: { readonly records: number; readonly head: string };
  readonly receipts: { readonly latest: number; readonly acknowledged: number; readonly gone: number };
  readonly broadcasts: readonly {
    readonly id: string;
    readonly alert: string | null;
    readonly status: 'actual' | 'drill' | 'test' | null;
    readonly zones: readonly string[];
    readonly state: 'queued' | 'playing' | 'preempted' | 'held';
    readonly due: number;
    readonly sounded: number;
    readonly failed: number;
    readonly unknown: number;
  }[];
  readonly terminals: readonly {
    readonly id: string;
    readonly health: 'well' | 'suspect' | 'lost';
    readonly sounding: 'yes' | 'no' | 'unknown';
    readonly quietTest?: string;
    readonly ageMs: number | null;
  }[];
  readonly troubles: readonly string[];
}

/** What the centre holds of one box. */
export interface BoxRecord {
  readonly id: string;
  publicKey: string;
  readonly ledger: Ledger;
  readonly witness: Witness;
  /** Newest snapshot and the centre's wall time of its arrival. */
  snapshot: { readonly content: Snapshot; readonly arrivedAt: number } | null;
  /** Wall time of the last thing it signed; null when it was not heard in this run. */
  heardAt: number | null;
  /** Orders that it has answered with a receipt. */
  readonly answered: Set<string>;
  /** What it said of orders that were sent again, by order. */
  readonly outcomes: Map<string, ReceiptBody>;
}

export interface BoxBook {
  readonly get: (id: string) => BoxRecord | undefined;
  readonly all: () => readonly BoxRecord[];
  /** Pins the public key (raw 32 bytes, base64) of a box; another key for the same id replaces it. */
  readonly enrol: (id: string, publicKey: string) => Promise<CentreResult<BoxRecord>>;
}

const boxesMax = 64;
const boxId = /^[!-~]{1,64}$/;
const rawKey = /^[A-Za-z0-9+/]{43}=$/;

const textAt = (value: unknown, key: string): string => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : null;
  return typeof found === 'string' ? found : '';
};

const numberAt = (value: unknown, key: string): number | null => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : null;
  return typeof found === 'number' ? found : null;
};

/** What states.ndjson holds: heads that were witnessed, and receipts that someone else acknowledged. */
const recall = (record: BoxRecord, line: unknown): void => {
  const records = numberAt(line, 'records');
  const skipTo = numberAt(line, 'skipTo');
  if (records !== null) record.witness.keep({ records, head: textAt(line, 'head') });
  if (skipTo !== null) record.ledger.skipTo(skipTo);
};

/** The boxes of this folder with what was stored of them in earlier runs. */
export const openBoxBook = async (folder: Folder, stored: readonly StoredReceipt[]): Promise<BoxBook> => {
  const boxes = new Map<string, BoxRecord>();
  const log = folder.log('boxes.ndjson');
  const pin = (id: string, publicKey: string): BoxRecord => {
    const known = boxes.get(id);
    if (known !== undefined) {
      known.publicKey = publicKey;
      return known;
    }
    const [ledger, witness] = [createLedger(), createWitness()];
    const record = {
      id,
      publicKey,
      ledger,
      witness,
      snapshot: null,
      heardAt: null,
      answered: new Set<string>(),
      outcomes: new Map<string, ReceiptBody>(),
    };
    boxes.set(id, record);
    return record;
  };
  for (const line of await folder.read('boxes.ndjson')) {
    const [id, publicKey] = [textAt(line, 'id'), textAt(line, 'publicKey')];
    if (boxId.test(id) && rawKey.test(publicKey)) pin(id, publicKey);
  }
  for (const line of await folder.read('states.ndjson')) {
    const record = boxes.get(textAt(line, 'box'));
    if (record !== undefined) recall(record, line);
  }
  for (const { box, receipt, hash } of stored) {
    const record = boxes.get(box);
    record?.ledger.keep(receipt.number, hash);
    record?.answered.add(receipt.trace);
  }
  return {
    get: (id) => boxes.get(id),
    all: () => [...boxes.values()],
    enrol: async (id, publicKey) => {
      if (!boxId.test(id)) return centreFailed('centre-input-field', id.slice(0, 64), 'id');
      if (!rawKey.test(publicKey)) return centreFailed('centre-input-field', '', 'publicKey');
      if (boxes.size >= boxesMax && !boxes.has(id)) return centreFailed('centre-boxes-many', `${boxesMax}`);
      const before = boxes.get(id)?.publicKey;
      const record = pin(id, publicKey);
      if (before !== publicKey) await log.append({ id, publicKey });
      return ok(record);
    },
  };
};
