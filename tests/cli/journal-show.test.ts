import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriedEntry } from '../../src/box/carry-forward.ts';
import type { JournalEntry } from '../../src/box/loop.ts';
import { journalShow } from '../../src/cli/journal.ts';
import { realDisk } from '../../src/store/disk.ts';
import { openJournal } from '../../src/store/journal.ts';

const at = { mono: 1, wall: Date.UTC(2026, 10, 23, 1), trust: 'trusted' } as const;
const receipt = (number: number, trace: string) =>
  ({ number, at, trace, alert: null, broadcast: null, status: null, body: { stage: 'received' } }) as const;

const kept = async (entries: readonly JournalEntry[]): Promise<string> => {
  const state = mkdtempSync(join(tmpdir(), 'mingluo-show-'));
  const opened = await openJournal({
    disk: realDisk,
    dir: join(state, 'journal'),
    maxBytes: 1_048_576,
    segmentBytes: 65_536,
  });
  if (!opened.ok) throw new Error(opened.failure.code);
  for (const entry of entries) await opened.value.journal.append(entry);
  await opened.value.journal.close();
  return state;
};

const shown = async (state: string, ...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    language: 'en',
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    environment: {},
  } as const;
  return { code: await journalShow.run(['--state', state, ...args], io), out, err: err.join('\n') };
};

const show = async (entries: readonly JournalEntry[], ...args: string[]) => shown(await kept(entries), ...args);

const stop = { kind: 'stop', source: 'cli', person: 'li', id: 's-1' } as const;
const entries: readonly JournalEntry[] = [
  { at, event: stop, receipts: [receipt(1, 's-1'), receipt(2, 's-1')] },
  carriedEntry([receipt(1, 's-1'), receipt(2, 's-1')], at),
];

test('a trace that the journal does not know is said, and the command fails', async () => {
  const { code, out, err } = await show(entries, '--trace', 'nosuch');
  expect([code, out]).toEqual([1, []]);
  expect(err).toContain('no record of nosuch');
});

test('a trace is shown where it first stood, not where its receipts were carried to', async () => {
  const { code, out } = await show(entries, '--trace', 's-1');
  expect([code, out.length]).toEqual([0, 1]);
  expect(out[0]).toContain('1:received 2:received');
});

test('a record of carried receipts names them by their numbers', async () => {
  const { out } = await show(entries);
  expect(out[1]).toMatch(/carried\s+1–2$/);
});

test('records that cannot be read are named, and the command fails: nobody takes the rest for all', async () => {
  const state = await kept(entries);
  const dir = join(state, 'journal');
  const [segment = ''] = readdirSync(dir).filter((name) => /\d/.test(name));
  const bytes = readFileSync(join(dir, segment));
  const at = bytes.indexOf('"stop"');
  bytes.writeUInt8(bytes.readUInt8(at + 2) ^ 1, at + 2);
  writeFileSync(join(dir, segment), bytes);
  const { code, err } = await shown(state);
  expect([code, err]).toEqual([1, expect.stringContaining('[journal-')]);
});
