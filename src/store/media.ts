import { createHash } from 'node:crypto';
import { errorCodes } from '../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { done, withFile, type Disk, type DiskFile, type Done } from './disk.ts';
import { formatOf, type MediaFormat } from './media-format.ts';

/** A recording as a verified order names it. */
export interface NamedMedia {
  /** 64 hex digits: its name on the disk is made from nothing else. */
  readonly sha256: string;
  readonly bytes: number;
  readonly format: MediaFormat;
  readonly durationMs: number;
}

export interface MediaPorts {
  readonly disk: Disk;
  readonly dir: string;
  /** Bytes free on the disk of `dir`. */
  readonly freeBytes: () => Promise<number>;
  /** So many bytes of the disk stay free, for the journal. */
  readonly floorBytes: number;
  /** Decodes a whole file in a child that can be killed. Errors: the decoder's codes. */
  readonly decode: (path: string, media: NamedMedia) => Promise<Result<{ readonly durationMs: number }>>;
}

/**
 * Warning audio by its SHA-256. A file without `.part` is complete, its hash held, it was decoded, and it is on the
 * device; a `.part` is a prefix that came so far. Nothing else ever lies in the folder.
 */
export interface MediaStore {
  /** Opens or resumes one; resolves to the bytes that are here. Errors: `media-disk-low`, `disk-…`. */
  readonly begin: (media: NamedMedia) => Promise<Result<number>>;
  /** Adds bytes at the end of what is here. */
  readonly append: (sha256: string, offset: number, bytes: Uint8Array) => Promise<Done>;
  /**
   * All bytes are here: proves hash, format, sound and length, and makes it durable under its name. What fails is
   * deleted. Errors: `media-hash-wrong`, `media-torn` (ask again from the start), `media-format-wrong`,
   * `media-duration-wrong`, `disk-…`, the decoder's.
   */
  readonly finish: (media: NamedMedia) => Promise<Done>;
  /** Path of a complete file, else null. */
  readonly path: (sha256: string) => string | null;
  /** Deletes everything but these, parts too. */
  readonly keepOnly: (wanted: ReadonlySet<string>) => Promise<Done>;
}

const nameForm = /^[0-9a-f]{64}(\.part)?$/;
const hashStepBytes = 262_144;
/** Bytes that may be lost to a power cut: they are asked for again. */
const syncEveryBytes = 262_144;

/** How far the length of a recording may be from what its order says: encoders add their own silence at the ends. */
export const durationFits = (ms: number, saidMs: number): boolean =>
  Math.abs(ms - saidMs) <= Math.max(250, saidMs * 0.02);

/** In steps, so that 20 MB of hashing never hold up the main thread. */
const hashOfFile = async (file: DiskFile, bytes: number): Promise<Result<string>> => {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes; at += hashStepBytes) {
    const step = await file.read(at, Math.min(hashStepBytes, bytes - at));
    if (!step.ok) return step;
    hash.update(step.value);
  }
  return ok(hash.digest('hex'));
};

const proveBytes = async (file: DiskFile, media: NamedMedia): Promise<Done> => {
  const size = await file.size();
  if (!size.ok) return size;
  const hash = size.value === media.bytes ? await hashOfFile(file, media.bytes) : ok('');
  if (!hash.ok) return hash;
  if (hash.value !== media.sha256) return failed('media-hash-wrong');
  const head = await file.read(0, 64);
  if (!head.ok) return head;
  return formatOf(head.value) === media.format ? done : failed('media-format-wrong', { said: media.format });
};

const proveSound = async (ports: MediaPorts, path: string, media: NamedMedia): Promise<Done> => {
  const decoded = await ports.decode(path, media);
  if (!decoded.ok) return decoded;
  const { durationMs } = decoded.value;
  if (durationFits(durationMs, media.durationMs)) return done;
  return failed('media-duration-wrong', { ms: Math.round(durationMs), said: media.durationMs });
};

/** A file that exhausts its decoder, or ends it, does so every time. */
const fatal: readonly string[] = ['audio-slow', 'audio-memory', 'audio-died'];

/** Will it fail again unchanged? A disk may recover, whatever it said. */
export const isLasting = ({ code }: Failure): boolean =>
  fatal.includes(code) || (!code.startsWith('disk-') && errorCodes[code].lasting === 'permanent');

const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);

/** Names in the folder; whatever was not made here is removed. */
const readNames = async ({ disk, dir }: MediaPorts): Promise<Result<readonly string[]>> => {
  const made = await disk.makeDir(dir);
  if (!made.ok) return made;
  const names = await disk.list(dir);
  if (!names.ok) return names;
  for (const name of names.value) if (!nameForm.test(name)) await disk.unlink(`${dir}/${name}`);
  return ok(names.value.filter((name) => nameForm.test(name)));
};

interface Shelf extends MediaPorts {
  readonly complete: Set<string>;
  /** Begun before the last start: after a power cut its end may be rubbish, which is no fault of the centre's. */
  readonly inherited: Set<string>;
  /** Bytes that were written and not yet synced. */
  readonly unsynced: Map<string, number>;
}

const partOf = ({ dir }: Shelf, sha256: string): string => `${dir}/${sha256}.part`;

const drop = async (shelf: Shelf, sha256: string): Promise<void> => {
  await shelf.disk.unlink(partOf(shelf, sha256));
  shelf.inherited.delete(sha256);
  shelf.unsynced.delete(sha256);
};

const prove = async (shelf: Shelf, media: NamedMedia): Promise<Done> => {
  const path = partOf(shelf, media.sha256);
  const synced = await withFile(shelf.disk, path, 'update', (file) => file.datasync());
  if (!synced.ok) return synced;
  const proven = await withFile(shelf.disk, path, 'read', (file) => proveBytes(file, media));
  if (proven.ok) return proveSound(shelf, path, media);
  const isTorn = proven.failure.code === 'media-hash-wrong' && shelf.inherited.has(media.sha256);
  return isTorn ? failed('media-torn') : proven;
};

const begin = async (shelf: Shelf, media: NamedMedia): Promise<Result<number>> => {
  const path = partOf(shelf, media.sha256);
  const there = await withFile(shelf.disk, path, 'read', (file) => file.size());
  const kept = there.ok && there.value <= media.bytes ? there.value : 0;
  const free = await shelf.freeBytes();
  if (free - (media.bytes - kept) < shelf.floorBytes)
    return failed('media-disk-low', { free: megabytes(free), floor: megabytes(shelf.floorBytes) });
  if (kept > 0) return ok(kept);
  shelf.inherited.delete(media.sha256);
  const made = await withFile(shelf.disk, path, 'create', () => Promise.resolve(done));
  return made.ok ? ok(0) : made;
};

const append = (shelf: Shelf, sha256: string, offset: number, bytes: Uint8Array): Promise<Done> =>
  withFile(shelf.disk, partOf(shelf, sha256), 'update', async (file) => {
    const written = await file.write(offset, bytes);
    const loose = (shelf.unsynced.get(sha256) ?? 0) + bytes.length;
    shelf.unsynced.set(sha256, loose < syncEveryBytes ? loose : 0);
    return written.ok && loose >= syncEveryBytes ? file.datasync() : written;
  });

const finish = async (shelf: Shelf, media: NamedMedia): Promise<Done> => {
  const { disk, dir, complete, unsynced } = shelf;
  const { sha256 } = media;
  const proven = await prove(shelf, media);
  if (!proven.ok) {
    // A decoder that could not be started says nothing about the file: it stays, and is proven later.
    if (isLasting(proven.failure) || proven.failure.code === 'media-torn') await drop(shelf, sha256);
    return proven;
  }
  unsynced.delete(sha256);
  const renamed = await disk.rename(partOf(shelf, sha256), `${dir}/${sha256}`);
  const synced = renamed.ok ? await disk.syncDir(dir) : renamed;
  if (synced.ok) complete.add(sha256);
  return synced;
};

const keepOnly = async ({ disk, dir, complete, inherited }: Shelf, wanted: ReadonlySet<string>): Promise<Done> => {
  const found = await disk.list(dir);
  if (!found.ok) return found;
  for (const name of found.value) {
    const sha256 = name.slice(0, 64);
    if (wanted.has(sha256)) continue;
    complete.delete(sha256);
    inherited.delete(sha256);
    const removed = await disk.unlink(`${dir}/${name}`);
    if (!removed.ok && removed.failure.code !== 'disk-file-missing') return removed;
  }
  return done;
};

/** Opens the folder (made when it is not there). */
export const openMedia = async (ports: MediaPorts): Promise<Result<MediaStore>> => {
  const names = await readNames(ports);
  if (!names.ok) return names;
  const parts = names.value.filter((name) => name.endsWith('.part'));
  const shelf: Shelf = {
    ...ports,
    complete: new Set(names.value.filter((name) => !name.endsWith('.part'))),
    inherited: new Set(parts.map((name) => name.slice(0, -'.part'.length))),
    unsynced: new Map(),
  };
  return ok({
    begin: (media) => begin(shelf, media),
    append: (sha256, offset, bytes) => append(shelf, sha256, offset, bytes),
    finish: (media) => finish(shelf, media),
    path: (sha256) => (shelf.complete.has(sha256) ? `${shelf.dir}/${sha256}` : null),
    keepOnly: (wanted) => keepOnly(shelf, wanted),
  });
};
