import type { Random } from './seeded-random.ts';

/** What a device writes whole or not at all. */
const sectorBytes = 512;

/** A sector that was written since it was last synced: what the device holds, and what was written, oldest first. */
interface Unsynced {
  readonly base: Buffer;
  readonly versions: readonly Buffer[];
}

/**
 * The bytes of one file on the disk in memory: what programs see, and of each sector that is not synced what is on the
 * device and the versions that were written since. A power cut leaves of each sector any one of them.
 */
export class MemoryFile {
  #seen: Buffer = Buffer.alloc(0);
  #dirty = new Map<number, Unsynced>();
  /** Versions that a failed sync gave up: they may be on the device or not, and no later sync takes them along. */
  #orphaned = new Map<number, Unsynced>();
  #length = 0;
  #syncedLength = 0;

  get length(): number {
    return this.#length;
  }

  contents(): Buffer {
    return Buffer.from(this.#seen.subarray(0, this.#length));
  }

  read(position: number, length: number): Buffer {
    return Buffer.from(this.#seen.subarray(position, Math.min(position + length, this.#length)));
  }

  write(position: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = position + bytes.length;
    this.#grow(end);
    const first = Math.floor(position / sectorBytes);
    const behind = Math.ceil(end / sectorBytes);
    const before = Array.from({ length: behind - first }, (_, index) => this.#unsynced(first + index));
    this.#seen.set(bytes, position);
    this.#length = Math.max(this.#length, end);
    const written = Buffer.from(this.#seen.subarray(first * sectorBytes, behind * sectorBytes));
    for (const [index, { base, versions }] of before.entries()) {
      const version = written.subarray(index * sectorBytes, (index + 1) * sectorBytes);
      this.#dirty.set(first + index, { base, versions: [...versions, version] });
    }
  }

  truncate(): void {
    this.replace(Buffer.alloc(0));
  }

  /** Sets contents on the device and in memory alike. */
  replace(bytes: Buffer): void {
    this.#adopt(resized(bytes, roundedUp(bytes.length)), bytes.length);
  }

  sync(): void {
    for (const sector of this.#dirty.keys()) this.#orphaned.delete(sector);
    this.#dirty.clear();
    this.#syncedLength = this.#length;
  }

  /** As Linux does it: the pages are called clean although they are not on the device. */
  failSync(): void {
    this.#orphaned = this.#allUnsynced();
    this.#dirty.clear();
  }

  afterPowerCut(random: Random): MemoryFile {
    const remains = Buffer.from(this.#seen);
    let length = random() < 0.5 ? this.#syncedLength : this.#length;
    for (const [sector, { base, versions }] of this.#allUnsynced()) {
      const survivor = Math.floor(random() * (versions.length + 1));
      const version = survivor === 0 ? undefined : versions[survivor - 1];
      remains.set(version ?? base, sector * sectorBytes);
      if (version !== undefined)
        length = Math.max(length, Math.min(sector * sectorBytes + version.length, this.#length));
    }
    // What the device holds behind the end of the file is not part of it.
    remains.fill(0, length);
    const file = new MemoryFile();
    file.#adopt(remains, length);
    return file;
  }

  #adopt(bytes: Buffer, length: number): void {
    this.#seen = bytes;
    this.#length = length;
    this.#syncedLength = length;
    this.#dirty.clear();
    this.#orphaned.clear();
  }

  /** Of a sector about to be written: what its next version comes after. */
  #unsynced(sector: number): Unsynced {
    const dirty = this.#dirty.get(sector);
    if (dirty !== undefined) return dirty;
    const start = sector * sectorBytes;
    const base = this.#orphaned.get(sector)?.base ?? Buffer.from(this.#seen.subarray(start, start + sectorBytes));
    return { base, versions: [] };
  }

  #allUnsynced(): Map<number, Unsynced> {
    const all = new Map(this.#orphaned);
    for (const [sector, { base, versions }] of this.#dirty)
      all.set(sector, { base, versions: [...(all.get(sector)?.versions ?? []), ...versions] });
    return all;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#seen.length) return;
    this.#seen = resized(this.#seen, roundedUp(Math.max(bytes, this.#seen.length * 1.5)));
  }
}

/** Buffers hold whole sectors, so that each of their versions is one. */
const roundedUp = (bytes: number): number => Math.ceil(bytes / sectorBytes) * sectorBytes;

const resized = (bytes: Buffer, length: number): Buffer => {
  const copy = Buffer.alloc(length);
  bytes.copy(copy);
  return copy;
};
