import { languageOf } from '../words/bilingual.ts';
import { failed } from '../words/failure.ts';
import { complain, exitCodes, type Command, type Io } from './command.ts';
import { configCheck, configCompile, configExplain } from './config.ts';
import { commandNamed, helpFor } from './help.ts';
import { journalExport, journalReplay, journalShow, journalVerify } from './journal.ts';
import { journalAcceptLoss } from './journal-accept-loss.ts';
import { keysEnrol, keysNew, keysShow } from './keys.ts';
import { lift } from './lift.ts';
import { answer, continueStopped, status, stop, trigger } from './local.ts';
import { guarded, outlet } from './outlet.ts';
import { pinSet } from './pin.ts';
import { run } from './run.ts';
import { quietTest } from './self-test.ts';

const commands: readonly Command[] = [
  run,
  trigger,
  stop,
  continueStopped,
  lift,
  answer,
  quietTest,
  status,
  configCheck,
  configExplain,
  configCompile,
  journalShow,
  journalVerify,
  journalExport,
  journalReplay,
  journalAcceptLoss,
  keysNew,
  keysEnrol,
  keysShow,
  pinSet,
];

/** How many letters differ at the same place, and in length: enough to find the word somebody meant. */
const distance = (a: string, b: string): number =>
  Math.abs(a.length - b.length) + Array.from(a).filter((letter, index) => letter !== b[index]).length;

const unknown = (io: Io, word: string): number => {
  const nearest = [...commands].sort((a, b) => distance(word, a.name) - distance(word, b.name))[0]?.name ?? '';
  complain(io, failed('no-such-command', { command: word, nearest }).failure);
  return exitCodes.usage;
};

/** Runs one command line; returns its exit code. */
export const runCommand = async (args: readonly string[], io: Io): Promise<number> => {
  const helped = helpFor(args, commands, io);
  if (helped !== null) return helped;
  const command = commandNamed(args, commands);
  if (command === undefined) return unknown(io, args.slice(0, 2).join(' '));
  return command.run(args.slice(command.name.split(' ').length), io);
};

const io: Io = {
  language: languageOf(process.env),
  out: outlet(process.stdout),
  err: outlet(process.stderr),
  environment: process.env,
};

void guarded(io, () => runCommand(process.argv.slice(2), io)).then((code) => {
  process.exitCode = code;
});
