import { recordHash, sha256, type JournalHead } from './record.ts';
import { blocksFor } from './sector.ts';

/** A payload ready to be written: its canonical JSON as UTF-8, and whether it goes to the bodies folder. */
export interface Payload {
  readonly bytes: Buffer;
  readonly hash: string;
  readonly asBody: boolean;
}

/** A record as a segment holds it. A payload kept by hash has no bytes here. */
export interface StoredRecord {
  readonly number: number;
  readonly prev: string;
  readonly hash: string;
  readonly payloadHash: string;
  readonly payloadBytes: number;
  /** The payload itself, or null when it is kept in the bodies folder. */
  readonly inline: Buffer | null;
  /** False: the hash in the record is not the hash of what stands there. */
  readonly intact: boolean;
}

/** The records of one flush. */
export interface Frame {
  readonly first: number;
  readonly prev: string;
  readonly records: readonly StoredRecord[];
}

export interface FrameHeader {
  readonly areaBytes: number;
  readonly first: number;
  readonly count: number;
  readonly prev: string;
}

const magic = Buffer.from('MLF1', 'ascii');
const headerBytes = 52;
const recordHeaderBytes = 40;
const hashBytes = 32;
const inlineKind = 1;
const bodyKind = 2;

const areaOf = (payload: Payload): number => recordHeaderBytes + (payload.asBody ? hashBytes : payload.bytes.length);

/** Blocks that these payloads take when they are written in one flush. */
export const blocksOf = (payloads: readonly Payload[]): number =>
  blocksFor(payloads.reduce((sum, payload) => sum + areaOf(payload), headerBytes));

const recordBytes = (payload: Payload, hash: string): Buffer => {
  const header = Buffer.alloc(recordHeaderBytes);
  header.writeUInt8(payload.asBody ? bodyKind : inlineKind, 0);
  header.writeUInt32BE(payload.bytes.length, 4);
  header.write(hash, 8, 'hex');
  return Buffer.concat([header, payload.asBody ? Buffer.from(payload.hash, 'hex') : payload.bytes]);
};

/** The bytes of one flush (before they are sealed) and the heads its records get, in order. */
export const encodeFrame = (
  payloads: readonly Payload[],
  after: JournalHead,
): { readonly data: Buffer; readonly heads: readonly JournalHead[] } => {
  const heads: JournalHead[] = [];
  let head = after;
  for (const payload of payloads) {
    head = { number: head.number + 1, hash: recordHash(head.number + 1, head.hash, payload.hash) };
    heads.push(head);
  }
  const area = Buffer.concat(payloads.map((payload, index) => recordBytes(payload, heads[index]?.hash ?? '')));
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32BE(area.length, 4);
  header.writeBigUInt64BE(BigInt(after.number + 1), 8);
  header.writeUInt32BE(payloads.length, 16);
  header.write(after.hash, 20, 'hex');
  return { data: Buffer.concat([header, area]), heads };
};

/** Reads the header at the start of a flush's data; null when it is none. */
export const decodeFrameHeader = (data: Buffer): FrameHeader | null => {
  if (data.length < headerBytes || !data.subarray(0, 4).equals(magic)) return null;
  const first = Number(data.readBigUInt64BE(8));
  if (!Number.isSafeInteger(first) || first < 1) return null;
  return { areaBytes: data.readUInt32BE(4), first, count: data.readUInt32BE(16), prev: data.toString('hex', 20, 52) };
};

export const frameBlocks = (header: FrameHeader): number => blocksFor(headerBytes + header.areaBytes);

const decodeRecord = (
  area: Buffer,
  start: number,
  place: { readonly number: number; readonly prev: string },
): { readonly record: StoredRecord; readonly end: number } | null => {
  if (start + recordHeaderBytes > area.length) return null;
  const kind = area.readUInt8(start);
  const payloadBytes = area.readUInt32BE(start + 4);
  const hash = area.toString('hex', start + 8, start + recordHeaderBytes);
  const from = start + recordHeaderBytes;
  const end = from + (kind === bodyKind ? hashBytes : payloadBytes);
  if ((kind !== inlineKind && kind !== bodyKind) || end > area.length) return null;
  const inline = kind === inlineKind ? area.subarray(from, end) : null;
  const payloadHash = inline === null ? area.toString('hex', from, end) : sha256(inline);
  const intact = recordHash(place.number, place.prev, payloadHash) === hash;
  return { record: { ...place, hash, payloadHash, payloadBytes, inline, intact }, end };
};

/**
 * Reads the records of one flush from its unsealed data; null when they do not fill their room exactly, which only a forger
 * brings about, since every sector was whole.
 */
export const decodeFrame = (data: Buffer): Frame | null => {
  const header = decodeFrameHeader(data);
  if (header === null || headerBytes + header.areaBytes > data.length) return null;
  const area = data.subarray(headerBytes, headerBytes + header.areaBytes);
  const records: StoredRecord[] = [];
  let start = 0;
  let prev = header.prev;
  while (start < area.length) {
    const read = decodeRecord(area, start, { number: header.first + records.length, prev });
    if (read === null) return null;
    records.push(read.record);
    prev = read.record.hash;
    start = read.end;
  }
  return records.length === header.count && records.length > 0
    ? { first: header.first, prev: header.prev, records }
    : null;
};
