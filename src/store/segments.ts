import { failed, ok, type Result } from '../words/failure.ts';
import { done, inOrder, withFile, type Disk, type DiskFile, type Done } from './disk.ts';
import type { JournalHead } from './record.ts';
import { blockBytes } from './sector.ts';
import { encodeSegmentHeader, segmentName } from './segment-header.ts';

/** Where one flush stands in its segment. */
export interface FramePlace {
  readonly first: number;
  readonly block: number;
  readonly blocks: number;
}

/** A segment file as the running journal knows it. */
export interface Segment {
  readonly id: number;
  readonly name: string;
  /** The number of its first record. */
  readonly first: number;
  readonly bytes: number;
  /** Its flushes, oldest first; null until somebody reads it. */
  frames: FramePlace[] | null;
}

export interface SegmentBounds {
  readonly segmentBytes: number;
  /** Most segment files at a time, a spare one included. */
  readonly maxSegments: number;
}

export const spareName = 'spare.journal';
/** A segment under way that begins with a flush. Not the spare: a later use of that must not find the flush in it. */
export const anewName = 'new-segment.journal';
const zeroChunk = Buffer.alloc(256 * 1024);

const fillWithZeros = async (file: DiskFile, bytes: number): Promise<Done> => {
  for (let position = 0; position < bytes; position += zeroChunk.length) {
    const wrote = await file.write(position, zeroChunk.subarray(0, Math.min(zeroChunk.length, bytes - position)));
    if (!wrote.ok) return wrote;
  }
  return file.datasync();
};

/**
 * The segment files of a folder and their bound. Files are filled with zeros once and then used again and again, so that an
 * append changes neither length nor block map, and a device sees each byte of the journal once. A file becomes a segment
 * by its header, synced, and then its name, synced: a name never stands over half a header.
 */
export class Segments {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #bounds: SegmentBounds;
  readonly list: Segment[];
  #spare: boolean;
  #sparing: Promise<Done> | null = null;
  #nextId: number;

  constructor(
    place: { readonly disk: Disk; readonly dir: string },
    bounds: SegmentBounds,
    found: { readonly segments: readonly Segment[]; readonly spare: boolean; readonly nextId: number },
  ) {
    this.#disk = place.disk;
    this.#dir = place.dir;
    this.#bounds = bounds;
    this.list = [...found.segments];
    this.#spare = found.spare;
    this.#nextId = found.nextId;
  }

  pathOf(name: string): string {
    return `${this.#dir}/${name}`;
  }

  /** Makes the spare in good time, in the background. Failures are met again, and told, when it is needed. */
  prepareSpare(keep: number): void {
    if (!this.#spare && this.#sparing === null) void this.#haveSpare(keep);
  }

  /** Resolves when nothing runs in the background. */
  async settled(): Promise<void> {
    await this.#sparing;
  }

  /**
   * Begins a new segment after record `after` and opens it for writing. `keep`: records from this number on must stay.
   * `content`: sealed blocks to stand in it from the beginning. Fails with `journal-full` at the bound, or with the disk's
   * own failure.
   */
  async begin(
    after: JournalHead,
    { flush, keep, content }: { readonly flush: number; readonly keep: number; readonly content: Buffer | null },
  ): Promise<Result<DiskFile>> {
    const spare = await this.#haveSpare(keep);
    if (!spare.ok) return spare;
    this.#spare = false;
    const id = this.#nextId;
    this.#nextId += 1;
    const name = segmentName(id);
    const { segmentBytes } = this.#bounds;
    const header = encodeSegmentHeader({ id, first: after.number + 1, prev: after.hash, flush, segmentBytes });
    const begun = await inOrder(
      () => (content === null ? this.#writeStart(spareName, header) : this.#writeApart(header, content)),
      () => this.#disk.rename(this.pathOf(content === null ? spareName : anewName), this.pathOf(name)),
      () => this.#disk.syncDir(this.#dir),
    );
    const file = begun.ok ? await this.#disk.open(this.pathOf(name), 'update') : begun;
    if (!file.ok) {
      // These pages failed once: neither name may bring them back.
      for (const failed of [spareName, anewName, name]) await this.#disk.unlink(this.pathOf(failed));
      return file;
    }
    const first = after.number + 1;
    const frames = content === null ? [] : [{ first, block: 1, blocks: content.length / blockBytes }];
    this.list.push({ id, name, first, bytes: segmentBytes, frames });
    return file;
  }

  /** Header and content in a file that no start takes for a spare, whatever a power cut leaves of it. */
  #writeApart(header: Buffer, content: Buffer): Promise<Done> {
    return inOrder(
      () => this.#disk.rename(this.pathOf(spareName), this.pathOf(anewName)),
      () => this.#disk.syncDir(this.#dir),
      () => this.#writeStart(anewName, Buffer.concat([header, content])),
    );
  }

  #writeStart(name: string, start: Buffer): Promise<Done> {
    return withFile(this.#disk, this.pathOf(name), 'update', (file) =>
      inOrder(
        () => file.write(0, start),
        () => file.datasync(),
      ),
    );
  }

  /** Frees the oldest segment if all its records are before `keep`; false when there is none. */
  async dropOldest(keep: number): Promise<Result<boolean>> {
    const oldest = this.#recyclable(keep);
    if (oldest === null) return ok(false);
    const removed = await this.#disk.unlink(this.pathOf(oldest.name));
    if (!removed.ok) return removed;
    this.list.shift();
    return ok(true);
  }

  #recyclable(keep: number): Segment | null {
    const [oldest, next] = this.list;
    return oldest !== undefined && next !== undefined && next.first <= keep ? oldest : null;
  }

  async #haveSpare(keep: number): Promise<Done> {
    if (this.#sparing !== null) await this.#sparing;
    if (this.#spare) return done;
    this.#sparing = this.#makeSpare(keep);
    const made = await this.#sparing;
    this.#sparing = null;
    this.#spare = made.ok;
    return made;
  }

  async #makeSpare(keep: number): Promise<Done> {
    if (this.list.length < this.#bounds.maxSegments) {
      const created = await this.#createSpare();
      if (created.ok || created.failure.code !== 'disk-full') return created;
      const recycled = await this.#recycle(keep);
      return recycled.ok ? recycled : created;
    }
    return this.#recycle(keep);
  }

  async #createSpare(): Promise<Done> {
    const path = this.pathOf(spareName);
    const created = await withFile(this.#disk, path, 'create', (file) =>
      fillWithZeros(file, this.#bounds.segmentBytes),
    );
    if (!created.ok) await this.#disk.unlink(path);
    return created;
  }

  async #recycle(keep: number): Promise<Done> {
    const { segmentBytes, maxSegments } = this.#bounds;
    const oldest = this.#recyclable(keep);
    if (oldest === null) return failed('journal-full', { maxBytes: maxSegments * segmentBytes, keep });
    if (oldest.bytes !== segmentBytes) {
      const dropped = await this.dropOldest(keep);
      return dropped.ok ? this.#createSpare() : dropped;
    }
    this.list.shift();
    const renamed = await this.#disk.rename(this.pathOf(oldest.name), this.pathOf(spareName));
    if (renamed.ok) return this.#disk.syncDir(this.#dir);
    this.list.unshift(oldest);
    return renamed;
  }

  /** Blocks in a segment that hold records. */
  get recordBlocks(): number {
    return this.#bounds.segmentBytes / blockBytes - 1;
  }
}
