import { acceptLoss } from '../box/accept-loss.ts';
import { lockFolder } from '../box/lock.ts';
import { openMemory } from '../box/memory.ts';
import { realDisk } from '../store/disk.ts';
import { complain, exitCodes, misuse, readArgs, type Command, type Io } from './command.ts';

const options = { state: { type: 'string' }, yes: { type: 'boolean' } } as const;

const act = async (io: Io, stateDir: string, yes: boolean): Promise<number> => {
  const settings = { stateDir, toCentre: true };
  const say = (zh: string, en: string): void => io.out(io.language === 'zh' ? zh : en);
  if (!yes) {
    const opened = await openMemory(realDisk, settings);
    if (!opened.ok) complain(io, opened.failure);
    else await opened.value.journal.close();
    if (!opened.ok) say('加 --yes 表示承认这一损失并继续', 'add --yes to accept this loss and go on');
    else say('没有缺失', 'nothing is lost');
    return opened.ok ? exitCodes.done : exitCodes.failed;
  }
  const accepted = await acceptLoss(realDisk, settings);
  if (!accepted.ok) {
    complain(io, accepted.failure);
    return exitCodes.failed;
  }
  if (accepted.value === null) say('没有缺失', 'nothing is lost');
  else {
    complain(io, accepted.value);
    say(
      '已承认损失，从检查点继续；下次启动时报告中心',
      'the loss is accepted; the box goes on from its checkpoint and tells the centre at its next start',
    );
  }
  return exitCodes.done;
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
    const read = readArgs(args, options);
    if (!read.ok) return misuse(io, journalAcceptLoss, read.failure);
    const { state, yes = false } = read.value.values;
    const stateDir = state ?? io.environment['MINGLUO_STATE'] ?? '/var/lib/mingluo';
    const locked = lockFolder(stateDir);
    if (!locked.ok) {
      complain(io, locked.failure);
      return exitCodes.failed;
    }
    try {
      return await act(io, stateDir, yes);
    } finally {
      locked.value();
    }
  },
};
