import type { AudioDesk } from './audio-desk.ts';
import type { AsyncapiDocument } from './asyncapi-document.ts';
import type { BoxBook } from './box-book.ts';
import { signatureHolds } from './centre-keys.ts';
import { centreFailed, type CentreCode, type CentreFailure, type CentreResult } from './codes.ts';
import type { Log } from './folder.ts';
import type { Link } from './link.ts';
import type { ReceiptStore } from './receipt-store.ts';
import type { StoredReceipt } from './receipt.ts';

/** What the inbox needs of the centre around it. */
export interface InboxPorts {
  readonly document: AsyncapiDocument;
  readonly boxes: BoxBook;
  readonly store: ReceiptStore;
  readonly states: Log;
  readonly audio: Pick<AudioDesk, 'hand' | 'told'>;
  readonly wall: () => number;
  readonly mono: () => number;
  readonly remark: (failure: CentreFailure, box: string | null) => void;
  /** The link asked for the time; answer at once. */
  readonly askedTime: (link: Link) => void;
  /** The snapshot's signature held: orders may go to this link. */
  readonly proven: (link: Link) => void;
  readonly received: (receipt: StoredReceipt) => void;
}

export interface SignedText {
  readonly signed: string;
  readonly signature: string;
}

/** The box that a text of an unproven link says it is of. Only the name is taken: it picks the key to verify with. */
const claimedBox = (signed: string): string | null => {
  try {
    const value: unknown = JSON.parse(signed);
    if (typeof value !== 'object' || value === null || !('box' in value)) return null;
    return typeof value.box === 'string' ? value.box : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** Verifies first, parses then. `null`: the box is not enrolled, so nothing can be said yet. */
export const openSigned = (
  ports: InboxPorts,
  link: Link,
  type: string,
  text: SignedText,
): CentreResult<unknown> | null => {
  link.box ??= claimedBox(text.signed);
  if (link.box === null) return centreFailed('centre-content-shape', 'box', type);
  const record = ports.boxes.get(link.box);
  if (record === undefined) return null;
  if (!signatureHolds(record.publicKey, text.signed, text.signature)) return centreFailed('centre-signature', '', type);
  const content = ports.document.content(type, text.signed);
  if (!content.ok) return content;
  if (claimedBox(text.signed) !== link.box) return centreFailed('centre-box-other', '', type);
  record.heardAt = ports.wall();
  return content;
};

/** A remark without a place in the message. */
export const say = (ports: InboxPorts, box: string | null, code: CentreCode, detail: string): void =>
  ports.remark(centreFailed(code, detail).failure, box);
