import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemory } from '../../src/box/memory.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Durable } from '../../src/core/village.ts';
import { realDisk } from '../../src/store/disk.ts';
import type { JournalHead } from '../../src/store/journal.ts';
import { exportJournal, verifyJournal } from '../../src/store/verify.ts';

/** What a dead box has left on its disk, as its next start will find it. */
export interface Remains {
  readonly durable: Durable;
  readonly owed: readonly Receipt[];
  readonly head: JournalHead;
  /** Every record that stands. */
  readonly chain: readonly JournalHead[];
  /** The records behind the number that was asked for, as text. */
  readonly fresh: string;
  /** Codes of everything in the journal that does not hold; a torn tail is none. */
  readonly damaged: readonly string[];
  readonly tornTail: boolean;
}

const copyOf = (stateDir: string): string => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-remains-'));
  const { status, stderr } = spawnSync('cp', ['-a', '--sparse=always', `${stateDir}/.`, dir], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cp: ${stderr}`);
  return dir;
};

/**
 * Reads a copy: the box itself must find everything as its end left it. Null where no journal was ever begun. Throws with
 * the code when there is one that the box could not open.
 */
export const readRemains = async (stateDir: string, behind = 0): Promise<Remains | null> => {
  if (!existsSync(join(stateDir, 'journal'))) return null;
  const dir = copyOf(stateDir);
  try {
    const verified = await verifyJournal(realDisk, join(dir, 'journal'));
    if (!verified.ok) throw new Error(`journal: ${verified.failure.code}`);
    const exported = await exportJournal(realDisk, { dir: join(dir, 'journal'), from: behind + 1 });
    const memory = await openMemory(realDisk, { stateDir: dir, toCentre: true });
    if (!memory.ok) throw new Error(`memory: ${memory.failure.code}`);
    const { journal, recovered } = memory.value;
    const head = journal.head();
    await journal.close();
    return {
      durable: recovered.village.durable,
      owed: recovered.owed.map(({ receipt }) => receipt),
      head,
      chain: verified.value.chain,
      fresh: exported.ok ? exported.value.text : '',
      damaged: verified.value.damaged.map(({ failure }) => failure.code),
      tornTail: verified.value.tornTail,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
