import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command, Io } from '../../src/cli/command.ts';
import { journalAcceptLoss } from '../../src/cli/journal-accept-loss.ts';
import { journalExport, journalReplay, journalShow, journalVerify } from '../../src/cli/journal.ts';
import { answer, continueStopped, status, stop } from '../../src/cli/local.ts';
import { answerRequest, openControlServer, type ControlServer } from '../../src/console/control-server.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { realDisk } from '../../src/store/disk.ts';
import { openJournal } from '../../src/store/journal.ts';
import { ok } from '../../src/words/failure.ts';

const out: string[] = [];
const err: string[] = [];
const io: Io = { language: 'en', out: (line) => out.push(line), err: (line) => err.push(line), environment: {} };
let folder = '';
const run = (command: Command, ...words: string[]): Promise<number> => command.run([...words, '--state', folder], io);

beforeEach(() => {
  out.length = 0;
  err.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'mingluo-words-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a word that a command of the journal does not take', () => {
  const keep = async (): Promise<void> => {
    const opened = await openJournal({
      disk: realDisk,
      dir: join(folder, 'journal'),
      maxBytes: 1_048_576,
      segmentBytes: 65_536,
    });
    if (!opened.ok) throw new Error(opened.failure.code);
    await opened.value.journal.append({ a: 1 });
    await opened.value.journal.close();
  };

  test.each([journalVerify, journalShow, journalExport, journalAcceptLoss])(
    'is no journal that was looked at: nothing is judged by another one ($name)',
    async (command) => {
      await keep();
      expect(await run(command, '/mnt/card')).toBe(2);
      expect(out).toEqual([]);
      expect(err.at(-1)).toBe(`usage: mingluo ${command.usage}`);
    },
  );

  test('is no second export that was folded', async () => {
    const file = join(folder, 'export');
    writeFileSync(file, '');
    expect(await journalReplay.run([file, file], io)).toBe(2);
    expect(out).toEqual([]);
  });
});

test('a state folder that is not there is not made, nor called one that has lost nothing', async () => {
  const away = join(folder, 'away');
  for (const more of [[], ['--yes']]) expect(await journalAcceptLoss.run(['--state', away, ...more], io)).toBe(1);
  expect([out, readdirSync(folder)]).toEqual([[], []]);
  expect(err.at(-1)).toContain(away);
});

describe('a word that a command to the box does not take', () => {
  const asked: ControlRequest[] = [];
  let server: ControlServer;
  const obey = (one: ControlRequest) => {
    asked.push(one);
    return Promise.resolve(ok({ id: 'T1', recorded: true }));
  };

  beforeEach(async () => {
    asked.length = 0;
    server = await openControlServer(join(folder, 'control.sock'), {
      obey,
      watch: () => () => undefined,
      now: () => 0,
    });
  });
  afterEach(() => server.close());

  test.each([continueStopped, answer, status])(
    'lets it ask for nothing, least of all for more ($name)',
    async (command) => {
      expect(await run(command, 'local-0123')).toBe(2);
      expect(asked).toEqual([]);
    },
  );

  test('never keeps it from stopping: neither does a name that is empty or too long', async () => {
    const long = '鸣'.repeat(63);
    expect(await run(stop, 'heba')).toBe(0);
    expect(await run(stop, '--person', '')).toBe(0);
    expect(await run(stop, '--person', `${long}𝄞𝄞`)).toBe(0);
    expect(asked.map((one) => ('person' in one ? one.person : ''))).toEqual(['unknown', 'unknown', `${long}𝄞`]);
    expect(await answerRequest(JSON.stringify(asked[2]), obey)).toMatchObject({ ok: true });
  });
});
