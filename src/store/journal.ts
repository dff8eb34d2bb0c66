import { canonicalJson } from '../core/canonical-json.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { openBodies, type Bodies } from './bodies.ts';
import type { JournalDamage } from './chain.ts';
import { done, writeDurably, type Disk, type Done } from './disk.ts';
import { bringToDevice, flushAnew, lastFlush } from './last-flush.ts';
import type { Payload } from './frame.ts';
import { bodiesName, bodiesNamedIn, deliver, readRecords, type Delivery } from './journal-reader.ts';
import { JournalWriter, type JournalState, type WritePosition } from './journal-writer.ts';
import { sha256, type JournalHead, type JournalRecord } from './record.ts';
import { findJournal, markerName, type Found } from './recover.ts';
import { realRetryClock, type RetryClock } from './retry-clock.ts';
import type { SegmentScan } from './scan.ts';
import { blockBytes } from './sector.ts';
import { Segments } from './segments.ts';

export type { JournalDamage, JournalHead, JournalRecord, JournalState };

export interface JournalSettings {
  readonly disk: Disk;
  readonly dir: string;
  /** Length of a segment file: a multiple of 4096, at least 64 KiB. Default 4 MiB. */
  readonly segmentBytes?: number;
  /** Bound of everything in `dir`: three quarters for segments, one for bodies. Default 64 MiB. */
  readonly maxBytes?: number;
  readonly clock?: RetryClock;
  /** Recover records from this number on (the checkpoint's number + 1). Default: all. */
  readonly from?: number;
  /** The last record somebody else (the checkpoint) knows to be durable. The journal must reach it. */
  readonly expect?: JournalHead;
  /** Go on although the journal is missing or ends too early: a person or a rule has decided so. */
  readonly acceptLoss?: boolean;
}

export interface Recovered {
  /** Records from `from` on, in order; numbers that are missing are named in `damaged`. */
  readonly records: readonly JournalRecord[];
  /** The power failed under the last flush; it had not been acknowledged and is cut off. */
  readonly tornTail: boolean;
  readonly damaged: readonly JournalDamage[];
}

export interface Journal {
  /**
   * Appends one JSON value; resolves when it is on the device. Records keep the order of the calls. Fails with
   * `journal-record-unfit`, `journal-record-too-large`, `journal-undurable`, `journal-full`, `journal-overloaded`,
   * `journal-closed`, or a disk failure for a body that could not be stored. After `journal-undurable` the record may
   * or may not be found at the next start.
   */
  append(payload: unknown): Promise<Result<JournalHead>>;
  /** The last record that stands. */
  head(): JournalHead;
  /**
   * Number of the last record that is on the device for certain: the head's, but for a start that found records and could not
   * bring them there. Those may be lost yet: nothing is built on them and nobody is told of them before.
   */
  proven(): number;
  /** Records from this number on, at most `limit` (default 1000). Numbers missing between them are damaged. */
  read(from: number, limit?: number): Promise<Result<Delivery>>;
  /** Records before this number may be given up when room is needed. Never goes back. Nothing is given up before the first call. */
  keepFrom(number: number): void;
  readonly state: JournalState;
  onState(listener: (state: JournalState) => void): void;
  /** A flush failed for this reason, and then succeeded in a new segment. */
  onMended(listener: (failure: Failure) => void): void;
  /** Number of the first record in the newest segments that make up so large a share of the bound; 0 while they are all. */
  firstWithin(share: number): number;
  /** First record kept, segment files in use, and bytes of bodies. */
  status(): { readonly first: number; readonly segments: number; readonly bodyBytes: number };
  close(): Promise<void>;
}

/** Payloads above this many bytes are kept by hash in the bodies folder. */
export const inlineBytes = 24 * 1024;
/** The largest payload at all. */
export const mostRecordBytes = 4 * 1024 * 1024;

const defaultSegmentBytes = 4 * 1024 * 1024;
const defaultMaxBytes = 64 * 1024 * 1024;
const leastSegmentBytes = 64 * 1024;
const leastSegments = 3;

interface Bounds {
  readonly segmentBytes: number;
  readonly maxSegments: number;
  readonly bodyBytes: number;
}

const boundsOf = ({
  segmentBytes = defaultSegmentBytes,
  maxBytes = defaultMaxBytes,
}: JournalSettings): Result<Bounds> => {
  if (segmentBytes % blockBytes !== 0 || segmentBytes < leastSegmentBytes) {
    return failed('journal-settings', { detail: `segmentBytes ${segmentBytes}` });
  }
  const bodyBytes = Math.floor(maxBytes / 4);
  const maxSegments = Math.floor((maxBytes - bodyBytes) / segmentBytes);
  if (maxSegments < leastSegments) return failed('journal-settings', { detail: `maxBytes ${maxBytes}` });
  return ok({ segmentBytes, maxSegments, bodyBytes });
};

const unmet = (settings: JournalSettings, found: Found): Result<null> => {
  const { expect, acceptLoss = false, dir } = settings;
  if (acceptLoss) return done;
  const { head, records } = found.chain;
  const expected = expect?.number ?? 0;
  if (found.segments.length === 0 && (found.marked || expected > 0)) {
    return failed('journal-missing', { dir, expected });
  }
  if (expected > found.chain.link.number) return failed('journal-behind', { have: head.number, expected });
  const known = records.find(({ number }) => number === expected);
  if (expect !== undefined && known !== undefined && known.hash !== expect.hash) {
    return failed('journal-rewritten', { number: expected });
  }
  return done;
};

const endsWell = ({ header, tail, blocks }: SegmentScan, segmentBytes: number): boolean =>
  header !== null && blocks * blockBytes === segmentBytes && tail.every(({ kind }) => kind === 'torn');

/** Where writing goes on after what was found: in the last segment, or in a new one where its end is not to be trusted. */
const positionAfter = async (
  settings: JournalSettings,
  found: Found,
  segmentBytes: number,
): Promise<Result<WritePosition>> => {
  const { disk, dir, expect } = settings;
  const { head, link } = found.chain;
  const flush = Math.max(0, ...found.scans.map(({ scan }) => scan.topFlush));
  const skipped = expect !== undefined && expect.number > link.number;
  const after = skipped ? { number: expect.number, hash: link.hash } : link;
  const last = found.scans.at(-1);
  const place = { head, link: after, flush } as const;
  if (last === undefined) return ok({ ...place, open: null, unproven: null });
  const newest = await lastFlush(settings, found);
  if (!newest.ok) return newest;
  const prove = (): Promise<Done> => bringToDevice(settings, newest.value);
  const proven = await prove();
  const from = newest.value?.first ?? link.number + 1;
  const anew = flushAnew(newest.value, after);
  if (!proven.ok) return ok({ ...place, open: null, unproven: { from, prove, anew } });
  if (!endsWell(last.scan, segmentBytes)) return ok({ ...place, open: null, unproven: null });
  // A disk that was made read-only meanwhile may have nothing to prove, and takes nothing all the same: that is no reason to
  // lose what was read. Where no segment can be begun either, the journal is undurable.
  const file = await disk.open(`${dir}/${last.name}`, 'update');
  if (!file.ok) return ok({ ...place, open: null, unproven: null });
  return ok({ ...place, open: { file: file.value, nextBlock: last.scan.nextBlock }, unproven: null });
};

const payloadFrom = (value: unknown, mostBytes: number): Result<Payload> => {
  let text: string;
  try {
    text = canonicalJson(value);
  } catch (error) {
    return failed('journal-record-unfit', { detail: String(error) });
  }
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > mostBytes) return failed('journal-record-too-large', { bytes: bytes.length, limit: mostBytes });
  return ok({ bytes, hash: sha256(bytes), asBody: bytes.length > inlineBytes });
};

const roomMaker =
  ({ disk, dir }: JournalSettings, segments: Segments, { bodies, maxBytes }: { bodies: Bodies; maxBytes: number }) =>
  async (bytes: number, keep: number, pending: readonly string[]): Promise<Done> => {
    for (;;) {
      const named = await bodiesNamedIn(disk, { dir, segments: [...segments.list] });
      if (!named.ok) return named;
      const swept = await bodies.sweep(new Set([...named.value, ...pending]));
      if (!swept.ok || bodies.hasRoomFor(bytes)) return swept;
      const dropped = await segments.dropOldest(keep);
      if (!dropped.ok) return dropped;
      if (!dropped.value) return failed('journal-full', { maxBytes, keep });
    }
  };

/**
 * The marker comes after the first segment, so that it never speaks of a journal that was not begun. Where it cannot be
 * written now, the next start writes it.
 */
const writeMarker = ({ disk, dir }: JournalSettings): Promise<Done> =>
  writeDurably(disk, { dir, name: markerName, bytes: Buffer.from('mingluo journal 1\n', 'ascii') });

const assemble = async (settings: JournalSettings, found: Found, bounds: Bounds): Promise<Result<Journal>> => {
  const { disk, dir, clock = realRetryClock } = settings;
  const bodies = await openBodies(disk, { dir: `${dir}/${bodiesName}`, maxBytes: bounds.bodyBytes });
  if (!bodies.ok) return bodies;
  const position = await positionAfter(settings, found, bounds.segmentBytes);
  if (!position.ok) return position;
  const segments = new Segments({ disk, dir }, bounds, found);
  const makeRoomForBody = roomMaker(settings, segments, { bodies: bodies.value, maxBytes: bounds.bodyBytes });
  const writer = new JournalWriter({ segments, bodies: bodies.value, clock, makeRoomForBody }, position.value);
  await writer.start();
  const mostBytes = Math.min(mostRecordBytes, bounds.bodyBytes);
  return ok({
    append(value) {
      const payload = payloadFrom(value, mostBytes);
      return payload.ok ? writer.append(payload.value) : Promise.resolve(payload);
    },
    head: () => writer.head,
    proven: () => writer.proven,
    async read(from, limit = 1000) {
      const stored = await readRecords(disk, { dir, segments: [...segments.list] }, { from, limit });
      return stored.ok ? ok(await deliver(disk, dir, stored.value)) : stored;
    },
    keepFrom: (number) => writer.keepFrom(number),
    get state() {
      return writer.state;
    },
    onState: (listener) => writer.onState(listener),
    onMended: (listener) => writer.onMended(listener),
    firstWithin: (share) => segments.list.at(-Math.max(2, Math.floor(bounds.maxSegments * share)))?.first ?? 0,
    status: () => ({
      first: segments.list[0]?.first ?? writer.head.number + 1,
      segments: segments.list.length,
      bodyBytes: bodies.value.usedBytes,
    }),
    close: () => writer.close(),
  });
};

/**
 * Opens the journal of a folder, or begins one in an empty folder. What a power cut tore is cut off, what is damaged is
 * named, everything that stands is delivered, and writing goes on behind it. Fails with `journal-settings`,
 * `journal-missing`, `journal-behind`, `journal-rewritten`, or a disk failure.
 */
export const openJournal = async (
  settings: JournalSettings,
): Promise<Result<{ readonly journal: Journal; readonly recovered: Recovered }>> => {
  const { disk, dir, from = 1 } = settings;
  const bounds = boundsOf(settings);
  if (!bounds.ok) return bounds;
  const made = await disk.makeDir(dir);
  if (!made.ok) return made;
  const found = await findJournal(disk, { dir, from, segmentBytes: bounds.value.segmentBytes });
  if (!found.ok) return found;
  const met = unmet(settings, found.value);
  if (!met.ok) return met;
  const journal = await assemble(settings, found.value, bounds.value);
  if (!journal.ok) return journal;
  if (!found.value.marked && journal.value.state === 'durable') await writeMarker(settings);
  const { records, damaged, tornTail } = found.value.chain;
  const delivery = await deliver(
    disk,
    dir,
    records.filter(({ number }) => number >= from),
  );
  return ok({
    journal: journal.value,
    recovered: { records: delivery.records, tornTail, damaged: [...damaged, ...delivery.damaged] },
  });
};
