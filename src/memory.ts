import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson, type Json } from './core/canonical-json.ts';
import type { Durable } from './core/village.ts';
import type { JournalEntry } from './loop.ts';
import { receiptsOwed, type ReceiptsOwed } from './receipts-owed.ts';
import { recover, type Checkpoint, type NumberedEntry, type Recovered } from './recover.ts';
import { openCheckpoint, type Checkpoint as CheckpointFile } from './store/checkpoint.ts';
import type { Disk } from './store/disk.ts';
import { openJournal, type Journal, type JournalHead, type JournalRecord } from './store/journal.ts';
import { failed, ok, type Failure, type Result } from './words/failure.ts';

/** SHA-256 over the canonical durable part without the site's content, which its own hash already stands for. */
export const stateHash = (durable: Durable): string =>
  createHash('sha256')
    .update(canonicalJson({ ...durable, site: null }))
    .digest('hex');

export const checkpointSchema = 1;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCheckpoint = (value: unknown): value is Checkpoint =>
  isObject(value) &&
  typeof value['record'] === 'number' &&
  typeof value['hash'] === 'string' &&
  typeof value['owedFrom'] === 'number' &&
  isObject(value['durable']) &&
  value['durable']['schema'] === 1;

const parseCheckpoint = (data: unknown): Result<Checkpoint> =>
  isCheckpoint(data) ? ok(data) : failed('checkpoint-unfit', { detail: 'not a checkpoint of this program' });

const isEntry = (payload: Json): boolean => isObject(payload) && isObject(payload['at']) && isObject(payload['event']);

/** A record of the journal as the entry that was appended; null for anything else. */
export const entryOf = ({ number, payload }: JournalRecord): NumberedEntry | null => {
  if (!isEntry(payload)) return null;
  // The journal's hash chain has proven that these are the very bytes this program appended.
  const entry: JournalEntry = JSON.parse(JSON.stringify(payload)) as JournalEntry;
  return { number, entry };
};

/** What the box remembers, opened and folded. */
export interface Memory {
  readonly journal: Journal;
  readonly recovered: Recovered;
  readonly owed: ReceiptsOwed;
  /** Facts for the log and the centre: torn tail, damage, an older checkpoint used. */
  readonly notes: readonly Failure[];
  /** Writes a checkpoint when enough records have come since the last one, or when `now` is set. */
  readonly checkpoint: (durable: Durable, head: JournalHead, now?: boolean) => Promise<Result<null>>;
}

const checkpointEvery = 256;

const keeper = (journal: Journal, file: CheckpointFile<Checkpoint>, owed: ReceiptsOwed, start: Checkpoint | null) => {
  let last = start;
  let older = start;
  return async (durable: Durable, head: JournalHead, now = false): Promise<Result<null>> => {
    if (!now && head.number - (last?.record ?? 0) < checkpointEvery) return ok(null);
    if (head.number <= (last?.record ?? 0)) return ok(null);
    const owedFrom = owed.oldestRecord() ?? head.number + 1;
    const next: Checkpoint = { record: head.number, hash: head.hash, durable, owedFrom };
    older = last;
    last = next;
    const written = await file.write(next);
    // Rotation never passes the older checkpoint, nor the oldest receipt that is owed.
    if (written.ok) journal.keepFrom(Math.min((older?.record ?? 0) + 1, owedFrom));
    return written;
  };
};

/**
 * Opens journal and checkpoint of a state folder and folds them (design §2.1): checkpoint first, the journal after it.
 * Errors are those of the store: a journal that vanished or ends before its checkpoint is never started empty.
 */
export const openMemory = async (disk: Disk, stateDir: string): Promise<Result<Memory>> => {
  const file = await openCheckpoint<Checkpoint>({
    disk,
    dir: join(stateDir, 'checkpoint'),
    schemaVersion: checkpointSchema,
    parse: parseCheckpoint,
  });
  if (!file.ok) return file;
  const found = await file.value.read(false);
  // Both generations unusable: the journal alone is folded, and what it no longer reaches is reported, not invented.
  const checkpoint = found.ok ? (found.value?.data ?? null) : null;
  const older = found.ok ? (found.value?.older ?? null) : null;
  const opened = await openJournal({
    disk,
    dir: join(stateDir, 'journal'),
    from: checkpoint === null ? 1 : Math.min(checkpoint.record + 1, checkpoint.owedFrom),
    ...(checkpoint === null ? {} : { expect: { number: checkpoint.record, hash: checkpoint.hash } }),
  });
  if (!opened.ok) return opened;
  const { journal, recovered: replayed } = opened.value;
  const entries = replayed.records.flatMap((record) => entryOf(record) ?? []);
  const recovered = recover(checkpoint, entries, stateHash);
  const owed = receiptsOwed(recovered.owed, recovered.village.durable.nextReceipt - 1);
  if (checkpoint !== null) journal.keepFrom(Math.min((older?.record ?? 0) + 1, checkpoint.owedFrom));
  const lost: readonly Failure[] =
    checkpoint === null && journal.status().first > 1 ? [failed('checkpoint-missing', { dir: stateDir }).failure] : [];
  const notes = [
    ...(found.ok ? (found.value?.notes ?? []) : [found.failure]),
    ...lost,
    ...replayed.damaged.map((damage) => damage.failure),
  ];
  return ok({ journal, recovered, owed, notes, checkpoint: keeper(journal, file.value, owed, checkpoint) });
};
