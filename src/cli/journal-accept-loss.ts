import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { acceptLoss } from '../box/accept-loss.ts';
import { takeFolder } from '../box/folder-guard.ts';
import { openMemory, type Memory } from '../box/memory.ts';
import { realDisk } from '../store/disk.ts';
import { verifyJournal } from '../store/verify.ts';
import { failed, ok } from '../words/failure.ts';
import { complain, exitCodes, fail, misuse, readOptions, say, stateFolder, type Command, type Io } from './command.ts';

const options = { state: { type: 'string' }, yes: { type: 'boolean' } } as const;

/** The head fits, so that there is no loss to accept; what is damaged or cannot be read before it is named all the same. */
const tellDamage = async (io: Io, stateDir: string, { recovered }: Memory): Promise<number> => {
  const verified = await verifyJournal(realDisk, join(stateDir, 'journal'));
  if (!verified.ok) return fail(io, verified.failure);
  const { damaged } = verified.value;
  const unread = recovered.troubles.filter(({ code }) => code === 'record-unfoldable');
  for (const { failure } of damaged) complain(io, failure);
  for (const { code, record } of unread) io.err(`${code} ${record}`);
  if (damaged.length + unread.length > 0) return exitCodes.failed;
  say(io, '没有缺失', 'nothing is lost');
  return exitCodes.done;
};

const act = async (io: Io, stateDir: string, yes: boolean): Promise<number> => {
  const settings = { stateDir, toCentre: true };
  const accepted = yes ? await acceptLoss(realDisk, settings) : ok(null);
  if (!accepted.ok) return fail(io, accepted.failure);
  if (accepted.value !== null) {
    complain(io, accepted.value);
    say(
      io,
      '已承认损失，从检查点继续；下次启动时报告中心',
      'the loss is accepted; the box goes on from its checkpoint and tells the centre at its next start',
    );
    return exitCodes.done;
  }
  const opened = await openMemory(realDisk, settings);
  if (!opened.ok) {
    complain(io, opened.failure);
    say(io, '加 --yes 表示承认这一损失并继续', 'add --yes to accept this loss and go on');
    return exitCodes.failed;
  }
  await opened.value.journal.close();
  return tellDamage(io, stateDir, opened.value);
};

/** The box must not run meanwhile: two programs on one journal would tear it. */
export const journalAcceptLoss: Command = {
  name: 'journal accept-loss',
  usage: 'journal accept-loss [--state DIR] [--yes]',
  summary: {
    zh: '日志丢失、被截断或换成旧盘后，由人承认损失，从检查点继续；先停下本机',
    en: 'after the journal was lost, cut or replaced by an old one: accept the loss and go on from the checkpoint; stop the box first',
  },
  run: async (args, io) => {
    const read = readOptions(args, options);
    if (!read.ok) return misuse(io, journalAcceptLoss, read.failure);
    const { state, yes = false } = read.value.values;
    const stateDir = stateFolder(io, state);
    // A folder that is not there has lost nothing, and must not be made and called whole for a slip of the pen.
    if (!existsSync(stateDir)) return fail(io, failed('disk-file-missing', { path: stateDir }).failure);
    const locked = takeFolder(stateDir);
    if (!locked.ok) return fail(io, locked.failure);
    try {
      return await act(io, stateDir, yes);
    } finally {
      locked.value.release();
    }
  },
};
