import { mkdir, open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** One JSON value a line, added at the end and never changed. */
export interface Log {
  /** Resolves when the lines are on the disk. */
  readonly append: (...values: readonly object[]) => Promise<void>;
}

/** Where the centre keeps what must outlive it: keys, orders, receipts, states, problems. A test may put another in. */
export interface Folder {
  /** The values of a log, oldest first; a line that a power cut tore is passed over. */
  readonly read: (name: string) => Promise<readonly unknown[]>;
  readonly log: (name: string) => Log;
  /** The text of a small file, or null; made once by `writeOnce`, readable by the owner alone. */
  readonly text: (name: string) => Promise<string | null>;
  readonly writeOnce: (name: string, text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const missing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
};

const valueOf = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** A line break first if the last run was cut in the middle of a line, so that the torn piece stays alone. */
const openAtEnd = async (path: string): Promise<FileHandle> => {
  const before = await readFile(path).catch(missing);
  const handle = await open(path, 'a', 0o600);
  if (before !== null && before.length > 0 && before.at(-1) !== 0x0a) await handle.write('\n');
  return handle;
};

const logAt = (path: string): Log & { readonly close: () => Promise<void> } => {
  let handle: Promise<FileHandle> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const write = async (text: string): Promise<void> => {
    handle ??= openAtEnd(path);
    const file = await handle;
    await file.write(text);
    await file.datasync();
  };
  return {
    append: (...values) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      const done = last.then(() => write(text));
      last = done.catch(() => null);
      return done;
    },
    close: async () => {
      await last;
      await (await handle?.catch(() => null))?.close();
    },
  };
};

/** A folder of the disk, made if it does not exist. */
export const openFolder = async (dir: string): Promise<Folder> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const logs: { readonly close: () => Promise<void> }[] = [];
  const text = (name: string): Promise<string | null> => readFile(join(dir, name), 'utf8').catch(missing);
  return {
    text,
    read: async (name) =>
      ((await text(name)) ?? '')
        .split('\n')
        .map(valueOf)
        .filter((value) => value !== undefined),
    log: (name) => {
      const log = logAt(join(dir, name));
      logs.push(log);
      return log;
    },
    writeOnce: (name, value) => writeFile(join(dir, name), value, { mode: 0o600, flag: 'wx' }),
    close: async () => {
      for (const log of logs) await log.close();
    },
  };
};
