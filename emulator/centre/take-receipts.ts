import type { CentreResult } from './codes.ts';
import { openSigned, say, type InboxPorts, type SignedText } from './inbox-ports.ts';
import type { Link } from './link.ts';
import { receiptIn, sha256 } from './receipt-store.ts';
import { sumsHold, sumsOf, typeOf, type StoredReceipt } from './receipt.ts';
import { ok } from '../../src/words/failure.ts';

/** Is the receipt as the page of the envelope says: name and stage agree, and the counters add up? */
const remarkContent = (ports: InboxPorts, { box, type, receipt }: StoredReceipt): void => {
  if (type !== typeOf(receipt.body)) say(ports, box, 'centre-receipt-stage', `${receipt.number}: ${type}`);
  if (receipt.body.stage === 'ended' && !sumsHold(sumsOf(receipt.body)))
    say(ports, box, 'centre-receipt-sum', `${receipt.number}`);
};

/** The receipts of one message that are new; the others are dealt with on the way. */
const sift = (ports: InboxPorts, link: Link, items: readonly SignedText[]): readonly StoredReceipt[] | null => {
  const fresh = new Map<number, StoredReceipt>();
  for (const item of items) {
    const opened = openSigned(ports, link, 'receipts', item);
    if (opened === null) return null;
    const found = opened.ok ? receiptIn(ports.document, item.signed) : null;
    if (!opened.ok) ports.remark(opened.failure, link.box);
    const record = link.box === null ? undefined : ports.boxes.get(link.box);
    if (found === null || record === undefined) continue;
    const hash = sha256(item.signed);
    const { receipt, type, box } = found;
    const twice = fresh.get(receipt.number);
    const verdict = twice === undefined ? record.ledger.judge(receipt.number, hash) : 'conflict';
    if (twice?.hash === hash) continue;
    if (verdict === 'conflict') say(ports, box, 'centre-receipt-conflict', `${receipt.number}`);
    if (verdict === 'new') fresh.set(receipt.number, { box, type, receipt, arrivedAt: ports.wall(), hash, ...item });
  }
  return [...fresh.values()];
};

/**
 * Stores what is new, and only then acknowledges up to the first gap. A receipt with a bad signature is shown and leaves
 * a gap. `null`: the box is not enrolled.
 */
export const takeReceipts = async (
  ports: InboxPorts,
  link: Link,
  items: readonly SignedText[],
): Promise<CentreResult<null> | null> => {
  const fresh = sift(ports, link, items);
  const record = link.box === null ? undefined : ports.boxes.get(link.box);
  if (fresh === null || record === undefined) return null;
  if (fresh.length > 0) await ports.store.keep(fresh);
  for (const stored of fresh) {
    record.ledger.keep(stored.receipt.number, stored.hash);
    record.answered.add(stored.receipt.trace);
    remarkContent(ports, stored);
  }
  const gaps = record.ledger.gaps();
  if (gaps.length > 0 && fresh.length > 0)
    say(ports, record.id, 'centre-receipt-gap', gaps.map(([from, to]) => `${from}–${to}`).join(', '));
  if (record.ledger.upTo() > 0) link.send(JSON.stringify({ type: 'acknowledge', number: record.ledger.upTo() }));
  for (const stored of fresh) ports.received(stored);
  return ok(null);
};
