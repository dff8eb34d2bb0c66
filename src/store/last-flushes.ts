import { ok, type Result } from '../words/failure.ts';
import { inOrder, withFile, type Disk, type Done } from './disk.ts';
import type { Found } from './recover.ts';
import { blockBytes } from './sector.ts';

interface Place {
  readonly disk: Disk;
  readonly dir: string;
}

/** A flush as it was found: it is written again as it was read then, whatever the system shows of it later. */
interface FoundFlush {
  readonly name: string;
  readonly first: number;
  readonly position: number;
  readonly bytes: Buffer;
}

/**
 * The last flush of each of the last two segments: one that failed may stand in the segment before the last, when a new one
 * was begun and nothing came into it. What that new one begins with again was written there, and needs no proof here.
 */
export const lastFlushes = async ({ disk, dir }: Place, { scans }: Found): Promise<Result<readonly FoundFlush[]>> => {
  const flushes: FoundFlush[] = [];
  const lastTwo = scans.slice(-2);
  for (const [index, { name, scan }] of lastTwo.entries()) {
    const before = lastTwo[index + 1]?.scan.header?.first ?? Infinity;
    const last = scan.frames.findLast(({ first }) => first < before);
    if (last === undefined) continue;
    const position = last.block * blockBytes;
    const read = await withFile(disk, `${dir}/${name}`, 'read', (file) =>
      file.read(position, last.blocks * blockBytes),
    );
    if (!read.ok) return read;
    flushes.push({ name, first: last.first, position, bytes: Buffer.from(read.value) });
  }
  return ok(flushes);
};

/**
 * Writes flushes once more, word for word, and syncs them with the folder. A process whose sync failed may have been killed
 * since: the kernel then shows bytes that are not on the device and calls them clean, and a sync alone would do nothing.
 */
export const bringToDevice = async (
  { disk, dir }: Place,
  { scans }: Found,
  flushes: readonly FoundFlush[],
): Promise<Done> => {
  for (const { name } of scans.slice(-2)) {
    const written = await withFile(disk, `${dir}/${name}`, 'update', (file) =>
      inOrder(
        ...flushes
          .filter((flush) => flush.name === name)
          .map(
            ({ position, bytes }) =>
              () =>
                file.write(position, bytes),
          ),
        () => file.datasync(),
      ),
    );
    if (!written.ok) return written;
  }
  return disk.syncDir(dir);
};
