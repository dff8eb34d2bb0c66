import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMemory } from '../../src/box/memory.ts';
import type { JournalEntry } from '../../src/box/loop.ts';
import { journalAcceptLoss } from '../../src/cli/journal-accept-loss.ts';
import type { Json } from '../../src/core/canonical-json.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { realDisk } from '../../src/store/disk.ts';
import { alert, hamlet, mondayNine, order } from '../core/hamlet.ts';

const at = { mono: 1_000, wall: mondayNine, trust: 'trusted' } as const;
const settings = (stateDir: string) => ({ stateDir, toCentre: true });

const opened = async (stateDir: string) => {
  const memory = await openMemory(realDisk, settings(stateDir));
  if (!memory.ok) throw new Error(memory.failure.code);
  return memory.value;
};

/** A box that has taken an order and written its checkpoint; then it records `more`. */
const kept = async (...more: readonly Json[]): Promise<string> => {
  const stateDir = mkdtempSync(join(tmpdir(), 'mingluo-loss-'));
  const memory = await opened(stateDir);
  let village = emptyVillage;
  const events: readonly JournalEntry['event'][] = [
    { kind: 'configured', hash: 'h', site: hamlet, keys: [], real: false },
    { kind: 'order', order: order({ kind: 'issue', alert: alert('a') }, { counter: 9 }) },
  ];
  for (const event of events) {
    const stepped = step(village, { at, event });
    village = stepped.village;
    const receipts = stepped.effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt] : []));
    const head = await memory.append({ at, event, receipts }, 0);
    if (!head.ok) throw new Error(head.failure.code);
    await memory.settle({ durable: village.durable, record: head.value, mended: true });
  }
  for (const payload of more) await memory.journal.append(payload);
  await memory.journal.close();
  return stateDir;
};

/** The same that has lost its journal. */
const bereft = async (): Promise<string> => {
  const stateDir = await kept();
  for (const name of readdirSync(join(stateDir, 'journal'))) {
    if (/\d/.test(name)) rmSync(join(stateDir, 'journal', name));
  }
  return stateDir;
};

const run = async (stateDir: string, ...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io = { language: 'en', out: (line: string) => out.push(line), err: (line: string) => err.push(line) } as const;
  const code = await journalAcceptLoss.run(['--state', stateDir, ...args], { ...io, environment: {} });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

test('a journal that is gone is named, and nothing is changed before a person accepts the loss', async () => {
  const stateDir = await bereft();
  const asked = await run(stateDir);
  expect(asked.code).toBe(1);
  expect(asked.err).toContain('vanished');
  expect((await openMemory(realDisk, settings(stateDir))).ok).toBe(false);
});

test('a box whose loss was accepted starts, tells its centre, and takes no order of before', async () => {
  const stateDir = await bereft();
  expect((await run(stateDir, '--yes')).code).toBe(0);
  const memory = await opened(stateDir);
  const { village, owed } = memory.recovered;
  expect(owed.at(-1)?.receipt.body).toMatchObject({ stage: 'noted', code: 'journal-loss-accepted' });
  expect(village.durable.nextReceipt).toBe((owed.at(-1)?.receipt.number ?? 0) + 1);
  const late = order({ kind: 'issue', alert: alert('b') }, { counter: 5 });
  const { effects } = step(village, { at, event: { kind: 'order', order: { ...late, id: 'never-seen' } } });
  const told = effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt.body] : []));
  expect(told).toEqual([expect.objectContaining({ stage: 'refused', code: 'order-replayed' })]);
  await memory.journal.close();
});

test('where nothing is lost there is nothing to accept', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'mingluo-loss-'));
  const { code, out } = await run(stateDir, '--yes');
  expect([code, out]).toEqual([0, 'nothing is lost']);
});

test.each([[[]], [['--yes']]])(
  'where the head fits, what is rotten or cannot be read is named all the same (%j)',
  async (yes) => {
    const rotten = await kept();
    const segment = join(rotten, 'journal', 'segment-000000000001.journal');
    const bytes = readFileSync(segment);
    const inFirst = bytes.indexOf('configured');
    bytes.writeUInt8(bytes.readUInt8(inFirst) ^ 1, inFirst);
    writeFileSync(segment, bytes);
    const ofRot = await run(rotten, ...yes);
    expect([ofRot.code, ofRot.out]).toEqual([1, '']);
    expect(ofRot.err).toMatch(/records? 1/);
    const strange = await run(await kept({ kind: 'unknown' }), ...yes);
    expect(strange).toEqual({ code: 1, out: '', err: 'record-unfoldable 3' });
  },
);
