import { ok, type Result } from '../words/failure.ts';
import { inOrder, withFile, type Disk, type Done } from './disk.ts';
import type { JournalHead } from './record.ts';
import type { Found } from './recover.ts';
import { frameAt } from './scan.ts';
import { blockBytes, unsealBlocks } from './sector.ts';

interface Place {
  readonly disk: Disk;
  readonly dir: string;
}

/** A flush as it was found: it is written again as it was read then, whatever the system shows of it later. */
export interface FoundFlush {
  readonly name: string;
  readonly first: number;
  readonly position: number;
  readonly bytes: Buffer;
}

/** A flush that is to stand at the start of a new segment: the record it follows, and its data without seals. */
export interface FlushAnew {
  readonly after: JournalHead;
  readonly data: Buffer;
}

/** Records that were read and may not be on the device: a process whose sync failed may have been killed since. */
export interface Unproven {
  /** The number of the first one. */
  readonly from: number;
  /** Brings them there, on the blocks they were found on. */
  readonly prove: () => Promise<Done>;
  /** The same records for a new segment, where their own blocks take no write; null where that would hide a loss. */
  readonly anew: FlushAnew | null;
}

/**
 * The one flush that may be in the cache only: the last. Everything before a segment was on the device when that segment
 * was begun, so the flush before the last segment counts only where that one holds nothing and cannot say where it begins.
 */
export const lastFlush = async ({ disk, dir }: Place, { scans }: Found): Promise<Result<FoundFlush | null>> => {
  const last = scans.at(-1);
  const silent = last?.scan.header === null && last.scan.frames.length === 0;
  const named = silent ? scans.at(-2) : last;
  const frame = named?.scan.frames.at(-1);
  if (named === undefined || frame === undefined) return ok(null);
  const position = frame.block * blockBytes;
  const read = await withFile(disk, `${dir}/${named.name}`, 'read', (file) =>
    file.read(position, frame.blocks * blockBytes),
  );
  return read.ok ? ok({ name: named.name, first: frame.first, position, bytes: Buffer.from(read.value) }) : read;
};

/**
 * Writes a flush once more, word for word, and syncs it with the folder. A process whose sync failed may have been killed
 * since: the kernel then shows bytes that are not on the device and calls them clean, and a sync alone would do nothing.
 */
export const bringToDevice = async ({ disk, dir }: Place, flush: FoundFlush | null): Promise<Done> => {
  if (flush === null) return disk.syncDir(dir);
  const { name, position, bytes } = flush;
  const written = await withFile(disk, `${dir}/${name}`, 'update', (file) =>
    inOrder(
      () => file.write(position, bytes),
      () => file.datasync(),
    ),
  );
  return written.ok ? disk.syncDir(dir) : written;
};

/**
 * The flush for a new segment. Null unless it ends with the record that the next one follows: numbers behind it that are
 * lost or left out are remembered only by a segment that begins behind them.
 */
export const flushAnew = (flush: FoundFlush | null, next: JournalHead): FlushAnew | null => {
  const frame = flush === null ? null : frameAt(flush.bytes);
  const last = frame?.records.at(-1);
  if (flush === null || frame === null || last?.number !== next.number || last.hash !== next.hash) return null;
  return { after: { number: frame.first - 1, hash: frame.prev }, data: unsealBlocks(flush.bytes) };
};
