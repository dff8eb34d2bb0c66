import { blockBytes, blockDataBytes, openSectors, sealBlocks, sectorsPerBlock } from './sector.ts';

/** What block 0 of a segment file says. */
export interface SegmentHeader {
  readonly id: number;
  /** The number its first record has, and the hash of the record before that one. */
  readonly first: number;
  readonly prev: string;
  /** The count of flushes when it was begun: flushes up to here in this file are from an earlier use of it. */
  readonly flush: number;
  readonly segmentBytes: number;
}

const magic = Buffer.from('MLS1', 'ascii');
const formatVersion = 1;
const copyBytes = blockDataBytes / sectorsPerBlock;

/** Block 0: the header, once in each of its eight sectors. */
export const encodeSegmentHeader = (header: SegmentHeader): Buffer => {
  const copy = Buffer.alloc(copyBytes);
  magic.copy(copy);
  copy.writeUInt32BE(formatVersion, 4);
  copy.writeBigUInt64BE(BigInt(header.id), 8);
  copy.writeBigUInt64BE(BigInt(header.first), 16);
  copy.write(header.prev, 24, 'hex');
  copy.writeUInt32BE(header.segmentBytes, 56);
  return sealBlocks(Buffer.concat(Array.from({ length: sectorsPerBlock }, () => copy)), header.flush);
};

const decodeCopy = (data: Buffer, flush: number): SegmentHeader | null => {
  if (!data.subarray(0, 4).equals(magic) || data.readUInt32BE(4) !== formatVersion) return null;
  const id = Number(data.readBigUInt64BE(8));
  const first = Number(data.readBigUInt64BE(16));
  if (!Number.isSafeInteger(id) || !Number.isSafeInteger(first) || first < 1) return null;
  return { id, first, prev: data.toString('hex', 24, 56), flush, segmentBytes: data.readUInt32BE(56) };
};

/** Reads the newest readable copy of the header; copies that cannot be read are counted. */
export const decodeSegmentHeader = (
  bytes: Buffer,
): { readonly header: SegmentHeader | null; readonly damagedCopies: number } => {
  const sectors = openSectors(bytes.subarray(0, blockBytes), 0, 1);
  const copies = sectors.map((sector) => (sector.state === 'sealed' ? decodeCopy(sector.data, sector.flush) : null));
  const header = copies.reduce<SegmentHeader | null>(
    (best, copy) => (copy !== null && copy.flush > (best?.flush ?? -1) ? copy : best),
    null,
  );
  return { header, damagedCopies: copies.filter((copy) => copy === null).length };
};

/** The file of segment `id`; names sort as their ids do. */
export const segmentName = (id: number): string => `segment-${String(id).padStart(12, '0')}.journal`;

export const segmentIdOf = (name: string): number | null => {
  const match = /^segment-(\d{12})\.journal$/.exec(name);
  return match?.[1] === undefined ? null : Number(match[1]);
};
