import { ok, type Result } from '../words/failure.ts';
import { joinChain, type Chain, type NamedScan } from './chain.ts';
import { withFile, type Disk, type DiskFile } from './disk.ts';
import { scanSegment, type SegmentScan } from './scan.ts';
import { blockBytes } from './sector.ts';
import { decodeSegmentHeader, segmentIdOf } from './segment-header.ts';
import { anewName, spareName, type FramePlace, type Segment } from './segments.ts';

/** The journal of a folder as it was found. */
export interface Found {
  readonly segments: readonly Segment[];
  /** Scans of the last segments: those from the asked number on. */
  readonly scans: readonly NamedScan[];
  readonly chain: Chain;
  /** True when a spare file of the right size lies ready. */
  readonly spare: boolean;
  /** True when the folder says that a journal was here. */
  readonly marked: boolean;
  readonly nextId: number;
}

/** A file in the journal's folder that says: a journal was begun here. */
export const markerName = 'JOURNAL';

const readByBlocks = async (file: DiskFile, size: number): Promise<Buffer> => {
  // A block the device cannot read becomes bytes that no seal fits, so that the scan names it and reads on behind it.
  const bytes = Buffer.alloc(size, 0xff);
  for (let position = 0; position < size; position += blockBytes) {
    const block = await file.read(position, Math.min(blockBytes, size - position));
    if (block.ok) bytes.set(block.value, position);
  }
  return bytes;
};

/** All bytes of a segment; where the device fails, block by block what can be read. */
export const readSegment = (disk: Disk, path: string): Promise<Result<Buffer>> =>
  withFile(disk, path, 'read', async (file) => {
    const size = await file.size();
    if (!size.ok) return size;
    const bytes = await file.read(0, size.value);
    return ok(bytes.ok ? Buffer.from(bytes.value) : await readByBlocks(file, size.value));
  });

/** Where the flushes of a scanned segment stand. */
export const placesOf = (scan: SegmentScan): FramePlace[] =>
  scan.frames.map(({ first, block, blocks }) => ({ first, block, blocks }));

const unknownFirst = Infinity;

/** A segment that does not say where it begins is taken to begin where the next one does, or where writing goes on. */
const settleFirsts = (segments: readonly Segment[], end: number): Segment[] => {
  const settled: Segment[] = [];
  for (const segment of [...segments].reverse()) {
    const first = segment.first === unknownFirst ? (settled[0]?.first ?? end) : segment.first;
    settled.unshift({ ...segment, first });
  }
  return settled;
};

const sketch = async (disk: Disk, dir: string, name: string): Promise<Result<Segment>> => {
  const path = `${dir}/${name}`;
  const id = segmentIdOf(name) ?? 0;
  const start = await withFile(disk, path, 'read', async (file) => {
    const size = await file.size();
    if (!size.ok) return size;
    const head = await file.read(0, blockBytes);
    return ok({ size: size.value, header: head.ok ? decodeSegmentHeader(Buffer.from(head.value)).header : null });
  });
  if (!start.ok) return start;
  const { size, header } = start.value;
  if (header?.id === id) return ok({ id, name, first: header.first, bytes: size, frames: null });
  const bytes = await readSegment(disk, path);
  if (!bytes.ok) return bytes;
  const scan = scanSegment(bytes.value, 0);
  return ok({ id, name, first: scan.frames[0]?.first ?? unknownFirst, bytes: size, frames: null });
};

const scanAll = async (
  disk: Disk,
  dir: string,
  segments: readonly Segment[],
): Promise<Result<readonly NamedScan[]>> => {
  const scans: NamedScan[] = [];
  for (const segment of segments) {
    const bytes = await readSegment(disk, `${dir}/${segment.name}`);
    if (!bytes.ok) return bytes;
    const scan = scanSegment(bytes.value, scans.at(-1)?.scan.topFlush ?? 0);
    segment.frames = placesOf(scan);
    scans.push({ name: segment.name, scan });
  }
  return ok(scans);
};

/** Removes what was begun and never finished, and says whether a spare of the right size lies ready. */
const hasSpare = async (disk: Disk, dir: string, segmentBytes: number): Promise<boolean> => {
  await disk.unlink(`${dir}/${anewName}`);
  const path = `${dir}/${spareName}`;
  const size = await withFile(disk, path, 'read', (file) => file.size());
  if (size.ok && size.value === segmentBytes) return true;
  if (size.ok) await disk.unlink(path);
  return false;
};

/**
 * Reads the segments of `dir` from the one that holds record `from` on (0: all), and joins them. Changes nothing but a spare
 * file that was begun and never finished, and that only when `segmentBytes` is given.
 */
export const findJournal = async (
  disk: Disk,
  { dir, from, segmentBytes }: { readonly dir: string; readonly from: number; readonly segmentBytes?: number },
): Promise<Result<Found>> => {
  const names = await disk.list(dir);
  if (!names.ok) return names;
  const segments: Segment[] = [];
  for (const name of names.value.filter((entry) => segmentIdOf(entry) !== null).sort()) {
    const segment = await sketch(disk, dir, name);
    if (!segment.ok) return segment;
    segments.push(segment.value);
  }
  const start = Math.max(
    0,
    segments.findLastIndex(({ first }) => first <= from),
  );
  const scans = await scanAll(disk, dir, segments.slice(start));
  if (!scans.ok) return scans;
  const chain = joinChain(scans.value);
  return ok({
    segments: settleFirsts(segments, chain.link.number + 1),
    scans: scans.value,
    chain,
    spare: segmentBytes === undefined ? false : await hasSpare(disk, dir, segmentBytes),
    marked: names.value.includes(markerName),
    nextId: (segments.at(-1)?.id ?? 0) + 1,
  });
};
