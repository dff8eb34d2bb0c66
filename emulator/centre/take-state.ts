import { ok } from '../../src/words/failure.ts';
import type { BoxRecord, Snapshot } from './box-book.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import { openSigned, say, type InboxPorts, type SignedText } from './inbox-ports.ts';
import type { JournalHead } from './journal-witness.ts';
import type { Link } from './link.ts';

/**
 * Every start is recorded first, so that no journal is empty: the box cannot read its own, or its newest records may yet
 * be lost. It may still have all of it; whether it does is judged when it shows one again.
 */
const showsNone = ({ records }: JournalHead): boolean => records === 0;

const witnessHead = async (ports: InboxPorts, record: BoxRecord, shown: JournalHead): Promise<void> => {
  const verdict = record.witness.judge(shown);
  const newest = record.witness.newest();
  if (verdict === 'changed') say(ports, record.id, 'centre-journal-changed', `${shown.records}`);
  if (verdict === 'behind') {
    const code = showsNone(shown) ? 'centre-journal-none' : 'centre-journal-back';
    say(ports, record.id, code, `${shown.records} < ${newest?.records ?? 0}`);
  }
  if (verdict !== 'ahead') return;
  record.witness.keep(shown);
  await ports.states.append({ box: record.id, arrivedAt: ports.wall(), ...shown });
};

/** Receipts acknowledged before this centre knew the box, or given up by it, never come: go on behind them, and say so. */
const alignLedger = async (
  ports: InboxPorts,
  record: BoxRecord,
  { journal, receipts }: Pick<Snapshot, 'journal' | 'receipts'>,
): Promise<void> => {
  const { ledger, id } = record;
  // Who has no memory now knows no number either.
  if (receipts.latest < ledger.upTo() && !(showsNone(journal) && receipts.latest === 0))
    say(ports, id, 'centre-receipt-back', `${receipts.latest} < ${ledger.upTo()}`);
  const skipTo = async (number: number, code: 'centre-receipt-elsewhere' | 'centre-receipt-gone'): Promise<void> => {
    if (number <= ledger.upTo()) return;
    say(ports, id, code, `${ledger.upTo() + 1}–${number}`);
    ledger.skipTo(number);
    await ports.states.append({ box: id, arrivedAt: ports.wall(), skipTo: number });
  };
  await skipTo(receipts.acknowledged, 'centre-receipt-elsewhere');
  await skipTo(Math.min(receipts.gone, receipts.latest), 'centre-receipt-gone');
};

/** Keeps the newest state, compares journal and receipt numbers with what is known, and lets orders through. */
export const takeSnapshot = async (
  ports: InboxPorts,
  link: Link,
  text: SignedText,
): Promise<CentreResult<null> | null> => {
  const opened = openSigned(ports, link, 'snapshot', text);
  if (!opened?.ok) return opened;
  const content = opened.value as Snapshot;
  const record = ports.boxes.get(content.box);
  if (record === undefined) return null;
  record.snapshot = { content, arrivedAt: ports.wall() };
  await witnessHead(ports, record, content.journal);
  await alignLedger(ports, record, content);
  // Later ones only tell that something has changed: orders that wait went out with the first.
  if (!link.verified) {
    link.verified = true;
    ports.proven(link);
  }
  return ok(null);
};

interface Status {
  readonly box: string;
  readonly journal: JournalHead;
  readonly receipts: Snapshot['receipts'];
  readonly nonce: string | null;
}

/** A sign of life; when it answers a ping it must hold that nonce. */
export const takeStatus = async (
  ports: InboxPorts,
  link: Link,
  text: SignedText,
): Promise<CentreResult<null> | null> => {
  const opened = openSigned(ports, link, 'status', text);
  if (!opened?.ok) return opened;
  const status = opened.value as Status;
  const { box, nonce } = status;
  const record = ports.boxes.get(box);
  if (record !== undefined) {
    await witnessHead(ports, record, status.journal);
    await alignLedger(ports, record, status);
  }
  if (nonce === null) return ok(null);
  if (nonce !== link.pingNonce) return centreFailed('centre-nonce', nonce, 'nonce');
  link.pingNonce = null;
  return ok(null);
};
