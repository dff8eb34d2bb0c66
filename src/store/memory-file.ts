import type { Random } from './seeded-random.ts';

/** What a device writes whole or not at all. */
const sectorBytes = 512;

/**
 * The bytes of one file on the disk in memory: what programs see, what is on the device, and the versions of each sector
 * that were written since it was last synced. A power cut leaves of each sector any one of its versions.
 */
export class MemoryFile {
  #seen: Buffer = Buffer.alloc(0);
  #synced: Buffer = Buffer.alloc(0);
  /** Unsynced versions of each sector, oldest first. */
  #dirty = new Map<number, Buffer[]>();
  /** Versions that a failed sync gave up: they may be on the device or not, and no later sync takes them along. */
  #orphaned = new Map<number, Buffer[]>();
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
    this.#seen.set(bytes, position);
    this.#length = Math.max(this.#length, end);
    const first = Math.floor(position / sectorBytes);
    const written = Buffer.from(this.#seen.subarray(first * sectorBytes, Math.ceil(end / sectorBytes) * sectorBytes));
    for (let start = 0; start < written.length; start += sectorBytes) {
      const sector = first + start / sectorBytes;
      const versions = this.#dirty.get(sector) ?? [];
      versions.push(written.subarray(start, start + sectorBytes));
      this.#dirty.set(sector, versions);
    }
  }

  truncate(): void {
    this.replace(Buffer.alloc(0));
  }

  /** Sets contents on the device and in memory alike. */
  replace(bytes: Buffer): void {
    this.#seen = Buffer.from(bytes);
    this.#synced = Buffer.from(bytes);
    this.#length = bytes.length;
    this.#syncedLength = bytes.length;
    this.#dirty = new Map();
    this.#orphaned = new Map();
  }

  sync(): void {
    if (this.#synced.length !== this.#seen.length) this.#synced = resized(this.#synced, this.#seen.length);
    for (const [sector, versions] of this.#dirty) {
      this.#synced.set(versions.at(-1) ?? [], sector * sectorBytes);
      this.#orphaned.delete(sector);
    }
    this.#dirty = new Map();
    this.#syncedLength = this.#length;
  }

  /** As Linux does it: the pages are called clean although they are not on the device. */
  failSync(): void {
    for (const [sector, versions] of this.#dirty) {
      this.#orphaned.set(sector, [...(this.#orphaned.get(sector) ?? []), ...versions]);
    }
    this.#dirty = new Map();
  }

  afterPowerCut(random: Random): MemoryFile {
    const remains = resized(this.#synced, this.#seen.length);
    let length = random() < 0.5 ? this.#syncedLength : this.#length;
    for (const [sector, versions] of this.#versions()) {
      const survivor = Math.floor(random() * (versions.length + 1));
      const bytes = survivor === 0 ? null : versions[survivor - 1];
      if (bytes === null || bytes === undefined) continue;
      remains.set(bytes, sector * sectorBytes);
      length = Math.max(length, Math.min(sector * sectorBytes + bytes.length, this.#length));
    }
    const file = new MemoryFile();
    file.replace(remains.subarray(0, length));
    return file;
  }

  #versions(): Map<number, Buffer[]> {
    const all = new Map(this.#orphaned);
    for (const [sector, versions] of this.#dirty) all.set(sector, [...(all.get(sector) ?? []), ...versions]);
    return all;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#seen.length) return;
    const rounded = Math.ceil(Math.max(bytes, this.#seen.length * 1.5) / sectorBytes) * sectorBytes;
    this.#seen = resized(this.#seen, rounded);
  }
}

const resized = (bytes: Buffer, length: number): Buffer => {
  const copy = Buffer.alloc(length);
  bytes.copy(copy, 0, 0, Math.min(bytes.length, length));
  return copy;
};
