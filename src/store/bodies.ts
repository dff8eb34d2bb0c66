import { failed, ok, type Result } from '../words/failure.ts';
import { done, readWhole, withFile, writeDurably, type Disk, type Done } from './disk.ts';
import { sha256 } from './record.ts';

/** Payloads too large for a segment, each a file named by the SHA-256 of its bytes. */
export interface Bodies {
  /** Resolves when the body is on the device. `journal-full` when its folder is at its bound and `sweep` frees nothing. */
  put(hash: string, bytes: Uint8Array): Promise<Done>;
  /** `journal-body-missing` or `journal-body-damaged` when it is not what its name says. */
  get(hash: string, number: number): Promise<Result<Buffer>>;
  /** Removes every body whose hash is not in `live`. */
  sweep(live: ReadonlySet<string>): Promise<Done>;
  /** Would a body of so many bytes fit into the bound now? */
  hasRoomFor(bytes: number): boolean;
  readonly usedBytes: number;
}

const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

/** Reads a body and proves it by its name. `number` is the record that asks, for the failure's text. */
export const readBody = async (
  disk: Disk,
  { dir, hash, number }: { readonly dir: string; readonly hash: string; readonly number: number },
): Promise<Result<Buffer>> => {
  const bytes = await readWhole(disk, `${dir}/${hash}`);
  if (!bytes.ok)
    return bytes.failure.code === 'disk-file-missing' ? failed('journal-body-missing', { number, hash }) : bytes;
  return sha256(bytes.value) === hash ? ok(Buffer.from(bytes.value)) : failed('journal-body-damaged', { number, hash });
};

const sizesIn = async (disk: Disk, dir: string): Promise<Result<Map<string, number>>> => {
  const names = await disk.list(dir);
  if (!names.ok) return names;
  const sizes = new Map<string, number>();
  for (const name of names.value) {
    if (!isHash(name)) {
      // Begun and never finished: the record that would name it does not exist.
      await disk.unlink(`${dir}/${name}`);
      continue;
    }
    const size = await withFile(disk, `${dir}/${name}`, 'read', (file) => file.size());
    if (size.ok) sizes.set(name, size.value);
  }
  return ok(sizes);
};

/** Opens the bodies folder `dir` (made when it is not there), bounded to `maxBytes`. */
export const openBodies = async (
  disk: Disk,
  { dir, maxBytes }: { readonly dir: string; readonly maxBytes: number },
): Promise<Result<Bodies>> => {
  const made = await disk.makeDir(dir);
  if (!made.ok) return made;
  const found = await sizesIn(disk, dir);
  if (!found.ok) return found;
  const sizes = found.value;
  const used = (): number => [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return ok({
    get usedBytes() {
      return used();
    },
    hasRoomFor: (bytes) => used() + bytes <= maxBytes,
    get: (hash, number) => readBody(disk, { dir, hash, number }),
    async put(hash, bytes) {
      // A body that is there already may be there in the cache only: a killed process leaves the folder unsynced.
      if (sizes.has(hash) && (await readBody(disk, { dir, hash, number: 0 })).ok) return disk.syncDir(dir);
      const written = await writeDurably(disk, { dir, name: hash, bytes });
      if (written.ok) sizes.set(hash, bytes.length);
      return written;
    },
    async sweep(live) {
      for (const hash of [...sizes.keys()].filter((name) => !live.has(name))) {
        const removed = await disk.unlink(`${dir}/${hash}`);
        if (!removed.ok && removed.failure.code !== 'disk-file-missing') return removed;
        sizes.delete(hash);
      }
      return done;
    },
  });
};
