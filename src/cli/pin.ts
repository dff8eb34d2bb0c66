import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { devicesFolder } from '../box/program.ts';
import { loadChecked } from '../box/load-box.ts';
import { writeFileDurably } from '../store/disk.ts';
import { checkPin, writePin } from '../console/pin-file.ts';
import { failed, type Failure } from '../words/failure.ts';
import { complain, exitCodes, fail, misuse, readArgs, say, type Command, type Io } from './command.ts';
import { readSecret } from './read-secret.ts';

const options = { config: { type: 'string' }, file: { type: 'string' } } as const;

/** The PIN is read from the keyboard or a pipe, never from the command line, where everybody could read it. */
const readPin = (io: Io): Promise<string> =>
  readSecret(() =>
    io.err(io.language === 'zh' ? '输入 6 位密码（不显示），回车：' : 'six digits (not shown), then Enter:'),
  );

/** Where a person's PIN is kept, by the site's people.yaml; the failures when there is no such place. */
const fileOf = async (configDir: string, person: string): Promise<string | readonly Failure[]> => {
  const loaded = await loadChecked({ configDir, devicesDir: devicesFolder });
  if (!loaded.ok) return loaded.failures;
  const { pins } = loaded.value;
  return pins[person] ?? [failed('pin-no-person', { person, known: Object.keys(pins).join(' ') }).failure];
};

const keep = async (file: string, line: string): Promise<Failure | null> => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const written = await writeFileDurably(file, line);
    return written.ok ? null : written.failure;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return failed('pin-file-unreadable', { file, detail }).failure;
  }
};

/** Sets a person's PIN for the local page; a running box uses it from the next try on. */
export const pinSet: Command = {
  name: 'pin set',
  usage: 'pin set PERSON [--config DIR] [--file FILE]',
  summary: {
    zh: '设置一个人的页面密码（6 位，从键盘或管道读入）',
    en: "set a person's PIN for the page (six digits, from the keyboard or a pipe)",
  },
  run: async (args, io) => {
    const read = readArgs(args, options);
    if (!read.ok) return misuse(io, pinSet, read.failure);
    const { values, positionals } = read.value;
    const [person, ...more] = positionals;
    if (person === undefined || more.length > 0) return misuse(io, pinSet);
    const file = values.file ?? (await fileOf(values.config ?? '/etc/mingluo', person));
    if (typeof file !== 'string') {
      for (const failure of file) complain(io, failure);
      return exitCodes.config;
    }
    const pin = checkPin(await readPin(io));
    const failure = pin.ok ? await keep(file, await writePin(pin.value)) : pin.failure;
    if (failure !== null) return fail(io, failure);
    say(io, `已设置 ${person} 的密码：${file}`, `PIN of ${person} set: ${file}`);
    return exitCodes.done;
  },
};
