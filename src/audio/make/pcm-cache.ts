import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pcm } from '../pcm.ts';
import type { Lane } from './turns.ts';

/** Sound that was made before, by the hash of what it was made from. */
export interface PcmCache {
  readonly get: (key: string) => Promise<Pcm | null>;
  /**
   * Resolves with the reason why it could not be kept, else null; the sound itself is not harmed by that. What is wanted at
   * once may be kept for a shorter time than what is made ahead.
   */
  readonly put: (key: string, pcm: Pcm, lane: Lane) => Promise<string | null>;
}

export const keyOf = (parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** The newest sounds in memory, up to so many samples. */
export const memoryCache = (mostSamples: number): PcmCache => {
  const kept = new Map<string, Pcm>();
  let samples = 0;
  const forget = (key: string): void => {
    samples -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  };
  return {
    get: (key) => {
      const pcm = kept.get(key) ?? null;
      if (pcm !== null) {
        kept.delete(key);
        kept.set(key, pcm);
      }
      return Promise.resolve(pcm);
    },
    put: (key, pcm) => {
      forget(key);
      if (pcm.length <= mostSamples / 4) {
        kept.set(key, pcm);
        samples += pcm.length;
      }
      for (const oldest of kept.keys()) {
        if (samples <= mostSamples) break;
        forget(oldest);
      }
      return Promise.resolve(null);
    },
  };
};

/** The file operations of the disk cache, so that a full disk can be tried. */
export interface CacheFiles {
  readonly list: () => Promise<readonly { readonly name: string; readonly bytes: number; readonly usedAt: number }[]>;
  readonly read: (name: string) => Promise<Uint8Array | null>;
  /** Whole or not at all. Rejects as the system does. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly touch: (name: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

const unlessMissing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
};

export const cacheFolder = (folder: string): CacheFiles => ({
  list: async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = await readdir(folder);
    // What a crash left half written goes at the next start.
    for (const name of names)
      if (name.endsWith('.part')) await rm(join(folder, name), { force: true }).catch(() => undefined);
    const stats = names
      .filter((name) => name.endsWith('.pcm'))
      .map(async (name) => {
        const found = await stat(join(folder, name)).catch(unlessMissing);
        return found === null ? [] : [{ name, bytes: found.size, usedAt: found.mtimeMs }];
      });
    return (await Promise.all(stats)).flat();
  },
  read: (name) => readFile(join(folder, name)).catch(unlessMissing),
  write: async (name, bytes) => {
    const part = join(folder, `${randomUUID()}.part`);
    try {
      const handle = await open(part, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
      await rename(part, join(folder, name));
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  },
  touch: (name) => {
    const now = new Date();
    return utimes(join(folder, name), now, now);
  },
  remove: (name) => rm(join(folder, name), { force: true }),
});

const hashBytes = 32;
const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const packed = (pcm: Pcm): Uint8Array => {
  const samples = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return Buffer.concat([hashOf(samples), samples]);
};

/** The samples of a cache file, null where it is not what was written. */
const unpacked = (bytes: Uint8Array): Pcm | null => {
  // A copy with a buffer of its own: slice of a Buffer would be a view of the whole file.
  const samples = Uint8Array.from(bytes.subarray(hashBytes));
  if (bytes.length < hashBytes || samples.length % 2 !== 0) return null;
  return hashOf(samples).equals(bytes.subarray(0, hashBytes)) ? new Int16Array(samples.buffer) : null;
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.message : 'unknown';

/** The cache on disk: checked on reading, bounded by size, the least used goes first. */
export const diskCache = (files: CacheFiles, mostBytes: number): PcmCache => {
  const sizes = new Map<string, number>();
  let total = 0;
  const note = (name: string, bytes: number): void => {
    total += bytes - (sizes.get(name) ?? 0);
    sizes.delete(name);
    if (bytes > 0) sizes.set(name, bytes);
  };
  const opened = files.list().then(
    (found) => {
      for (const { name, bytes } of found.toSorted((a, b) => a.usedAt - b.usedAt)) note(name, bytes);
      return null;
    },
    (error: unknown) => codeOf(error),
  );
  const shrink = async (): Promise<void> => {
    for (const name of sizes.keys()) {
      if (total <= mostBytes) return;
      note(name, 0);
      await files.remove(name);
    }
  };
  const get = async (key: string): Promise<Pcm | null> => {
    const name = `${key}.pcm`;
    await opened;
    if (!sizes.has(name)) return null;
    const bytes = await files.read(name);
    const pcm = bytes === null ? null : unpacked(bytes);
    if (pcm === null) {
      note(name, 0);
      await files.remove(name);
      return null;
    }
    note(name, sizes.get(name) ?? 0);
    // A card that can only be read any more still gives what was made ahead.
    await files.touch(name).catch(() => undefined);
    return pcm;
  };
  const put = async (key: string, pcm: Pcm): Promise<null> => {
    const bytes = packed(pcm);
    if (bytes.length > mostBytes / 4) return null;
    await files.write(`${key}.pcm`, bytes);
    note(`${key}.pcm`, bytes.length);
    await shrink();
    return null;
  };
  return {
    // A disk that fails costs the time to make the sound again, nothing else.
    get: (key) => get(key).catch(() => null),
    put: async (key, pcm) => (await opened) ?? (await put(key, pcm).catch(codeOf)),
  };
};

/**
 * First memory, then disk; what was found on disk is kept in memory. The disk is for what is made ahead and said for years:
 * the words of an order are new each time, and half a megabyte a sentence would wear the card out.
 */
export const twoCaches = (memory: PcmCache, disk: PcmCache | null): PcmCache => ({
  get: async (key) => {
    const known = await memory.get(key);
    if (known !== null || disk === null) return known;
    const found = await disk.get(key);
    if (found !== null) await memory.put(key, found, 'urgent');
    return found;
  },
  put: async (key, pcm, lane) => {
    await memory.put(key, pcm, lane);
    return disk === null || lane === 'urgent' ? null : disk.put(key, pcm, lane);
  },
});
