import { constants } from 'node:fs';
import { link, mkdir, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { failed, ok, type Result } from '../words/failure.ts';

/** An act that has no value to give back. */
export type Done = Result<null>;
export const done: Done = ok(null);

/** One open file. Positions and lengths are bytes. */
export interface DiskFile {
  /** The bytes from `position` on: fewer than `length` only at the end of the file. */
  read(position: number, length: number): Promise<Result<Uint8Array>>;
  /** All bytes or a failure; after a failure some of them may be there (a full disk writes a part). */
  write(position: number, bytes: Uint8Array): Promise<Done>;
  /** Resolves when the bytes (and the length) are on the device. After a failure the written pages are not to be trusted. */
  datasync(): Promise<Done>;
  size(): Promise<Result<number>>;
  close(): Promise<Done>;
}

/**
 * The disk as the store needs it: a port, so that tests and the simulator can put a disk in memory in its place. Nothing
 * throws; faults are `disk-full`, `disk-file-missing`, or `disk-failed` with the errno. Paths use `/`.
 */
export interface Disk {
  /** `read` and `update` need the file; `create` makes it anew and empty, for reading and writing. */
  open(path: string, how: 'read' | 'update' | 'create'): Promise<Result<DiskFile>>;
  rename(from: string, to: string): Promise<Done>;
  link(existing: string, path: string): Promise<Done>;
  unlink(path: string): Promise<Done>;
  /** Makes the folder and its parents; a folder that is there is fine. */
  makeDir(path: string): Promise<Done>;
  list(path: string): Promise<Result<readonly string[]>>;
  /** Makes names (creations, renames, removals) in this folder durable. */
  syncDir(path: string): Promise<Done>;
}

/** A fault of the operating system as a typed failure. */
export const diskFailure = (call: string, path: string, errno: string): ReturnType<typeof failed> => {
  if (errno === 'ENOENT') return failed('disk-file-missing', { path });
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return failed('disk-full', { call, path });
  return failed('disk-failed', { call, path, errno });
};

const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);

const attempt = async <T>(call: string, path: string, act: () => Promise<T>): Promise<Result<T>> => {
  try {
    return ok(await act());
  } catch (error) {
    return diskFailure(call, path, errnoOf(error));
  }
};

const doneBy = async (call: string, path: string, act: () => Promise<unknown>): Promise<Done> => {
  const result = await attempt(call, path, act);
  return result.ok ? done : result;
};

/** What `writeFully` needs of a file handle. */
export interface ShortWriter {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
}

/** A file handle may write less than it was given and still resolve (a disk that fills): go on until all is written. */
export const writeFully = async (handle: ShortWriter, position: number, bytes: Uint8Array): Promise<void> => {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    written += bytesWritten;
  }
};

const readFully = async (handle: FileHandle, position: number, length: number): Promise<Uint8Array> => {
  const bytes = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(bytes, got, length - got, position + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return bytes.subarray(0, got);
};

const realFile = (handle: FileHandle, path: string): DiskFile => ({
  read: (position, length) => attempt('read', path, () => readFully(handle, position, length)),
  write: (position, bytes) => doneBy('write', path, () => writeFully(handle, position, bytes)),
  datasync: () => doneBy('fdatasync', path, () => handle.datasync()),
  size: () => attempt('stat', path, async () => (await handle.stat()).size),
  close: () => doneBy('close', path, () => handle.close()),
});

const flags = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
};

const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The machine's own disk through node:fs; every wait is in libuv's thread pool, never on the main thread. */
export const realDisk: Disk = {
  open: (path, how) => attempt('open', path, async () => realFile(await open(path, flags[how], 0o600), path)),
  rename: (from, to) => doneBy('rename', from, () => rename(from, to)),
  link: (existing, path) => doneBy('link', existing, () => link(existing, path)),
  unlink: (path) => doneBy('unlink', path, () => unlink(path)),
  makeDir: (path) => doneBy('mkdir', path, () => mkdir(path, { recursive: true, mode: 0o700 })),
  list: (path) => attempt('readdir', path, () => readdir(path)),
  syncDir: (path) => doneBy('fsync', path, () => syncFolder(path)),
};

/** Opens, acts, and closes whatever happened; the act's failure wins over the closing's. */
export const withFile = async <T>(
  disk: Disk,
  path: string,
  how: 'read' | 'update' | 'create',
  act: (file: DiskFile) => Promise<Result<T>>,
): Promise<Result<T>> => {
  const file = await disk.open(path, how);
  if (!file.ok) return file;
  const result = await act(file.value);
  const closed = await file.value.close();
  return result.ok && !closed.ok ? closed : result;
};

/** The whole file. */
export const readWhole = (disk: Disk, path: string): Promise<Result<Uint8Array>> =>
  withFile(disk, path, 'read', async (file) => {
    const size = await file.size();
    return size.ok ? file.read(0, size.value) : size;
  });

/** Runs the acts one after the other and stops at the first failure. */
export const inOrder = async (...acts: readonly (() => Promise<Done>)[]): Promise<Done> => {
  for (const act of acts) {
    const result = await act();
    if (!result.ok) return result;
  }
  return done;
};

/**
 * A new file that is on the device, under its name, when this resolves: written beside, synced, renamed, folder synced.
 * After a failure the old file of that name stands, and what was begun is removed, so that a full disk stays usable.
 */
export const writeDurably = async (
  disk: Disk,
  { dir, name, bytes }: { readonly dir: string; readonly name: string; readonly bytes: Uint8Array },
): Promise<Done> => {
  const beside = `${dir}/new-${name}`;
  const written = await withFile(disk, beside, 'create', (file) =>
    inOrder(
      () => file.write(0, bytes),
      () => file.datasync(),
    ),
  );
  if (!written.ok) {
    await disk.unlink(beside);
    return written;
  }
  return inOrder(
    () => disk.rename(beside, `${dir}/${name}`),
    () => disk.syncDir(dir),
  );
};

/** The same of one file on the machine's own disk, in a folder that is there, by its whole path. */
export const writeFileDurably = (file: string, text: string): Promise<Done> =>
  writeDurably(realDisk, { dir: dirname(file), name: basename(file), bytes: Buffer.from(text) });
