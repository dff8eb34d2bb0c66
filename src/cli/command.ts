import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Bilingual, Language } from '../words/bilingual.ts';
import { explain } from '../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';

/** Exit codes of every command; scripts rely on them. */
export const exitCodes = { done: 0, failed: 1, usage: 2, config: 3, unreachable: 4, refused: 5, partly: 6 } as const;

/** Where a command reads and writes; data goes to `out`, talk to `err`. */
export interface Io {
  readonly language: Language;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  /** Words after `mingluo`, e.g. `config check`. */
  readonly name: string;
  readonly usage: string;
  readonly summary: Bilingual;
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
}

/** One failure as a line for a person, in the reader's language. */
export const complain = (io: Io, failure: Failure): void => io.err(explain(failure)[io.language]);

/** Says what failed and returns the exit code for it. */
export const fail = (io: Io, failure: Failure): number => {
  complain(io, failure);
  return exitCodes.failed;
};

/** A line of what was asked for, in the reader's language. */
export const say = (io: Io, zh: string, en: string): void => io.out(io.language === 'zh' ? zh : en);

/**
 * Where a box on this machine keeps its state, unless `--state` names another place; `given`: by who started it. A variable
 * that is empty names no place: a box that begins anew in some other folder remembers nothing.
 */
export const stateFolder = (io: Io, state: string | undefined, given?: string): string =>
  state ??
  [io.environment['MINGLUO_STATE'], given].find((named) => named !== undefined && named !== '') ??
  '/var/lib/mingluo';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Arguments by the options given; an unknown option or a missing value is `usage-wrong`. */
export const readArgs = <O extends Options>(args: readonly string[], options: O) => {
  try {
    return ok(parseArgs({ args: [...args], options, allowPositionals: true, strict: true }));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return failed('usage-wrong', { detail }) satisfies Result<never>;
  }
};

/** The same of a command that takes options only: a word left over was meant for something, and is `usage-wrong`. */
export const readOptions = <O extends Options>(args: readonly string[], options: O) => {
  const read = readArgs(args, options);
  const [word] = read.ok ? read.value.positionals : [];
  return word === undefined ? read : (failed('usage-wrong', { detail: word }) satisfies Result<never>);
};

/** Says how the command is used and returns the exit code for it. */
export const misuse = (io: Io, command: Pick<Command, 'usage'>, failure?: Failure): number => {
  if (failure !== undefined) complain(io, failure);
  io.err(`${io.language === 'zh' ? '用法' : 'usage'}: mingluo ${command.usage}`);
  return exitCodes.usage;
};
