import type { JournalEntry } from './loop.ts';
import { openMemory, type Memory, type MemorySettings } from './memory.ts';
import { sealWindows } from './recover.ts';
import type { Receipt } from '../core/receipt.ts';
import type { Disk } from '../store/disk.ts';
import { explain, type ErrorCode } from '../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';

/** What a person may decide about: the journal is not the one that the checkpoint knows. A failing disk is no loss yet. */
const losses: ReadonlySet<ErrorCode> = new Set(['journal-missing', 'journal-behind', 'journal-rewritten']);

/** The decision as a record with its receipt: the next start tells the centre. */
const decisionAfter = ({ recovered }: Memory, why: Failure): JournalEntry => {
  const { last, nextReceipt: number } = recovered.village.durable;
  const at = last ?? { mono: 0, wall: 0, trust: 'guessed' as const };
  const { code } = failed('journal-loss-accepted', { why: why.code }).failure;
  const event = { kind: 'noted', code, detail: explain(why).en } as const;
  const about = { trace: '', alert: null, broadcast: null, status: null } as const;
  const receipt: Receipt = { number, at, ...about, body: { stage: 'noted', code, detail: event.detail } };
  return { at, event, receipts: [receipt] };
};

/** Records the decision and makes it the state of both generations: which orders were lost with the journal nobody knows. */
const goOn = async (memory: Memory, why: Failure): Promise<Result<null>> => {
  const entry = decisionAfter(memory, why);
  const appended = await memory.append(entry, memory.recovered.village.durable.acknowledged);
  if (!appended.ok) return appended;
  memory.owed.add(entry.receipts, appended.value.number);
  const sealed = sealWindows(memory.recovered.village.durable);
  const durable = { ...sealed, nextReceipt: sealed.nextReceipt + 1 };
  const settled = { durable, record: appended.value, mended: true };
  const first = await memory.settle(settled);
  return first.ok ? memory.settle(settled) : first;
};

/**
 * A person decides that the box goes on from its checkpoint although its journal is gone, cut or another one. No order
 * with a counter up to the highest known is taken any more, and the centre is told. Null: nothing is lost. Errors: those
 * of the store; a disk that fails is not a loss that can be accepted.
 */
export const acceptLoss = async (disk: Disk, settings: MemorySettings): Promise<Result<Failure | null>> => {
  const opened = await openMemory(disk, settings);
  if (opened.ok) {
    await opened.value.journal.close();
    return ok(null);
  }
  if (!losses.has(opened.failure.code)) return opened;
  const memory = await openMemory(disk, { ...settings, acceptLoss: true });
  if (!memory.ok) return memory;
  const done = await goOn(memory.value, opened.failure);
  await memory.value.journal.close();
  return done.ok ? ok(opened.failure) : done;
};
