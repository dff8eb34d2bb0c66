import { failed, type Failure } from '../words/failure.ts';
import { emptyHead, type JournalHead } from './record.ts';
import type { StoredRecord } from './frame.ts';
import type { FoundFrame, SegmentScan } from './scan.ts';

/** A segment file and what was found in it. */
export interface NamedScan {
  readonly name: string;
  readonly scan: SegmentScan;
}

/** Something wrong with the journal: what, and which records it concerns (null: none is lost). */
export interface JournalDamage {
  readonly failure: Failure;
  readonly first: number | null;
  readonly last: number | null;
}

/** The segments read as one chain. */
export interface Chain {
  /** Every record that stands, in order; numbers that are missing are named in `damaged`. */
  readonly records: readonly StoredRecord[];
  /** The last record that stands. */
  readonly head: JournalHead;
  /** What the next record follows. Its number is higher than the head's when records at the end were damaged. */
  readonly link: JournalHead;
  /** The power failed under the last flush, which nobody had been told is durable. It is cut off. */
  readonly tornTail: boolean;
  readonly damaged: readonly JournalDamage[];
  /** Records of a failed flush that were written again in a later segment; never acknowledged from here. */
  readonly superseded: number;
}

interface Folding {
  records: StoredRecord[];
  damaged: JournalDamage[];
  head: JournalHead;
  next: number;
  /** The hash that the next record must name as the one before it. */
  link: string;
  superseded: number;
}

const damage = (
  code: Parameters<typeof failed>[0],
  params: Failure['params'],
  lost: { readonly first: number; readonly last: number } | null,
): JournalDamage => ({ failure: failed(code, params).failure, first: lost?.first ?? null, last: lost?.last ?? null });

/** Numbers up to `upTo` never came: says where they would have stood, if a flaw shows it. */
const lose = (
  fold: Folding,
  upTo: number,
  where: { readonly segment: string; readonly block: number | null },
): void => {
  const lost = { first: fold.next, last: upTo };
  fold.damaged.push(
    where.block === null
      ? damage('journal-records-missing', { ...lost, segment: where.segment }, lost)
      : damage('journal-damaged', { ...lost, segment: where.segment, block: where.block }, lost),
  );
  fold.next = upTo + 1;
};

const broken = (fold: Folding, number: number, segment: string): void => {
  fold.damaged.push(damage('journal-chain-broken', { number, segment }, null));
};

const supersede = (fold: Folding, anchor: JournalHead): void => {
  const kept = fold.records.filter(({ number }) => number <= anchor.number);
  fold.superseded += fold.records.length - kept.length;
  fold.records = kept;
  fold.head = kept.at(-1) ?? anchor;
  fold.next = anchor.number + 1;
  fold.link = fold.head.hash;
};

/**
 * A segment begins where the one before it ends. What that one holds beyond is from a flush that failed: it was written
 * again here.
 */
const enterSegment = (fold: Folding, { name, scan }: NamedScan, before: NamedScan | null): void => {
  const first = scan.header?.first ?? scan.frames[0]?.first;
  const prev = scan.header?.prev ?? scan.frames[0]?.prev;
  if (first === undefined || prev === undefined) return;
  if (before === null) {
    fold.head = { number: first - 1, hash: prev };
    fold.next = first;
    fold.link = prev;
    return;
  }
  if (first < fold.next && scan.header !== null) supersede(fold, { number: first - 1, hash: prev });
  if (first > fold.next) {
    const flaw = before.scan.tail[0];
    const segment = flaw === undefined ? name : before.name;
    lose(fold, first - 1, { segment, block: flaw?.block ?? null });
    fold.link = prev;
  } else if (first === fold.next && prev !== fold.link) {
    broken(fold, first, name);
    fold.link = prev;
  }
};

const takeRecord = (fold: Folding, record: StoredRecord, segment: string): void => {
  fold.next = record.number + 1;
  fold.link = record.hash;
  fold.head = { number: record.number, hash: record.hash };
  if (record.intact) {
    fold.records.push(record);
    return;
  }
  const lost = { first: record.number, last: record.number };
  fold.damaged.push(damage('journal-record-edited', { number: record.number, segment }, lost));
};

const takeFrame = (fold: Folding, frame: FoundFrame, { name, scan }: NamedScan): void => {
  if (frame.first < fold.next) {
    fold.damaged.push(damage('journal-order-broken', { number: frame.first, segment: name }, null));
    return;
  }
  if (frame.first > fold.next) {
    const flaw = scan.flaws.findLast(({ block }) => block < frame.block);
    lose(fold, frame.first - 1, { segment: name, block: flaw?.block ?? null });
  } else if (frame.prev !== fold.link) {
    broken(fold, frame.first, name);
  }
  for (const record of frame.records) takeRecord(fold, record, name);
};

/** The end of the last segment: a torn flush is cut off, a rotten one is damage, for it may have been acknowledged. */
const closeTail = (fold: Folding, last: NamedScan): boolean => {
  const rotten = last.scan.tail.find(({ kind }) => kind === 'rotten');
  if (rotten === undefined) return last.scan.tail.length > 0;
  const records = rotten.records;
  const upTo = records !== null && records.first === fold.next ? records.first + records.count - 1 : fold.next;
  lose(fold, Math.max(upTo, fold.next), { segment: last.name, block: rotten.block });
  return false;
};

/** Joins the scans of all segments, oldest first, into one chain, and names everything that does not fit. Pure. */
export const joinChain = (scans: readonly NamedScan[]): Chain => {
  const fold: Folding = { records: [], damaged: [], head: emptyHead, next: 1, link: emptyHead.hash, superseded: 0 };
  let before: NamedScan | null = null;
  for (const named of scans) {
    for (const block of named.scan.worn) {
      fold.damaged.push(damage('journal-block-worn', { segment: named.name, block }, null));
    }
    enterSegment(fold, named, before);
    for (const frame of named.scan.frames) takeFrame(fold, frame, named);
    before = named;
  }
  const tornTail = before === null ? false : closeTail(fold, before);
  return {
    records: fold.records,
    head: { number: fold.head.number, hash: fold.head.hash },
    link: { number: fold.next - 1, hash: fold.link },
    tornTail,
    damaged: fold.damaged,
    superseded: fold.superseded,
  };
};
