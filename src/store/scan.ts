import { decodeFrame, decodeFrameHeader, frameBlocks, type Frame } from './frame.ts';
import { decodeSegmentHeader, type SegmentHeader } from './segment-header.ts';
import { blockBytes, openSectors, sectorsPerBlock, type Sector } from './sector.ts';

/** A flush found whole: where it stands and what it holds. */
export interface FoundFrame extends Frame {
  readonly block: number;
  readonly blocks: number;
  readonly flush: number;
}

/**
 * A flush that is not whole. `torn`: sectors of it were never written, the rest is right: the power failed under it.
 * `rotten`: bytes changed after they were written, or a forger was at work. `records` is null where its header is lost.
 */
export interface Flaw {
  readonly kind: 'torn' | 'rotten';
  readonly block: number;
  readonly records: { readonly first: number; readonly count: number } | null;
}

/** What one segment file holds. */
export interface SegmentScan {
  /** Null when no copy of the header can be read. */
  readonly header: SegmentHeader | null;
  readonly frames: readonly FoundFrame[];
  /** Flaws after the last whole flush; those before it show as missing numbers. */
  readonly tail: readonly Flaw[];
  readonly flaws: readonly Flaw[];
  /** Blocks with damaged bytes that hold no record: copies of the header, or room not in use. */
  readonly worn: readonly number[];
  /** The first block after the last whole flush. */
  readonly nextBlock: number;
  readonly blocks: number;
  /** The highest flush number seen in this file, whole or not. */
  readonly topFlush: number;
}

interface Finding {
  readonly frame?: FoundFrame;
  readonly flaw?: Flaw;
  readonly worn?: boolean;
  readonly blocks: number;
  readonly topFlush: number;
}

type Sealed = Extract<Sector, { state: 'sealed' }>;

const isSealed = (sector: Sector): sector is Sealed => sector.state === 'sealed';

/** Sectors of a flush in their order, or what is wrong with them. */
const wholeOrFlaw = (sectors: readonly Sector[], flush: number): Buffer | Flaw['kind'] => {
  const inPlace = sectors.filter(
    (sector, index) => isSealed(sector) && sector.flush === flush && sector.index === index,
  );
  if (inPlace.length === sectors.length) return Buffer.concat(inPlace.filter(isSealed).map(({ data }) => data));
  return sectors.some(({ state }) => state === 'bad') ? 'rotten' : 'torn';
};

const readFrame = (bytes: Buffer, block: number, start: Sealed): Finding => {
  const header = decodeFrameHeader(start.data);
  const room = Math.floor(bytes.length / blockBytes) - block;
  const topFlush = start.flush;
  if (header === null || frameBlocks(header) > room) {
    return { flaw: { kind: 'rotten', block, records: null }, blocks: 1, topFlush };
  }
  const blocks = frameBlocks(header);
  const records = { first: header.first, count: header.count };
  const whole = wholeOrFlaw(openSectors(bytes, block, blocks), start.flush);
  if (typeof whole === 'string') return { flaw: { kind: whole, block, records }, blocks: 1, topFlush };
  const frame = decodeFrame(whole);
  return frame === null
    ? { flaw: { kind: 'rotten', block, records }, blocks, topFlush }
    : { frame: { ...frame, block, blocks, flush: start.flush }, blocks, topFlush };
};

/** The flush that was written at `block`, from bytes that begin there; null when it is not whole. */
export const frameAt = (bytes: Buffer): Frame | null => {
  const [start] = openSectors(bytes, 0, 1);
  return start !== undefined && isSealed(start) && start.index === 0
    ? (readFrame(bytes, 0, start).frame ?? null)
    : null;
};

/** Looks at one block: a flush newer than `above` begins here, or a piece of one that was torn, or nothing of now. */
const lookAt = (bytes: Buffer, block: number, above: number): Finding => {
  const sectors = openSectors(bytes, block, 1);
  const newer = sectors.filter(isSealed).filter(({ flush }) => flush > above);
  const bad = sectors.filter(({ state }) => state === 'bad').length;
  const topFlush = newer.reduce((top, { flush }) => Math.max(top, flush), above);
  if (newer.length === 0) {
    // Seven sound old sectors say that nothing new was written here; a block without any sound one says nothing.
    if (bad === sectorsPerBlock) return { flaw: { kind: 'rotten', block, records: null }, blocks: 1, topFlush };
    return { worn: bad > 0, blocks: 1, topFlush };
  }
  const [start] = sectors;
  if (start !== undefined && isSealed(start) && start.flush === topFlush && start.index === 0) {
    return readFrame(bytes, block, start);
  }
  return { flaw: { kind: bad > 0 ? 'rotten' : 'torn', block, records: null }, blocks: 1, topFlush };
};

/**
 * Reads a segment file from its bytes, whatever they are. Flushes are numbered upward for ever and one follows the other, so
 * in a file that was used before, old flushes are told from new ones by their number: only those above `aboveFlush` (the
 * highest of the segment before) and above the header's count.
 */
export const scanSegment = (bytes: Buffer, aboveFlush: number): SegmentScan => {
  const { header, damagedCopies } = decodeSegmentHeader(bytes);
  const blocks = Math.floor(bytes.length / blockBytes);
  const frames: FoundFrame[] = [];
  const worn: number[] = damagedCopies > 0 ? [0] : [];
  // A name stands over a whole header only, so a file without one, or shorter than it says, has lost something.
  const headless: Flaw[] = header === null ? [{ kind: 'rotten', block: 0, records: null }] : [];
  let tail = [...headless];
  let topFlush = Math.max(aboveFlush, header?.flush ?? 0);
  let nextBlock = 1;
  const flaws = [...headless];
  for (let block = 1; block < blocks;) {
    const found = lookAt(bytes, block, topFlush);
    topFlush = found.topFlush;
    if (found.worn === true) worn.push(block);
    if (found.flaw !== undefined) {
      flaws.push(found.flaw);
      tail.push(found.flaw);
    }
    block += found.blocks;
    if (found.frame !== undefined) {
      frames.push(found.frame);
      tail = [];
      nextBlock = block;
    }
  }
  if (header !== null && header.segmentBytes > bytes.length)
    tail.push({ kind: 'rotten', block: blocks, records: null });
  return { header, frames, tail, flaws, worn, nextBlock, blocks, topFlush };
};
