import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '../core/canonical-json.ts';
import type { Durable } from '../core/village.ts';
import { carryForward } from './carry-forward.ts';
import { checkpointKeeper, type Keeper } from './checkpoint-keeper.ts';
import type { JournalEntry, Settled } from './loop.ts';
import { receiptsOwed, type OwedBounds, type ReceiptsOwed } from './receipts-owed.ts';
import { recover, type Checkpoint, type NumberedEntry, type Recovered } from './recover.ts';
import { isCheckpoint, isEntry } from './remembered.ts';
import { openCheckpoint } from '../store/checkpoint.ts';
import type { Disk } from '../store/disk.ts';
import {
  openJournal,
  type Journal,
  type JournalHead,
  type JournalRecord,
  type JournalSettings,
} from '../store/journal.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';

/** SHA-256 over the canonical durable part without the site's content, which its own hash already stands for. */
export const stateHash = (durable: Durable): string =>
  createHash('sha256')
    .update(canonicalJson({ ...durable, site: null }))
    .digest('hex');

export const checkpointSchema = 1;

const parseCheckpoint = (data: unknown): Result<Checkpoint> =>
  isCheckpoint(data) ? ok(data) : failed('checkpoint-unfit', { detail: 'not a checkpoint of this program' });

/** A record of the journal as the entry that was appended; null for anything else. */
export const entryOf = ({ number, payload }: JournalRecord): NumberedEntry | null =>
  isEntry(payload) ? { number, entry: payload } : null;

/** What the box remembers, opened and folded. */
export interface Memory {
  readonly journal: Journal;
  /** Why nothing of before is known; absent where it is. No remote order is taken then. */
  readonly lost?: Failure;
  readonly recovered: Recovered;
  readonly owed: ReceiptsOwed;
  /** Facts for the log and the centre: torn tail, damage, an older checkpoint used. */
  readonly notes: readonly Failure[];
  /** The box ended in order the last time, and nothing was recorded since. True for a new box. */
  readonly endedInOrder: boolean;
  /**
   * Appends an entry; a journal that is full is given room, so that the next try can be taken. `acknowledged`: what the
   * centre has, also where the record of it still waits for this very journal.
   */
  readonly append: (entry: JournalEntry, acknowledged: number) => Promise<Result<JournalHead>>;
  /** Told of every entry where there is no journal that takes it: some of it must be written once there is one. */
  readonly onEntry?: (entry: JournalEntry) => void;
  /** Keeps what is settled, and writes a checkpoint of it when one is due. */
  readonly settle: (settled: Settled) => Promise<Result<null>>;
  /** Brings what is under way to the disk, then writes the last settled state. `inOrder`: nothing waits unrecorded. */
  readonly close: (inOrder: boolean) => Promise<Result<null>>;
}

export interface MemorySettings {
  readonly stateDir: string;
  /** Bounds of the journal where they are not the usual ones, and of what is owed. */
  readonly journal?: Pick<JournalSettings, 'segmentBytes' | 'maxBytes' | 'clock'>;
  readonly owed?: OwedBounds;
  /** A person has decided to go on although the journal is not the one that the checkpoint knows. */
  readonly acceptLoss?: boolean;
  /** A centre is configured, so that receipts are owed to it. */
  readonly toCentre: boolean;
}

/**
 * Room for the fullest queue (core/issue.ts), for all that stops hold and what is over, the largest site, its history, and
 * 400 seen orders. A checkpoint that does not fit would keep the journal from giving up its oldest records, and a full
 * journal is worse than a large file that is written every 256 records.
 */
export const checkpointMaxBytes = 32_000_000;

/**
 * Carrying forward keeps a journal from filling up. Should it be full all the same that is no reason to record nothing for
 * ever: the oldest half of what is owed makes room.
 */
const appending = (journal: Journal, owed: ReceiptsOwed, keeper: Keeper) => {
  const carry = carryForward({ journal, owed });
  return async (entry: JournalEntry, acknowledged: number): Promise<Result<JournalHead>> => {
    const appended = await journal.append(entry);
    if (appended.ok) carry(entry.at);
    if (!appended.ok && appended.failure.code === 'journal-full') {
      owed.acknowledge(acknowledged);
      const oldest = owed.oldestRecord();
      if (oldest !== null) owed.giveUpBefore(Math.ceil((oldest + journal.head().number + 1) / 2));
      await keeper.makeRoom();
    }
    return appended;
  };
};

/** What is owed from records that may yet be lost is not told before they are on the device. */
const toldWhenProven = (owed: ReceiptsOwed, journal: Journal, recovered: Recovered): ReceiptsOwed => {
  const held = recovered.owed.flatMap(({ receipt, record }) => (record > journal.proven() ? [receipt.number] : []));
  if (held.length === 0) return owed;
  const [{ number: found }, before] = [journal.head(), Math.min(...held) - 1];
  const mostTold = (): number => (journal.proven() < found ? before : Infinity);
  return { ...owed, read: (from, limit) => owed.read(from, limit).filter(({ number }) => number <= mostTold()) };
};

/** Nothing was recorded behind a checkpoint that says the box ended in order; what was only carried forward is nothing new. */
const endedInOrder = (checkpoint: Checkpoint | null, entries: readonly NumberedEntry[], head: JournalHead): boolean => {
  if (checkpoint === null) return head.number === 0;
  const after = entries.filter(({ number }) => number > checkpoint.record);
  const whole = after.length === head.number - checkpoint.record;
  return checkpoint.ended === true && whole && after.every(({ entry }) => entry.event.kind === 'carried');
};

/** What happened before the oldest record of the journal, `first`, and is in no checkpoint. */
const lostBefore = (checkpoint: Checkpoint | null, first: number, dir: string): readonly Failure[] => {
  if (checkpoint === null) return first > 1 ? [failed('checkpoint-missing', { dir }).failure] : [];
  const { record } = checkpoint;
  return first > record + 1 ? [failed('checkpoint-outdated', { record, first }).failure] : [];
};

/**
 * Opens journal and checkpoint of a state folder and folds them: checkpoint first, the journal after it.
 * Errors are those of the store: a journal that vanished or ends before its checkpoint is never started empty.
 */
export const openMemory = async (disk: Disk, settings: MemorySettings): Promise<Result<Memory>> => {
  const { stateDir, toCentre } = settings;
  const file = await openCheckpoint<Checkpoint>({
    disk,
    dir: join(stateDir, 'checkpoint'),
    schemaVersion: checkpointSchema,
    parse: parseCheckpoint,
    limitBytes: checkpointMaxBytes,
  });
  if (!file.ok) return file;
  const found = await file.value.read(false);
  // Both generations unusable: the journal alone is folded, and what it no longer reaches is reported, not invented.
  const checkpoint = found.ok ? (found.value?.data ?? null) : null;
  const older = found.ok ? (found.value?.older ?? null) : null;
  const opened = await openJournal({
    disk,
    dir: join(stateDir, 'journal'),
    ...settings.journal,
    acceptLoss: settings.acceptLoss ?? false,
    from: checkpoint === null ? 1 : Math.min(checkpoint.record + 1, checkpoint.owedFrom),
    ...(checkpoint === null ? {} : { expect: { number: checkpoint.record, hash: checkpoint.hash } }),
  });
  if (!opened.ok) return opened;
  const { journal, recovered: replayed } = opened.value;
  const entries = replayed.records.flatMap((record) => entryOf(record) ?? []);
  const strange = replayed.records.filter((record) => entryOf(record) === null);
  const newest = entries.at(-1)?.number ?? checkpoint?.record ?? 0;
  const unread = [...strange.map(({ number }) => number), ...replayed.damaged.map(({ last }) => last ?? 0)];
  const lostBehind = unread.some((last) => last > newest);
  const folded = recover(checkpoint, entries, stateHash, lostBehind);
  const unfoldable = strange.map(({ number }) => ({ code: 'record-unfoldable' as const, record: number }));
  const recovered = { ...folded, troubles: [...folded.troubles, ...unfoldable] };
  const { durable } = recovered.village;
  const owed = receiptsOwed(recovered.owed, {
    latestKnown: durable.nextReceipt - 1,
    toCentre,
    ...(settings.owed === undefined ? {} : { bounds: settings.owed }),
  });
  const record = journal.head();
  const keeper = checkpointKeeper({ journal, file: file.value, owed }, { last: checkpoint, older, durable, record });
  const lost = lostBefore(checkpoint, journal.status().first, stateDir);
  const notes = [
    ...(found.ok ? (found.value?.notes ?? []) : [found.failure]),
    ...lost,
    ...replayed.damaged.map((damage) => damage.failure),
  ];
  return ok({
    journal,
    recovered,
    owed: toldWhenProven(owed, journal, recovered),
    notes,
    endedInOrder: endedInOrder(checkpoint, entries, record),
    append: appending(journal, owed, keeper),
    settle: keeper.settle,
    close: async (inOrder) => {
      await journal.close();
      return keeper.end(inOrder);
    },
  });
};
