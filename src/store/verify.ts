import { ok, type Result } from '../words/failure.ts';
import { readBody } from './bodies.ts';
import type { JournalDamage } from './chain.ts';
import type { Disk } from './disk.ts';
import type { StoredRecord } from './frame.ts';
import { exportLine } from './export.ts';
import { bodiesName, deliver } from './journal-reader.ts';
import type { JournalHead } from './record.ts';
import { findJournal } from './recover.ts';

/** The whole journal of a folder, proven or not. */
export interface Verification {
  /** Empty when every byte of every record holds. */
  readonly damaged: readonly JournalDamage[];
  /** Number and hash of every record that stands, in order: what `verifyHead` compares. */
  readonly chain: readonly JournalHead[];
  readonly head: JournalHead;
  /** A flush that was under way when the power failed. Not damage. */
  readonly tornTail: boolean;
  /** Records of failed flushes that were written again later. Not damage. */
  readonly superseded: number;
}

const checkBodies = async (disk: Disk, dir: string, records: readonly StoredRecord[]): Promise<JournalDamage[]> => {
  const damaged: JournalDamage[] = [];
  for (const { inline, payloadHash: hash, number } of records) {
    if (inline !== null) continue;
    const body = await readBody(disk, { dir: `${dir}/${bodiesName}`, hash, number });
    if (!body.ok) damaged.push({ failure: body.failure, first: number, last: number });
  }
  return damaged;
};

/**
 * Reads every segment and body of a journal folder and checks seals, record hashes, chain and order. Writes nothing, and may
 * run beside the box (a flush under way then shows as `tornTail`). Fails only when the folder cannot be read.
 */
export const verifyJournal = async (disk: Disk, dir: string): Promise<Result<Verification>> => {
  const found = await findJournal(disk, { dir, from: 0 });
  if (!found.ok) return found;
  const { records, damaged, head, tornTail, superseded } = found.value.chain;
  return ok({
    damaged: [...damaged, ...(await checkBodies(disk, dir, records))],
    chain: records.map(({ number, hash }) => ({ number, hash })),
    head,
    tornTail,
    superseded,
  });
};

/**
 * The journal as NDJSON, one record a line, bodies inlined, from record `from` on. Records that are damaged are left out;
 * the gap in the numbers shows it to `readExport`.
 */
export const exportJournal = async (
  disk: Disk,
  { dir, from = 1 }: { readonly dir: string; readonly from?: number },
): Promise<Result<{ readonly text: string; readonly damaged: readonly JournalDamage[] }>> => {
  const found = await findJournal(disk, { dir, from });
  if (!found.ok) return found;
  const { chain } = found.value;
  const { records, damaged } = await deliver(
    disk,
    dir,
    chain.records.filter(({ number }) => number >= from),
  );
  const text = records.map((record) => `${exportLine(record)}\n`).join('');
  return ok({ text, damaged: [...chain.damaged, ...damaged] });
};
