import { createHash } from 'node:crypto';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { AsyncapiDocument } from './asyncapi-document.ts';
import type { Folder } from './folder.ts';
import type { SignedReceipt, StoredReceipt } from './receipt.ts';

/** receipts.ndjson: every receipt whose signature held, once. */
export interface ReceiptStore {
  /** Oldest first; the newest 5000. */
  readonly list: () => readonly StoredReceipt[];
  /** Everything the file held at the start, for the ledgers. */
  readonly atStart: readonly StoredReceipt[];
  /** Resolves when they are on the disk: only then may they be acknowledged. */
  readonly keep: (receipts: readonly StoredReceipt[]) => Promise<void>;
}

const listedMax = 5000;

const lineCheck = Compile(
  Type.Object({ box: Type.String(), arrivedAt: Type.Number(), signed: Type.String(), signature: Type.String() }),
);

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The signed text of a receipt, checked against the document, or null. */
export const receiptIn = (document: AsyncapiDocument, signed: string): SignedReceipt | null => {
  const content = document.content('receipts', signed);
  return content.ok ? (content.value as SignedReceipt) : null;
};

export const openReceiptStore = async (folder: Folder, document: AsyncapiDocument): Promise<ReceiptStore> => {
  const log = folder.log('receipts.ndjson');
  const atStart = (await folder.read('receipts.ndjson')).flatMap((line): readonly StoredReceipt[] => {
    if (!lineCheck.Check(line)) return [];
    const { box, arrivedAt, signed, signature } = line;
    const found = receiptIn(document, signed);
    if (found === null) return [];
    return [{ box, arrivedAt, type: found.type, receipt: found.receipt, hash: sha256(signed), signed, signature }];
  });
  const listed = atStart.slice(-listedMax);
  return {
    list: () => listed,
    atStart,
    keep: async (receipts) => {
      await log.append(
        ...receipts.map(({ box, arrivedAt, type, receipt, signed, signature }) => ({
          box,
          arrivedAt,
          type,
          number: receipt.number,
          trace: receipt.trace,
          signed,
          signature,
        })),
      );
      listed.push(...receipts);
      if (listed.length > listedMax) listed.splice(0, listed.length - listedMax);
    },
  };
};
