import { Low } from 'lowdb';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { readSlot, slots, type Generation, type Slot } from './checkpoint-file.ts';
import { done, type Disk, type Done } from './disk.ts';
import { CheckpointRejected, durableAdapter } from './durable-adapter.ts';

export const defaultLimitBytes = 200_000;

export interface CheckpointSettings<T> {
  readonly disk: Disk;
  readonly dir: string;
  readonly schemaVersion: number;
  /** Reads data of this or an older schema version: the place for migrations. A failure makes that generation unusable. */
  readonly parse: (data: unknown, schemaVersion: number) => Result<T>;
  /** Most bytes of a file. Default 200 000. */
  readonly limitBytes?: number;
}

/** What a checkpoint held. */
export interface CheckpointFound<T> {
  readonly data: T;
  readonly generation: number;
  /** The generation before, where it can be used: the journal must reach back to it, should this one rot. */
  readonly older: T | null;
  /** Why the newer file was not used, or that one has vanished; empty when all is well. To be reported. */
  readonly notes: readonly Failure[];
}

export interface Checkpoint<T> {
  /**
   * The newest generation that can be used; null when there never was one. `journalExists`: a journal with records is
   * there, so that no checkpoint at all is `checkpoint-missing`. `checkpoint-damaged` when files are there and none can
   * be used.
   */
  read(journalExists: boolean): Promise<Result<CheckpointFound<T> | null>>;
  /**
   * Resolves when this data, or newer data handed in since, is on the device. Writes asked for while one runs become one.
   * Failures leave both old generations as they were: `checkpoint-too-large`, `checkpoint-unfit`, `disk-full`….
   */
  write(data: T): Promise<Done>;
  /** The lowdb database; its data is the newest generation. */
  readonly db: Low<Generation>;
}

interface Usable<T> {
  readonly generation: Generation;
  readonly data: T;
}

const usable = async <T>(settings: CheckpointSettings<T>, slot: Slot): Promise<Result<Usable<T> | null>> => {
  const { disk, dir, schemaVersion, parse } = settings;
  const found = await readSlot(disk, dir, slot);
  if (!found.ok || found.value === null) return found.ok ? ok(null) : found;
  const generation = found.value;
  if (generation.schemaVersion > schemaVersion) {
    return failed('checkpoint-schema-newer', { file: slot, found: generation.schemaVersion, known: schemaVersion });
  }
  const data = parse(generation.data, generation.schemaVersion);
  return data.ok ? ok({ generation, data: data.value }) : data;
};

interface Looked<T> {
  readonly newest: Usable<T> | null;
  readonly older: Usable<T> | null;
  readonly notes: readonly Failure[];
}

const lookAt = async <T>(settings: CheckpointSettings<T>): Promise<Looked<T>> => {
  const found: Usable<T>[] = [];
  const notes: Failure[] = [];
  const absent: Slot[] = [];
  for (const slot of slots) {
    const look = await usable(settings, slot);
    if (!look.ok) notes.push(look.failure);
    else if (look.value === null) absent.push(slot);
    else found.push(look.value);
  }
  found.sort((a, b) => b.generation.generation - a.generation.generation);
  const [newest = null, older = null] = found;
  // The first generation has no elder; any later one must have one beside it.
  if (newest !== null && newest.generation.generation > 1) {
    notes.push(...absent.map((file) => failed('checkpoint-generation-missing', { file }).failure));
  }
  return { newest, older, notes };
};

const rejection = (error: unknown): Failure => {
  if (error instanceof CheckpointRejected) return error.failure;
  throw error;
};

/** Writes one at a time; what comes in meanwhile waits as one, the newest data winning. */
const coalescing = <T>(writeNow: (data: T) => Promise<Done>): ((data: T) => Promise<Done>) => {
  let running: Promise<Done> | null = null;
  let waiting: { data: T; readonly result: Promise<Done> } | null = null;
  const begin = (data: T): Promise<Done> => {
    running = writeNow(data).finally(() => {
      running = null;
    });
    return running;
  };
  return (data) => {
    if (waiting !== null) {
      waiting.data = data;
      return waiting.result;
    }
    if (running === null) return begin(data);
    const result = running.then((): Promise<Done> => {
      const newest = waiting === null ? data : waiting.data;
      waiting = null;
      return begin(newest);
    });
    waiting = { data, result };
    return result;
  };
};

/**
 * Opens the checkpoint of a folder: lowdb over an adapter of ours with two generations, checksum, schema version and syncs.
 * Nothing is read or written before `read`.
 */
export const openCheckpoint = async <T>(settings: CheckpointSettings<T>): Promise<Result<Checkpoint<T>>> => {
  const { disk, dir, schemaVersion, limitBytes = defaultLimitBytes } = settings;
  const made = await disk.makeDir(dir);
  if (!made.ok) return made;
  let looked: Looked<T> = { newest: null, older: null, notes: [] };
  const newest = async (): Promise<Generation | null> => {
    looked = await lookAt(settings);
    return looked.newest?.generation ?? null;
  };
  const never: Generation = { generation: 0, schemaVersion, data: null };
  const db = new Low<Generation>(durableAdapter({ disk, dir, limitBytes, newest }), never);
  let known = false;
  const read = async (journalExists: boolean): Promise<Result<CheckpointFound<T> | null>> => {
    await db.read();
    known = true;
    const { newest: found, older, notes } = looked;
    if (found !== null) {
      return ok({ data: found.data, generation: found.generation.generation, older: older?.data ?? null, notes });
    }
    if (notes.length > 0) return failed('checkpoint-damaged', { detail: notes.map(({ code }) => code).join(', ') });
    return journalExists ? failed('checkpoint-missing', { dir }) : ok(null);
  };
  const writeNow = async (data: T): Promise<Done> => {
    if (!known) await read(false);
    const before = db.data;
    db.data = { generation: before.generation + 1, schemaVersion, data };
    try {
      await db.write();
      return done;
    } catch (error) {
      db.data = before;
      return { ok: false, failure: rejection(error) };
    }
  };
  return ok({ db, read, write: coalescing(writeNow) });
};
