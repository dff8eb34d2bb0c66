import type { Durable } from '../core/village.ts';
import type { Settled } from './loop.ts';
import type { ReceiptsOwed } from './receipts-owed.ts';
import type { Checkpoint } from './recover.ts';
import type { Journal } from '../store/journal.ts';
import type { JournalHead } from '../store/record.ts';
import { ok, type Result } from '../words/failure.ts';

export interface KeeperPorts {
  readonly journal: Pick<Journal, 'keepFrom' | 'proven'>;
  readonly file: { readonly write: (data: Checkpoint) => Promise<Result<null>> };
  readonly owed: ReceiptsOwed;
}

/** What is known when the memory is opened: both generations on the disk, and the fold up to the last record. */
export interface KeeperStart {
  readonly last: Checkpoint | null;
  readonly older: Checkpoint | null;
  readonly durable: Durable;
  readonly record: JournalHead;
}

export interface Keeper {
  /** Keeps the settled state; writes a checkpoint when enough records have come since the last, or order was disturbed. */
  readonly settle: (settled: Settled) => Promise<Result<null>>;
  /** Both generations anew, so that the journal may give up everything before them that is not owed. */
  readonly makeRoom: () => Promise<Result<null>>;
  /** The last settled state; `inOrder` marks it as that of a box that was ended, not killed. */
  readonly end: (inOrder: boolean) => Promise<Result<null>>;
}

export const checkpointEvery = 256;
/** After a checkpoint that could not be written the next try waits for so many records. */
const tryAgainEvery = 16;

/** Writes checkpoints of settled states and lets the journal rotate behind them. */
export const checkpointKeeper = ({ journal, file, owed }: KeeperPorts, start: KeeperStart): Keeper => {
  let { last, older } = start;
  let settled: { durable: Durable; record: JournalHead } = { durable: start.durable, record: start.record };
  let tried = 0;
  let running: Promise<unknown> = Promise.resolve();
  let busy = 0;

  // Rotation never passes the older checkpoint, nor the oldest receipt that is owed.
  const letGo = (): void => {
    const owedFrom = owed.oldestRecord() ?? settled.record.number + 1;
    journal.keepFrom(Math.min((older?.record ?? 0) + 1, owedFrom));
  };
  const write = async (ended: boolean): Promise<Result<null>> => {
    const { durable, record } = settled;
    tried = record.number;
    // A checkpoint of records that a power cut may still take would name a journal that never was.
    if (record.number > journal.proven()) return ok(null);
    const owedFrom = owed.oldestRecord() ?? record.number + 1;
    const next: Checkpoint = { record: record.number, hash: record.hash, durable, owedFrom };
    const written = await file.write(ended ? { ...next, ended } : next);
    // Only what stands on the disk counts as a generation.
    if (!written.ok) return written;
    older = last;
    last = next;
    letGo();
    return written;
  };
  const oneByOne = (work: () => Promise<Result<null>>): Promise<Result<null>> => {
    busy += 1;
    const done = running.then(work).finally(() => (busy -= 1));
    running = done;
    return done;
  };
  if (last !== null) letGo();
  return {
    settle: (next) => {
      settled = { durable: next.durable, record: next.record };
      const { number } = next.record;
      const due = number - (last?.record ?? 0) >= checkpointEvery && number - tried >= tryAgainEvery && busy === 0;
      return due || next.mended ? oneByOne(() => write(false)) : Promise.resolve(ok(null));
    },
    makeRoom: () => {
      // Many records fail together in a full journal; once is enough for all of them.
      if (busy > 0) return running.then(() => ok(null));
      return oneByOne(async () => {
        letGo();
        const first = await write(false);
        return first.ok && older?.record !== last?.record ? write(false) : first;
      });
    },
    end: (inOrder) => oneByOne(() => (settled.record.number === 0 ? Promise.resolve(ok(null)) : write(inOrder))),
  };
};
