import { crc32 } from 'node:zlib';

/** What a device writes whole or not at all. */
export const sectorBytes = 512;
/** One file-system block: the unit in which a flush takes room. */
export const blockBytes = 4096;
export const sectorsPerBlock = blockBytes / sectorBytes;
/** Every sector ends with a seal of 12 bytes: flush number (48 bits), place in the flush (16), CRC-32. */
const sealBytes = 12;
const sectorDataBytes = sectorBytes - sealBytes;
export const blockDataBytes = sectorDataBytes * sectorsPerBlock;

/**
 * One sector as it is found. `zero`: never written. `sealed`: whole, and it says which flush wrote it and where in that
 * flush it stands. `bad`: neither, so its bytes changed after they were written.
 */
export type Sector =
  | { readonly state: 'zero' }
  | { readonly state: 'bad' }
  | { readonly state: 'sealed'; readonly flush: number; readonly index: number; readonly data: Buffer };

const zeros = Buffer.alloc(sectorBytes);
const zeroBlock = Buffer.alloc(blockBytes);
const emptySectors: readonly Sector[] = Array.from({ length: sectorsPerBlock }, () => ({ state: 'zero' }));

/** Ten thousand flushes a second reach this after 200 years; a higher number was never ours, and leaves room to count on. */
const highestFlush = 2 ** 46;

export const blocksFor = (dataBytes: number): number => Math.ceil(dataBytes / blockDataBytes);

const sealInto = (target: Buffer, start: number, seal: { readonly flush: number; readonly index: number }): void => {
  target.writeUIntBE(seal.flush, start + sectorDataBytes, 6);
  target.writeUInt16BE(seal.index, start + sectorDataBytes + 6);
  target.writeUInt32BE(crc32(target.subarray(start, start + sectorBytes - 4)), start + sectorBytes - 4);
};

/** Spreads the data of one flush over whole blocks of sealed sectors; what is left of the last block is zeros, sealed too. */
export const sealBlocks = (data: Buffer, flush: number): Buffer => {
  const sectors = blocksFor(data.length) * sectorsPerBlock;
  const sealed = Buffer.alloc(sectors * sectorBytes);
  for (let index = 0; index < sectors; index += 1) {
    sealed.set(data.subarray(index * sectorDataBytes, (index + 1) * sectorDataBytes), index * sectorBytes);
    sealInto(sealed, index * sectorBytes, { flush, index });
  }
  return sealed;
};

/** The data of whole sealed blocks without their seals, zeros at the end of the last one included. */
export const unsealBlocks = (sealed: Buffer): Buffer =>
  Buffer.concat(
    Array.from({ length: sealed.length / sectorBytes }, (_, index) =>
      sealed.subarray(index * sectorBytes, index * sectorBytes + sectorDataBytes),
    ),
  );

/** Reads the sector that begins at byte `start`. A sector cut short by the end of the file is `bad`, or `zero` if nothing is there. */
export const openSector = (bytes: Buffer, start: number): Sector => {
  const sector = bytes.subarray(start, start + sectorBytes);
  if (sector.equals(zeros.subarray(0, sector.length))) return { state: 'zero' };
  if (sector.length < sectorBytes || sector.readUInt32BE(sectorBytes - 4) !== crc32(sector.subarray(0, -4))) {
    return { state: 'bad' };
  }
  const flush = sector.readUIntBE(sectorDataBytes, 6);
  if (flush > highestFlush) return { state: 'bad' };
  return {
    state: 'sealed',
    flush,
    index: sector.readUInt16BE(sectorDataBytes + 6),
    data: sector.subarray(0, sectorDataBytes),
  };
};

/** The sectors of `blocks` blocks from block `block` on. */
export const openSectors = (bytes: Buffer, block: number, blocks: number): readonly Sector[] => {
  const start = block * blockBytes;
  // Most of a segment is room that nothing has used yet: a start looks at thousands of such blocks.
  if (blocks === 1 && zeroBlock.equals(bytes.subarray(start, start + blockBytes))) return emptySectors;
  return Array.from({ length: blocks * sectorsPerBlock }, (_, index) => openSector(bytes, start + index * sectorBytes));
};
