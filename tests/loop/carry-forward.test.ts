import { describe, expect, test } from 'vitest';
import { carriedEntry } from '../../src/box/carry-forward.ts';
import { entryOf, openMemory, type Memory } from '../../src/box/memory.ts';
import { owedBounds, receiptsOwed } from '../../src/box/receipts-owed.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { seededRandom } from '../../src/store/seeded-random.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { alert, mondayNine, order } from '../core/hamlet.ts';
import { CutOffBox, smallJournal, takeAll, type Ledger } from './cut-off-box.ts';

const hourMs = 3_600_000;
const redAlarm = {
  kind: 'order',
  order: order({ kind: 'issue', alert: alert('a') }, { validForMs: 100 * hourMs, notBefore: mondayNine - 60_000 }),
} as const;
const receiptOf = (number: number): Receipt => ({
  number,
  at: { mono: number, wall: mondayNine, trust: 'trusted' },
  trace: 'f'.repeat(32),
  alert: 'a',
  broadcast: `b-${'f'.repeat(32)}`,
  status: 'actual',
  body: { stage: 'started', zone: 'east', pass: number },
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an alarm without end in a village that is cut off', () => {
  test(
    'for 72 hours, with kills and power cuts: every receipt arrives once, in order, none is missing',
    { timeout: 120_000 },
    async () => {
      const random = seededRandom(72);
      const ledger: Ledger = new Map();
      let disk = new MemoryDisk();
      let lives = 0;
      let records = 0;
      let box = await CutOffBox.start(disk, ledger);
      await box.loop.tell(redAlarm);
      while (box.now < 72 * hourMs) {
        disk.settings = { cutAtCall: disk.calls + 1 + Math.floor(random() * 6_000) };
        await Promise.race([box.run(72 * hourMs), disk.cut]);
        await turn();
        records += box.records;
        if (box.now >= 72 * hourMs) break;
        lives += 1;
        disk = random() < 0.3 ? disk.afterKill() : disk.afterPowerCut(lives);
        box = await CutOffBox.start(disk, ledger);
      }
      disk.settings = {};
      const taken = takeAll(box.memory);
      expect(lives).toBeGreaterThan(8);
      expect(records).toBeGreaterThan(15_000);
      expect(taken.map(({ number }) => number)).toEqual(taken.map((_, index) => index + 1));
      // A receipt may be durable whose release the crash cut off; every one that was released stands as it was.
      const told = new Map(taken.map((receipt) => [receipt.number, canonicalJson(receipt)]));
      for (const [number, text] of ledger) expect(told.get(number)).toBe(text);
      expect(box.memory.owed.takeLoss()).toBeNull();
      await box.memory.close(true);
      const verified = await verifyJournal(disk, '/s/journal');
      expect(verified).toMatchObject({ ok: true, value: { damaged: [] } });
      // It turned over many times; otherwise nothing had to be carried.
      expect(records).toBeGreaterThan((5 * smallJournal.maxBytes) / 4096);
    },
  );
});

describe('carrying forward', () => {
  const note = { kind: 'noted', code: 'x', detail: 'y'.repeat(120) } as const;
  const tiny = { segmentBytes: 65_536, maxBytes: 1_048_576 };
  const open = async (disk: MemoryDisk): Promise<Memory> => {
    const memory = await openMemory(disk, { stateDir: '/s', toCentre: true, journal: tiny });
    if (!memory.ok) throw new Error(JSON.stringify(memory.failure));
    return memory.value;
  };
  /** Records of one receipt each, written by hand; gives the number of the last receipt that is durable. */
  const write = async (memory: Memory, count: number, onDurable: (number: number) => void): Promise<void> => {
    let { durable } = memory.recovered.village;
    for (let index = 0; index < count; index += 1) {
      const at = { mono: (durable.last?.mono ?? 0) + 1, wall: mondayNine, trust: 'trusted' } as const;
      const stepped = step({ durable, senses: emptyVillage.senses }, { at, event: note });
      const receipts = stepped.effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt] : []));
      const record = await memory.append({ at, event: note, receipts }, 0);
      if (!record.ok) throw new Error(record.failure.code);
      durable = stepped.village.durable;
      memory.owed.add(receipts, record.value.number);
      onDurable(durable.nextReceipt - 1);
      await memory.settle({ durable, record: record.value, mended: record.value.number % 20 === 0 });
    }
  };

  test('a power cut at any step of it neither loses nor doubles a receipt', { timeout: 60_000 }, async () => {
    // 60 records fill four segments, so that the first is carried; 120 more turn the journal over.
    const lengths = new MemoryDisk();
    await write(await open(lengths), 60, () => undefined);
    const from = lengths.calls;
    await write(await open(lengths), 30, () => undefined);
    for (let cutAtCall = from + 1; cutAtCall <= lengths.calls; cutAtCall += 1) {
      const disk = new MemoryDisk();
      await write(await open(disk), 60, () => undefined);
      let durable = 60;
      disk.settings = { cutAtCall };
      const life = open(disk).then((memory) => write(memory, 30, (number) => (durable = number)));
      await Promise.race([life, disk.cut]);
      await turn();
      const again = await open(disk.afterPowerCut(cutAtCall));
      const numbers = takeAll(again).map(({ number }) => number);
      expect(numbers, `cut at ${cutAtCall}`).toEqual(numbers.map((_, index) => index + 1));
      expect(numbers.length, `cut at ${cutAtCall}`).toBeGreaterThanOrEqual(durable);
    }
  });

  test('lets the journal turn over, and folds to nothing', async () => {
    const disk = new MemoryDisk();
    const memory = await open(disk);
    await write(memory, 400, () => undefined);
    expect(memory.journal.status().first).toBeGreaterThan(100);
    expect(memory.owed.takeLoss()).toBeNull();
    await memory.close(true);
    const again = await open(disk);
    expect(again.recovered.village.durable.nextReceipt).toBe(401);
    expect(again.recovered.owed.map(({ receipt }) => receipt.number)).toEqual(
      Array.from({ length: 400 }, (_, index) => index + 1),
    );
    expect([again.endedInOrder, again.recovered.troubles]).toEqual([true, []]);
  });

  test('is no step: what fell due meanwhile is decided by the loop alone', () => {
    const village = { ...emptyVillage, durable: { ...emptyVillage.durable, settlingUntil: 5 } };
    const at = { mono: 10, wall: 10, trust: 'guessed' } as const;
    const { event } = carriedEntry([], at);
    expect(step(village, { at, event })).toEqual({ village, effects: [], changed: false });
  });

  test('leaves receipts that were acknowledged behind, and writes dozens into a record', async () => {
    const disk = new MemoryDisk();
    const memory = await open(disk);
    await write(memory, 45, () => undefined);
    memory.owed.acknowledge(40);
    await write(memory, 1, () => undefined);
    const carried = async (): Promise<readonly number[]> => {
      const read = await memory.journal.read(1, 1_000);
      const entries = read.ok ? read.value.records.flatMap((record) => entryOf(record) ?? []) : [];
      return entries.filter(({ entry }) => entry.event.kind === 'carried').map(({ entry }) => entry.receipts.length);
    };
    expect(await carried()).toEqual([]);
    const owed = receiptsOwed(
      Array.from({ length: 500 }, (_, index) => ({ receipt: receiptOf(index + 1), record: index + 1 })),
      { latestKnown: 500, toCentre: true },
    );
    expect(owed.standingBefore(400, 20_000).length).toBeGreaterThan(40);
  });

  test(
    'of the fullest backlog is folded at a start within the time a start may take',
    { timeout: 60_000 },
    async () => {
      const disk = new MemoryDisk();
      const settings = { stateDir: '/s', toCentre: true };
      const first = await openMemory(disk, settings);
      if (!first.ok) throw new Error(first.failure.code);
      const at = { mono: 1, wall: mondayNine, trust: 'trusted' } as const;
      const event = { kind: 'frames', frames: [] } as const;
      for (let record = 0; record < 7_000; record += 1) {
        const receipts = [1, 2, 3, 4, 5].map((index) => receiptOf(record * 5 + index));
        const placed = await first.value.append({ at, event, receipts }, 0);
        if (placed.ok) first.value.owed.add(receipts, placed.value.number);
      }
      // By processor time: the disk is in memory, and other programs on this machine do not count.
      const began = process.cpuUsage();
      const again = await openMemory(disk.afterKill(), settings);
      const tookMs = process.cpuUsage(began).user / 1000;
      if (!again.ok) throw new Error(again.failure.code);
      expect(again.value.owed.read(1, 99_999)).toHaveLength(owedBounds.count);
      // 0.5 to 1 s where it was measured; the rest is for slower machines.
      expect(tookMs).toBeLessThan(6_000);
    },
  );
});
