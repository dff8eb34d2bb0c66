import type { Json } from '../core/canonical-json.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { readBody } from './bodies.ts';
import type { JournalDamage } from './chain.ts';
import { withFile, type Disk } from './disk.ts';
import type { StoredRecord } from './frame.ts';
import type { JournalRecord } from './record.ts';
import { placesOf, readSegment } from './recover.ts';
import { frameAt, scanSegment } from './scan.ts';
import { blockBytes } from './sector.ts';
import type { FramePlace, Segment } from './segments.ts';

export const bodiesName = 'bodies';

/** Records with their payloads, and what could not be read. */
export interface Delivery {
  readonly records: readonly JournalRecord[];
  readonly damaged: readonly JournalDamage[];
}

/** Any text as JSON; undefined when it is none. */
export const parseJson = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text) as Json;
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const payloadOf = async (disk: Disk, dir: string, record: StoredRecord): Promise<Result<Json>> => {
  const { number, payloadHash: hash } = record;
  const bytes =
    record.inline === null ? await readBody(disk, { dir: `${dir}/${bodiesName}`, hash, number }) : ok(record.inline);
  if (!bytes.ok) return bytes;
  const payload = parseJson(bytes.value.toString('utf8'));
  return payload === undefined ? failed('journal-record-edited', { number, segment: dir }) : ok(payload);
};

/** Fills in the payloads, also those kept by hash. A record whose payload cannot be had becomes damage. */
export const deliver = async (disk: Disk, dir: string, stored: readonly StoredRecord[]): Promise<Delivery> => {
  const records: JournalRecord[] = [];
  const damaged: JournalDamage[] = [];
  for (const record of stored) {
    const payload = await payloadOf(disk, dir, record);
    const { number, prev, hash } = record;
    if (payload.ok) records.push({ number, prev, hash, payload: payload.value });
    else damaged.push({ failure: payload.failure, first: number, last: number });
  }
  return { records, damaged };
};

const framesOf = async (disk: Disk, dir: string, segment: Segment): Promise<Result<readonly FramePlace[]>> => {
  if (segment.frames !== null) return ok(segment.frames);
  const bytes = await readSegment(disk, `${dir}/${segment.name}`);
  if (!bytes.ok) return bytes;
  segment.frames = placesOf(scanSegment(bytes.value, 0));
  return ok(segment.frames);
};

const readFrames = (
  disk: Disk,
  path: string,
  places: readonly FramePlace[],
): Promise<Result<readonly StoredRecord[]>> =>
  withFile(disk, path, 'read', async (file) => {
    const records: StoredRecord[] = [];
    for (const { block, blocks } of places) {
      const bytes = await file.read(block * blockBytes, blocks * blockBytes);
      const frame = bytes.ok ? frameAt(Buffer.from(bytes.value)) : null;
      records.push(...(frame?.records.filter(({ intact }) => intact) ?? []));
    }
    return ok(records);
  });

/** The flushes of one segment that hold records from `from` on, at most so many. */
const placesFrom = (frames: readonly FramePlace[], from: number, limit: number): readonly FramePlace[] => {
  const start = Math.max(
    0,
    frames.findLastIndex(({ first }) => first <= from),
  );
  return frames.slice(start, start + limit);
};

/** Records from number `from` on, at most `limit`, across segments; what is superseded or damaged is left out. */
export const readRecords = async (
  disk: Disk,
  { dir, segments }: { readonly dir: string; readonly segments: readonly Segment[] },
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<Result<readonly StoredRecord[]>> => {
  const records: StoredRecord[] = [];
  const start = Math.max(
    0,
    segments.findLastIndex(({ first }) => first <= from),
  );
  for (const [index, segment] of segments.entries()) {
    if (index < start || records.length >= limit) continue;
    const frames = await framesOf(disk, dir, segment);
    if (!frames.ok) return frames;
    const places = placesFrom(frames.value, from, limit - records.length);
    const read = await readFrames(disk, `${dir}/${segment.name}`, places);
    if (!read.ok) return read;
    const end = segments[index + 1]?.first ?? Infinity;
    records.push(...read.value.filter(({ number }) => number >= from && number < end));
  }
  return ok(records.slice(0, limit));
};

/** Hashes of all bodies that the records of these segments name. */
export const bodiesNamedIn = async (
  disk: Disk,
  { dir, segments }: { readonly dir: string; readonly segments: readonly Segment[] },
): Promise<Result<ReadonlySet<string>>> => {
  const named = new Set<string>();
  for (const segment of segments) {
    const bytes = await readSegment(disk, `${dir}/${segment.name}`);
    if (!bytes.ok) return bytes;
    for (const frame of scanSegment(bytes.value, 0).frames) {
      for (const record of frame.records) if (record.inline === null) named.add(record.payloadHash);
    }
  }
  return ok(named);
};
