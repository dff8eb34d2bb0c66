import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Overrides } from '../config/load-site.ts';
import { startBox } from '../main.ts';
import { devicesFolder, version } from '../box/program.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { parseOverrides } from '../box/overrides-file.ts';
import { receiptLine } from '../words/text/receipts.ts';
import { complain, exitCodes, misuse, readArgs, stateFolder, type Command } from './command.ts';

const options = {
  config: { type: 'string' },
  state: { type: 'string' },
  overrides: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

const overridesFrom = (file: string | undefined): Result<Overrides | undefined> => {
  if (file === undefined) return ok(undefined);
  try {
    return parseOverrides(file, readFileSync(file, 'utf8'));
  } catch (error) {
    return failed('overrides-invalid', { file, detail: error instanceof Error ? error.message : String(error) });
  }
};

/**
 * What ends the program in order: a signal; a memory that can be read again, with which it is to be started anew; or another
 * box that has its folder, as at a start.
 */
const endCodes = { signal: exitCodes.done, 'memory-back': exitCodes.failed, 'folder-taken': exitCodes.config } as const;

const ending = () => {
  let end: (why: keyof typeof endCodes) => void = () => undefined;
  const ended = new Promise<keyof typeof endCodes>((resolve) => (end = resolve));
  process.once('SIGTERM', () => end('signal'));
  process.once('SIGINT', () => end('signal'));
  return { ended, end: (why: keyof typeof endCodes): void => end(why) };
};

export const run: Command = {
  name: 'run',
  usage: 'run --config DIR [--state DIR] [--overrides FILE] [--quiet]',
  summary: { zh: '启动本机（正式运行）', en: 'start the box' },
  run: async (args, io) => {
    const read = readArgs(args, options);
    if (!read.ok) return misuse(io, run, read.failure);
    const { config, state, overrides: file, quiet } = read.value.values;
    if (config === undefined) return misuse(io, run);
    const overrides = overridesFrom(file);
    if (!overrides.ok) {
      complain(io, overrides.failure);
      return exitCodes.config;
    }
    // The box starts processes that stand in other folders: paths are made whole here, where they mean something.
    const { ended, end } = ending();
    const box = await startBox({
      configDir: resolve(config),
      devicesDir: devicesFolder,
      stateDir: resolve(stateFolder(io, state, io.environment['STATE_DIRECTORY'])),
      environment: io.environment,
      ...(overrides.value === undefined ? {} : { overrides: overrides.value }),
      onFailure: (failure) => complain(io, failure),
      onMemoryBack: () => end('memory-back'),
      onFolderTaken: (failure) => {
        complain(io, failure);
        end('folder-taken');
      },
      onPage: (url) => io.out(io.language === 'zh' ? `页面 ${url}` : `page ${url}`),
      onReceipt: (receipt) => {
        if (quiet !== true) io.err(receiptLine(receipt)[io.language]);
      },
    });
    if (!box.ok) {
      for (const failure of box.failures) complain(io, failure);
      return exitCodes.config;
    }
    io.out(`UP mingluo ${version}`);
    const why = await ended;
    await box.value.stop();
    return endCodes[why];
  },
};
