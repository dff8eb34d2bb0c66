import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Ends a command of the tests with 2: it was asked for what it does not know. */
export const misasked = (why: string, usage: string): never => {
  process.stderr.write(`${why}\n${usage}\n`);
  return process.exit(2);
};

/**
 * What a command of the tests was asked for. `--help` shows its usage and ends it with 0; what it does not know is named
 * above the usage and ends it with 2.
 */
export const commandLine = <T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> => {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return misasked(error instanceof Error ? error.message : String(error), usage);
  }
};
