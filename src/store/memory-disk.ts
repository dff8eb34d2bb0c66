import { posix } from 'node:path';
import { ok, type Result } from '../words/failure.ts';
import { diskFailure, done, type Disk, type DiskFile, type Done } from './disk.ts';
import { MemoryFile } from './memory-file.ts';
import { seededRandom, type Random } from './seeded-random.ts';

/** One call on the disk, counted from 1 over the life of the disk: the steps at which a power cut can be placed. */
export interface DiskCall {
  readonly index: number;
  readonly act: 'open' | 'read' | 'write' | 'datasync' | 'size' | 'rename' | 'link' | 'unlink' | 'list' | 'syncDir';
  readonly path: string;
}

export interface MemoryDiskSettings {
  /** Bytes of all files together; more is `disk-full`. Default: no bound. */
  readonly capacityBytes?: number;
  /** The power fails while this call runs: it and all later calls never settle. */
  readonly cutAtCall?: number;
  /** An errno makes the call fail (`EIO`, `ENOSPC`, `EROFS`…), null lets it through. */
  readonly fault?: (call: DiskCall) => string | null;
  /** Takes the call's time, e.g. on a simulated clock. */
  readonly takeTime?: (call: DiskCall) => Promise<void>;
}

/** A folder: the names that programs see, the names on the device, and the changes in between, oldest first. */
interface Folder {
  readonly seen: Map<string, MemoryFile>;
  readonly synced: Map<string, MemoryFile>;
  changes: (readonly [string, MemoryFile | null][])[];
}

const applyTo = (names: Map<string, MemoryFile>, change: readonly [string, MemoryFile | null][]): void => {
  for (const [name, file] of change) {
    if (file === null) names.delete(name);
    else names.set(name, file);
  }
};

/** Folder changes reach the device in their order: some first part of them is there after a cut. */
const namesAfterCut = (folder: Folder, random: Random): Map<string, MemoryFile> => {
  const names = new Map(folder.synced);
  const reached = Math.floor(random() * (folder.changes.length + 1));
  for (const change of folder.changes.slice(0, reached)) applyTo(names, change);
  return names;
};

/**
 * A disk in memory that forgets like a real one: bytes not yet synced are lost, kept, torn or reordered by sectors of
 * 512 bytes at a power cut, names not yet synced fall back to an earlier state of their folder, and what a failed sync
 * touched is never synced by a later one. Deterministic: the same calls and seed give the same remains.
 */
export class MemoryDisk implements Disk {
  settings: MemoryDiskSettings;
  readonly #folders: Map<string, Folder>;
  #calls = 0;
  #dark = false;
  #tellDark: () => void = () => undefined;
  /** Resolves when the power fails. */
  readonly cut: Promise<void>;

  constructor(settings: MemoryDiskSettings = {}, folders: Map<string, Folder> = new Map<string, Folder>()) {
    this.settings = settings;
    this.#folders = folders;
    this.cut = new Promise((resolve) => {
      this.#tellDark = resolve;
    });
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  /** What a machine finds at its next start after the power failed now. */
  afterPowerCut(seed: number, settings: MemoryDiskSettings = {}): MemoryDisk {
    const random = seededRandom(seed);
    const remains = new Map<MemoryFile, MemoryFile>();
    const remainsOf = (file: MemoryFile): MemoryFile => {
      const found = remains.get(file) ?? file.afterPowerCut(random);
      remains.set(file, found);
      return found;
    };
    const folders = new Map<string, Folder>();
    for (const [path, folder] of this.#folders) {
      const names = [...namesAfterCut(folder, random)].map(([name, file]) => [name, remainsOf(file)] as const);
      folders.set(path, { seen: new Map(names), synced: new Map(names), changes: [] });
    }
    return new MemoryDisk(settings, folders);
  }

  /** What the next process finds after this one was killed: everything written, and what was not synced still is not. */
  afterKill(settings: MemoryDiskSettings = {}): MemoryDisk {
    this.#dark = true;
    return new MemoryDisk(settings, this.#folders);
  }

  /** Changes bytes behind the program's back: bit rot, or a forger with the disk in hand. */
  tamper(path: string, change: (bytes: Buffer) => Buffer): void {
    const names = this.#folders.get(posix.dirname(path));
    const file = names?.seen.get(posix.basename(path));
    if (file === undefined) throw new Error(`no file ${path} to tamper with`);
    file.replace(change(file.contents()));
  }

  /** The contents as programs see them, or null; for tests. */
  peek(path: string): Buffer | null {
    return this.#folders.get(posix.dirname(path))?.seen.get(posix.basename(path))?.contents() ?? null;
  }

  open(path: string, how: 'read' | 'update' | 'create'): Promise<Result<DiskFile>> {
    return this.#call('open', path, () => {
      const folder = this.#folders.get(posix.dirname(path));
      if (folder === undefined) return diskFailure('open', path, 'ENOENT');
      const name = posix.basename(path);
      let file = folder.seen.get(name);
      if (how === 'create') {
        file ??= this.#change(folder, [[name, new MemoryFile()]]);
        file?.truncate();
      }
      return file === undefined ? diskFailure('open', path, 'ENOENT') : ok(this.#handle(file, path));
    });
  }

  rename(from: string, to: string): Promise<Done> {
    return this.#call('rename', from, () => {
      const folder = this.#folders.get(posix.dirname(from));
      const file = folder?.seen.get(posix.basename(from));
      if (folder === undefined || file === undefined) return diskFailure('rename', from, 'ENOENT');
      if (posix.dirname(from) !== posix.dirname(to)) return diskFailure('rename', from, 'EXDEV');
      this.#change(folder, [
        [posix.basename(from), null],
        [posix.basename(to), file],
      ]);
      return done;
    });
  }

  link(existing: string, path: string): Promise<Done> {
    return this.#call('link', existing, () => {
      const file = this.#folders.get(posix.dirname(existing))?.seen.get(posix.basename(existing));
      const folder = this.#folders.get(posix.dirname(path));
      if (file === undefined || folder === undefined) return diskFailure('link', existing, 'ENOENT');
      if (folder.seen.has(posix.basename(path))) return diskFailure('link', path, 'EEXIST');
      this.#change(folder, [[posix.basename(path), file]]);
      return done;
    });
  }

  unlink(path: string): Promise<Done> {
    return this.#call('unlink', path, () => {
      const folder = this.#folders.get(posix.dirname(path));
      if (folder?.seen.has(posix.basename(path)) !== true) return diskFailure('unlink', path, 'ENOENT');
      this.#change(folder, [[posix.basename(path), null]]);
      return done;
    });
  }

  /** Folders are durable at once: nothing here depends on when a folder itself appears. */
  makeDir(path: string): Promise<Done> {
    if (!this.#folders.has(path)) this.#folders.set(path, { seen: new Map(), synced: new Map(), changes: [] });
    return Promise.resolve(done);
  }

  list(path: string): Promise<Result<readonly string[]>> {
    return this.#call('list', path, () => {
      const folder = this.#folders.get(path);
      return folder === undefined ? diskFailure('readdir', path, 'ENOENT') : ok([...folder.seen.keys()].sort());
    });
  }

  syncDir(path: string): Promise<Done> {
    return this.#call('syncDir', path, () => {
      const folder = this.#folders.get(path);
      if (folder === undefined) return diskFailure('fsync', path, 'ENOENT');
      for (const change of folder.changes) applyTo(folder.synced, change);
      folder.changes = [];
      return done;
    });
  }

  #handle(file: MemoryFile, path: string): DiskFile {
    return {
      read: (position, length) => this.#call('read', path, () => ok(file.read(position, length))),
      write: (position, bytes) => this.#call('write', path, () => this.#write(file, path, { position, bytes })),
      datasync: () =>
        this.#call(
          'datasync',
          path,
          () => {
            file.sync();
            return done;
          },
          () => file.failSync(),
        ),
      size: () => this.#call('size', path, () => ok(file.length)),
      close: () => Promise.resolve(done),
    };
  }

  #write(file: MemoryFile, path: string, part: { readonly position: number; readonly bytes: Uint8Array }): Done {
    const room = (this.settings.capacityBytes ?? Infinity) - this.#usedBytes();
    const growth = Math.max(0, part.position + part.bytes.length - file.length);
    const missing = Math.max(0, growth - Math.max(0, room));
    file.write(part.position, part.bytes.subarray(0, part.bytes.length - missing));
    return missing === 0 ? done : diskFailure('write', path, 'ENOSPC');
  }

  #usedBytes(): number {
    const files = new Set([...this.#folders.values()].flatMap((folder) => [...folder.seen.values()]));
    return [...files].reduce((sum, file) => sum + file.length, 0);
  }

  #change(folder: Folder, change: readonly [string, MemoryFile | null][]): MemoryFile | undefined {
    applyTo(folder.seen, change);
    folder.changes.push(change);
    return change.at(-1)?.[1] ?? undefined;
  }

  async #call<T>(
    act: DiskCall['act'],
    path: string,
    effect: () => Result<T>,
    onFault: () => void = () => undefined,
  ): Promise<Result<T>> {
    const call: DiskCall = { index: ++this.#calls, act, path };
    if (this.#dark) return new Promise(() => undefined);
    if (call.index === this.settings.cutAtCall) {
      this.#dark = true;
      // The call was under way: a write may have reached the cache, a sync has synced nothing for certain.
      if (act !== 'datasync' && act !== 'syncDir') effect();
      this.#tellDark();
      return new Promise(() => undefined);
    }
    await this.settings.takeTime?.(call);
    const errno = this.settings.fault?.(call) ?? null;
    if (errno === null) return effect();
    onFault();
    return diskFailure(act, path, errno);
  }
}
