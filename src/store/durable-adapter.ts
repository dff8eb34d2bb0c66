import type { Adapter } from 'lowdb';
import { failed, type Failure } from '../words/failure.ts';
import { encodeGeneration, slotOf, type Generation } from './checkpoint-file.ts';
import { writeDurably, type Disk } from './disk.ts';

/** How a typed failure travels through lowdb, which knows only rejection. */
export class CheckpointRejected extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

export interface AdapterSettings {
  readonly disk: Disk;
  readonly dir: string;
  readonly limitBytes: number;
  /** Gives the generation that lowdb is to hold after `read()`. */
  readonly newest: () => Promise<Generation | null>;
}

/**
 * A lowdb adapter that keeps its word: `write` resolves when file and name are on the device, replaces the older of two
 * generations only, and rejects with the old files untouched when the disk is full or the data is too large.
 */
export const durableAdapter = ({ disk, dir, limitBytes, newest }: AdapterSettings): Adapter<Generation> => ({
  read: newest,
  async write(generation) {
    const bytes = encodeGeneration(generation);
    if (!bytes.ok) throw new CheckpointRejected(bytes.failure);
    if (bytes.value.length > limitBytes) {
      const tooLarge = failed('checkpoint-too-large', { bytes: bytes.value.length, limit: limitBytes });
      throw new CheckpointRejected(tooLarge.failure);
    }
    const written = await writeDurably(disk, { dir, name: slotOf(generation.generation), bytes: bytes.value });
    if (!written.ok) throw new CheckpointRejected(written.failure);
  },
});
