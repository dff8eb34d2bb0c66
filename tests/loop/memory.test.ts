import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { checkpointKeeper } from '../../src/box/checkpoint-keeper.ts';
import { turnLoop, type Loop } from '../../src/box/loop.ts';
import { openMemory, stateHash, type Memory } from '../../src/box/memory.ts';
import { receiptsOwed } from '../../src/box/receipts-owed.ts';
import type { Checkpoint } from '../../src/box/recover.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { failed, ok } from '../../src/words/failure.ts';

const receipt = (number: number): Receipt => ({
  number,
  at: { mono: number, wall: number, trust: 'guessed' },
  trace: '',
  alert: null,
  broadcast: null,
  status: null,
  body: { stage: 'received' },
});

const open = async (disk: MemoryDisk, toCentre = true): Promise<Memory> => {
  const memory = await openMemory(disk, { stateDir: '/s', toCentre });
  if (!memory.ok) throw new Error(memory.failure.code);
  return memory.value;
};

const turn = (memory: Memory, failures: string[]): { loop: Loop } => {
  let mono = memory.recovered.village.durable.last?.mono ?? 0;
  const loop: Loop = turnLoop(memory.recovered.village, {
    now: () => ({ mono: (mono += 1), wall: mono, trust: 'guessed' }),
    setTimer: () => () => undefined,
    append: (entry) => memory.append(entry, loop.village().durable.acknowledged),
    carryOut: () => undefined,
    release: (receipts, record, settled) => {
      memory.owed.add(receipts, record.number);
      if (settled !== null) void memory.settle(settled);
    },
    answer: () => undefined,
    stateHash,
    report: ({ code }) => failures.push(code),
  });
  return { loop };
};

const note = { kind: 'noted', code: 'x', detail: '' } as const;

describe('a centre that stays silent', () => {
  test('never fills the journal: at the bound the oldest receipts are given up as a numbered loss', async () => {
    const disk = new MemoryDisk();
    const small = { segmentBytes: 65_536, maxBytes: 6 * 1_048_576 };
    const settings = { stateDir: '/s', toCentre: true, journal: small, owed: { count: 1_000, bytes: 60_000 } };
    const opened = await openMemory(disk, settings);
    if (!opened.ok) throw new Error(opened.failure.code);
    const memory = opened.value;
    const failures: string[] = [];
    const { loop } = turn(memory, failures);
    for (let count = 0; count < 4_000; count += 1) await loop.tell(note);
    expect(failures).toEqual([]);
    expect(loop.isDurable()).toBe(true);
    const loss = memory.owed.takeLoss();
    const kept = memory.owed.read(1, 4_000).map(({ number }) => number);
    expect(loss).toEqual({ from: 1, to: 4_000 - kept.length, count: 4_000 - kept.length });
    expect(kept.length).toBeGreaterThan(200);
    await memory.close(true);
    const again = await openMemory(disk, settings);
    if (!again.ok) throw new Error(again.failure.code);
    expect(await again.value.append({ at: receipt(1).at, event: { kind: 'wake' }, receipts: [] }, 0)).toMatchObject({
      ok: true,
    });
    await again.value.journal.close();
  });

  test('at either bound the oldest receipts go, and are told once as a numbered loss', () => {
    const bytes = JSON.stringify(receipt(100)).length;
    for (const bounds of [
      { count: 50, bytes: Infinity },
      { count: Infinity, bytes: 50 * bytes },
    ]) {
      const owed = receiptsOwed([], { latestKnown: 99, toCentre: true, bounds });
      for (let number = 100; number < 200; number += 1) owed.add([receipt(number)], number);
      expect(owed.read(1, 999).map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, i) => 150 + i));
      expect(owed.takeLoss()).toEqual({ from: 100, to: 149, count: 50 });
      expect(owed.takeLoss()).toBeNull();
    }
  });

  test('what was given up, or is not there after a start, is gone; what is late on its way to the disk is not', () => {
    const bounds = { count: 3, bytes: Infinity };
    const owed = receiptsOwed([{ receipt: receipt(8), record: 1 }], { latestKnown: 8, toCentre: true, bounds });
    expect(owed.gone()).toBe(7);
    owed.add([receipt(10)], 2);
    owed.acknowledge(8);
    expect(owed.gone()).toBe(7);
    owed.add([receipt(9)], 3);
    owed.add([receipt(11), receipt(12)], 4);
    expect(owed.gone()).toBe(9);
    expect(receiptsOwed([], { latestKnown: 5, toCentre: true }).gone()).toBe(5);
  });

  test('what a start finds missing between others is gone as soon as all before it is acknowledged', () => {
    const found = [8, 9, 13, 14, 20].map((number) => ({ receipt: receipt(number), record: number }));
    const owed = receiptsOwed(found, { latestKnown: 22, toCentre: true });
    expect(owed.gone()).toBe(7);
    owed.add([receipt(23)], 23);
    owed.acknowledge(8);
    expect(owed.gone()).toBe(7);
    owed.acknowledge(9);
    expect(owed.gone()).toBe(12);
    owed.acknowledge(14);
    expect(owed.gone()).toBe(19);
    owed.acknowledge(20);
    expect(owed.gone()).toBe(22);
  });

  test('what will never be recorded is gone as soon as nothing before it can come, and never sooner', () => {
    const owed = receiptsOwed([{ receipt: receipt(1), record: 1 }], { latestKnown: 1, toCentre: true });
    owed.neverRecorded([receipt(3)]);
    owed.neverRecorded([]);
    owed.neverRecorded([receipt(4), receipt(5)]);
    owed.add([receipt(6)], 2);
    owed.neverRecorded([receipt(8)]);
    owed.acknowledge(1);
    expect(owed.gone()).toBe(0);
    owed.add([receipt(2)], 3);
    expect(owed.gone()).toBe(0);
    owed.acknowledge(2);
    expect(owed.gone()).toBe(5);
    owed.add([receipt(9)], 4);
    owed.acknowledge(6);
    expect(owed.gone()).toBe(5);
    owed.add([receipt(7)], 5);
    owed.acknowledge(7);
    expect(owed.gone()).toBe(8);
  });

  test('receipts of records that came late to the disk stand in order of their numbers', () => {
    const owed = receiptsOwed([], { latestKnown: 0, toCentre: true });
    owed.add([receipt(3)], 1);
    owed.add([receipt(1), receipt(2)], 2);
    expect(owed.read(1, 9).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(owed.latest()).toBe(3);
  });

  test('without a centre nothing is owed', () => {
    const owed = receiptsOwed([{ receipt: receipt(1), record: 1 }], { latestKnown: 1, toCentre: false });
    owed.add([receipt(2)], 2);
    expect([owed.oldestRecord(), owed.latest()]).toEqual([null, 2]);
  });
});

describe('a start that cannot bring to the device what it found', () => {
  const noJournal = {
    fault: ({ act, path }: { readonly act: string; readonly path: string }) =>
      act === 'datasync' && path.includes('/journal/') ? 'EIO' : null,
  };

  /** The second receipt stands in a record that a power cut may still take. */
  const startOnCache = async () => {
    const first = new MemoryDisk();
    const { loop } = turn(await open(first), []);
    await loop.tell(note);
    first.settings = noJournal;
    await loop.tell(note);
    const disk = first.afterKill(noJournal);
    const retries: (() => void)[] = [];
    const clock = { after: (_: number, act: () => void) => (retries.push(act), () => undefined) };
    const opened = await openMemory(disk, { stateDir: '/s', toCentre: true, journal: { clock } });
    if (!opened.ok) throw new Error(opened.failure.code);
    return { disk, memory: opened.value, tryAgain: () => retries.forEach((act) => act()) };
  };
  const told = (memory: Memory): readonly number[] => memory.owed.read(1, 9).map(({ number }) => number);

  test('remembers it and tells nobody of it before it is there', async () => {
    const { disk, memory, tryAgain } = await startOnCache();
    expect([memory.recovered.owed.length, told(memory), memory.owed.latest()]).toEqual([2, [1], 2]);
    disk.settings = {};
    const durable = new Promise<void>((resolve) => memory.journal.onState(() => resolve()));
    tryAgain();
    await durable;
    expect([memory.journal.state, told(memory)]).toEqual(['durable', [1, 2]]);
  });

  test('writes no checkpoint of it, which would name a journal that never was', async () => {
    const { disk, memory } = await startOnCache();
    expect(await memory.close(true)).toEqual(ok(null));
    expect(disk.peek('/s/checkpoint/checkpoint-1.json')).toBeNull();
  });
});

const keeping = (results: readonly boolean[]) => {
  const kept: number[] = [];
  const written: Checkpoint[] = [];
  const answers = [...results];
  const keeper = checkpointKeeper(
    {
      journal: { keepFrom: (number) => kept.push(number), proven: () => Infinity },
      file: {
        write: (data) => {
          written.push(data);
          return Promise.resolve(answers.shift() === false ? failed('disk-full') : ok(null));
        },
      },
      owed: receiptsOwed([], { latestKnown: 0, toCentre: false }),
    },
    { last: null, older: null, durable: emptyVillage.durable, record: { number: 0, hash: '' } },
  );
  const settle = (number: number, mended = false) =>
    keeper.settle({ durable: { ...emptyVillage.durable, sequence: number }, record: { number, hash: 'h' }, mended });
  return { keeper, settle, kept, written };
};

describe('checkpoints', () => {
  test('that could not be written are no generation the journal may rotate behind', async () => {
    const { settle, kept } = keeping([true, false, true]);
    await settle(300);
    await settle(600);
    await settle(900);
    expect(kept).toEqual([1, 301]);
  });

  test('are written at once when the order of the journal was disturbed', async () => {
    const { settle, written } = keeping([]);
    await settle(3);
    await settle(4, true);
    expect(written.map(({ record }) => record)).toEqual([4]);
  });

  test('of a full journal are both written anew, so that it may let go of everything before them', async () => {
    const { keeper, settle, kept } = keeping([]);
    await settle(9);
    await keeper.makeRoom();
    expect(kept.at(-1)).toBe(10);
  });

  test('at the end hold the last settled state, not one that never came to the disk', async () => {
    const { keeper, settle, written } = keeping([]);
    await settle(7);
    await keeper.end(true);
    expect(written.at(-1)).toMatchObject({ record: 7, durable: { sequence: 7 }, ended: true });
  });

  test('that are older than the oldest record are told, and the fold over the gap is no other fault', async () => {
    const disk = new MemoryDisk();
    const journal = { segmentBytes: 65_536, maxBytes: 4 * 1_048_576 };
    const settings = { stateDir: '/s', toCentre: false, journal };
    const files = ['/s/checkpoint/checkpoint-1.json', '/s/checkpoint/checkpoint-2.json'];
    const start = async (): Promise<Memory> => {
      const memory = await openMemory(disk, settings);
      if (!memory.ok) throw new Error(memory.failure.code);
      return memory.value;
    };
    const first = await start();
    const { loop } = turn(first, []);
    for (let count = 0; count < 600; count += 1) await loop.tell(note);
    const old = files.map((path) => disk.peek(path));
    for (let count = 0; count < 1_600; count += 1) await loop.tell(note);
    await first.close(true);
    expect((await start()).notes).toEqual([]);
    files.forEach((path, index) => disk.tamper(path, () => old[index]!));
    const { notes, recovered, endedInOrder, journal: found } = await start();
    const outdated = { code: 'checkpoint-outdated', params: { record: 512, first: found.status().first } };
    expect(notes).toMatchObject([outdated]);
    expect([recovered.troubles, endedInOrder]).toEqual([[], false]);
    expect(recovered.village.durable.nextReceipt).toBe(2_201);
  });

  test('tell an orderly end from a kill', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    expect(first.endedInOrder).toBe(true);
    await turn(first, []).loop.tell(note);
    await first.close(true);
    const second = await open(disk);
    expect(second.endedInOrder).toBe(true);
    await turn(second, []).loop.tell(note);
    await second.journal.close();
    expect((await open(disk)).endedInOrder).toBe(false);
  });

  test('take a checkpoint that was written while the box ran for no orderly end', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    await turn(first, []).loop.tell(note);
    const { durable } = first.recovered.village;
    await first.settle({ durable, record: first.journal.head(), mended: true });
    await first.journal.close();
    expect((await open(disk)).endedInOrder).toBe(false);
  });
});
