import { exitCodes, type Command, type Io } from './command.ts';

const show = (io: Io, commands: readonly Command[]): number => {
  for (const command of commands) io.out(`  mingluo ${command.usage}\n      ${command.summary[io.language]}`);
  return exitCodes.done;
};

const asksHelp = (word: string): boolean => word === '--help' || word === '-h';

const helpForAll = (io: Io, commands: readonly Command[]): number => {
  io.out(
    io.language === 'zh'
      ? 'mingluo（鸣锣）：让预警在村里响起，并证明它响过'
      : 'mingluo: makes a warning heard in a village, and proves it',
  );
  return show(io, commands);
};

/** The command whose name these words begin with; undefined where there is none. */
export const commandNamed = (args: readonly string[], commands: readonly Command[]): Command | undefined =>
  commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));

/**
 * Help where a command line asks for it: of everything, of one command (`trigger --help`, `help trigger`), or of all that
 * begin with a word (`journal --help`). Null where it does not ask, or asks about nothing we know.
 */
export const helpFor = (args: readonly string[], commands: readonly Command[], io: Io): number | null => {
  const [first = 'help', ...others] = args;
  if (first === 'help' && others.length === 0) return helpForAll(io, commands);
  if (first !== 'help' && !args.some(asksHelp)) return null;
  const words = (first === 'help' ? others : args).filter((word) => !asksHelp(word));
  if (words.length === 0) return helpForAll(io, commands);
  const one = commandNamed(words, commands);
  const group = commands.filter(({ name }) => name.startsWith(`${words[0] ?? ''} `));
  const found = one === undefined ? group : [one];
  return found.length === 0 ? null : show(io, found);
};
