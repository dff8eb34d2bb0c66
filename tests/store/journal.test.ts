import { expect, test } from 'vitest';
import { inlineBytes, mostRecordBytes } from '../../src/store/journal.ts';
import { mostWaiting } from '../../src/store/journal-writer.ts';
import { MemoryDisk, type DiskCall } from '../../src/store/memory-disk.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { codeOf, dir, openOn, payloadsOf, settle, small, valueOf } from './support.ts';

const counting = (): { readonly disk: MemoryDisk; readonly calls: DiskCall[] } => {
  const calls: DiskCall[] = [];
  const fault = (call: DiskCall): null => {
    calls.push(call);
    return null;
  };
  return { disk: new MemoryDisk({ fault }), calls };
};

const counts = (calls: readonly DiskCall[], act: DiskCall['act']): number =>
  calls.filter((call) => call.act === act).length;

test('a record that was appended is read back with its number, its hash and the hash before it', async () => {
  const { journal } = await openOn(new MemoryDisk());
  const first = valueOf(await journal.append({ text: '山洪', n: 1 }));
  const second = valueOf(await journal.append(['b']));
  expect([first.number, second.number]).toEqual([1, 2]);
  expect(journal.head()).toEqual(second);
  expect(valueOf(await journal.read(1))).toEqual({
    records: [
      { number: 1, prev: '0'.repeat(64), hash: first.hash, payload: { text: '山洪', n: 1 } },
      { number: 2, prev: first.hash, hash: second.hash, payload: ['b'] },
    ],
    damaged: [],
  });
});

test('a record of one block costs one write of one block and one sync', async () => {
  const { disk, calls } = counting();
  const { journal } = await openOn(disk);
  calls.length = 0;
  valueOf(await journal.append({ event: 'x'.repeat(300) }));
  expect(calls.map(({ act }) => act)).toEqual(['write', 'datasync']);
});

test('records that arrive together share one flush, and those that arrive meanwhile share the next', async () => {
  const { disk, calls } = counting();
  const { journal } = await openOn(disk);
  calls.length = 0;
  const together = [1, 2, 3].map((n) => journal.append({ n }));
  const later = Promise.resolve().then(() => Promise.all([4, 5, 6].map((n) => journal.append({ n }))));
  const numbers = [...(await Promise.all(together)), ...(await later)].map((result) => valueOf(result).number);
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  expect([counts(calls, 'write'), counts(calls, 'datasync')]).toEqual([2, 2]);
});

test('no block that holds acknowledged records is ever written again', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  const path = `${dir}/segment-000000000001.journal`;
  let before = Buffer.alloc(0);
  for (let n = 1; n <= 10; n += 1) {
    await journal.append({ n });
    const bytes = disk.peek(path) ?? Buffer.alloc(0);
    expect(bytes.subarray(0, before.length).equals(before)).toBe(true);
    before = Buffer.from(bytes.subarray(0, 4096 * (n + 1)));
    expect(before).toHaveLength(4096 * (n + 1));
  }
});

test('nothing is acknowledged before the sync has ended', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  disk.settings = { takeTime: ({ act }) => (act === 'datasync' ? held : Promise.resolve()) };
  let acknowledged = false;
  const appended = journal.append({ n: 1 }).then(() => (acknowledged = true));
  await settle();
  expect(acknowledged).toBe(false);
  expect(journal.head().number).toBe(0);
  release();
  await appended;
  expect(journal.head().number).toBe(1);
});

test('a large payload is kept by its hash in the bodies folder and comes back whole', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  const large = { text: '警'.repeat(inlineBytes / 3) };
  await journal.append({ n: 1 });
  valueOf(await journal.append(large));
  await journal.append({ n: 3 });
  expect(valueOf(await disk.list(`${dir}/bodies`))).toHaveLength(1);
  expect(journal.status().bodyBytes).toBeGreaterThan(inlineBytes);
  await journal.close();
  const again = await openOn(disk);
  expect(payloadsOf(again.recovered)).toEqual([{ n: 1 }, large, { n: 3 }]);
});

test('after a restart the chain goes on where it ended, from the asked number', async () => {
  const disk = new MemoryDisk();
  const first = await openOn(disk);
  for (let n = 1; n <= 40; n += 1) await first.journal.append({ n });
  const head = first.journal.head();
  await first.journal.close();
  const second = await openOn(disk, { from: 39, expect: head });
  expect(payloadsOf(second.recovered)).toEqual([{ n: 39 }, { n: 40 }]);
  expect(second.recovered).toMatchObject({ tornTail: false, damaged: [] });
  expect(second.journal.head()).toEqual(head);
  expect(valueOf(await second.journal.append({ n: 41 })).number).toBe(41);
  const all = valueOf(await second.journal.read(1));
  expect(all.records.map(({ number }) => number)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
  expect(valueOf(await second.journal.read(17, 3)).records.map(({ number }) => number)).toEqual([17, 18, 19]);
});

test('only segments from the asked number on are read at start', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  for (let n = 1; n <= 100; n += 1) await journal.append({ n });
  await journal.close();
  const whole: string[] = [];
  disk.settings = {
    fault: ({ act, path }) => {
      if (act === 'read') whole.push(path);
      return null;
    },
  };
  await openOn(disk, { from: 99 });
  const reads = (name: string): number => whole.filter((path) => path.endsWith(name)).length;
  expect(reads('segment-000000000001.journal')).toBe(1);
  // Its header, all of it, and its last flush, which is written once more.
  expect(reads('segment-000000000007.journal')).toBe(3);
});

test('rotation stays within its bound, uses old files again, and gives up nothing that must be kept', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  let kept = 0;
  for (let n = 1; n <= 400; n += 1) {
    valueOf(await journal.append({ n }));
    if (n % 20 === 0) journal.keepFrom((kept = n - 10));
    const bytes = valueOf(await disk.list(dir)).filter((name) => name.endsWith('.journal')).length * 65_536;
    expect(bytes).toBeLessThanOrEqual((524_288 * 3) / 4);
    expect(journal.status().first).toBeLessThanOrEqual(Math.max(1, kept));
  }
  const records = valueOf(await journal.read(kept)).records;
  expect(records.map(({ number }) => number)).toEqual(
    Array.from({ length: 400 - kept + 1 }, (_, index) => kept + index),
  );
  await journal.close();
  const verified = valueOf(await verifyJournal(disk, dir));
  expect(verified.damaged).toEqual([]);
  expect(verified.head.number).toBe(400);
});

test('in the long run a small record costs the device no more than its own block', async () => {
  let written = 0;
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  const append = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      const head = valueOf(await journal.append({ n }));
      journal.keepFrom(head.number);
    }
  };
  await append(200);
  const open = disk.open.bind(disk);
  disk.open = async (path, how) => {
    const file = await open(path, how);
    if (!file.ok) return file;
    const write = (position: number, bytes: Uint8Array): ReturnType<typeof file.value.write> => {
      written += bytes.length;
      return file.value.write(position, bytes);
    };
    return { ok: true, value: { ...file.value, write } };
  };
  await append(20);
  written = 0;
  await append(300);
  expect(written / 300 / 4096).toBeLessThanOrEqual(1.1);
});

test('the next segment is ready before it is needed, so that rotation writes no zeros while a record waits', async () => {
  const { disk, calls } = counting();
  const { journal } = await openOn(disk);
  for (let n = 1; n <= 15; n += 1) await journal.append({ n });
  await settle();
  calls.length = 0;
  valueOf(await journal.append({ n: 16 }));
  expect(counts(calls, 'write')).toBe(2);
  expect(journal.status().segments).toBe(2);
});

test('keepFrom never goes back', async () => {
  const { journal } = await openOn(new MemoryDisk(), { maxBytes: 524_288 });
  for (let n = 1; n <= 60; n += 1) valueOf(await journal.append({ n }));
  journal.keepFrom(60);
  journal.keepFrom(1);
  for (let n = 61; n <= 120; n += 1) valueOf(await journal.append({ n }));
});

test('a changed segment length holds for new segments, and old files leave as they are given up', async () => {
  const disk = new MemoryDisk();
  const first = await openOn(disk);
  for (let n = 1; n <= 40; n += 1) await first.journal.append({ n });
  await first.journal.close();
  const settings = { segmentBytes: 131_072, maxBytes: 700_000 };
  const second = await openOn(disk, settings);
  for (let n = 41; n <= 200; n += 1) {
    valueOf(await second.journal.append({ n }));
    second.journal.keepFrom(n);
    await settle();
    for (const name of valueOf(await disk.list(dir)).filter((entry) => /^(segment|spare)/.test(entry))) {
      const old = /-0{11}[123]\./.test(name);
      expect(disk.peek(`${dir}/${name}`), name).toHaveLength(old ? 65_536 : 131_072);
    }
  }
  await second.journal.close();
  expect(second.journal.status().first).toBeGreaterThan(41);
  const { recovered } = await openOn(disk, settings);
  expect(recovered.damaged).toEqual([]);
  expect(payloadsOf(recovered).at(-1)).toEqual({ n: 200 });
});

test('at the bound an append fails as journal-full, loses nothing, and works again when records may go', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  let last = await journal.append({ n: 1 });
  for (let n = 2; last.ok; n += 1) last = await journal.append({ n });
  expect(codeOf(last)).toBe('journal-full');
  expect(journal.state).toBe('durable');
  const stood = journal.head().number;
  expect(valueOf(await journal.read(1)).records).toHaveLength(stood);
  journal.keepFrom(50);
  expect(valueOf(await journal.append({ again: true })).number).toBe(stood + 1);
  expect(valueOf(await journal.read(50)).records).toHaveLength(stood + 1 - 49);
});

test('bodies stay within their bound: those that no record names any more go first', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  const large = (n: number): unknown => ({ n, text: 'x'.repeat(40_000) });
  for (let n = 1; n <= 3; n += 1) valueOf(await journal.append(large(n)));
  expect(codeOf(await journal.append(large(4)))).toBe('journal-full');
  expect(journal.state).toBe('durable');
  for (let n = 5; n <= 40; n += 1) valueOf(await journal.append({ n }));
  journal.keepFrom(journal.head().number);
  valueOf(await journal.append(large(41)));
  expect(journal.status().bodyBytes).toBeLessThanOrEqual(131_072);
  await journal.close();
  expect(valueOf(await verifyJournal(disk, dir)).damaged).toEqual([]);
});

test('what cannot be a record is refused by name and leaves the journal as it was', async () => {
  const { journal } = await openOn(new MemoryDisk(), { maxBytes: 67_108_864 });
  expect(codeOf(await journal.append({ n: Number.NaN }))).toBe('journal-record-unfit');
  expect(codeOf(await journal.append({ text: 'x'.repeat(mostRecordBytes) }))).toBe('journal-record-too-large');
  expect(valueOf(await journal.append({ n: 1 })).number).toBe(1);
});

test('records that wait for a stuck disk are bounded', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  disk.settings = { takeTime: () => new Promise(() => undefined) };
  void journal.append({ stuck: true });
  await settle();
  for (let n = 0; n < mostWaiting; n += 1) void journal.append({ n });
  expect(codeOf(await journal.append({ one: 'more' }))).toBe('journal-overloaded');
});

test('a closed journal has written what was waiting and takes nothing more', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  const waiting = journal.append({ n: 1 });
  await journal.close();
  expect(valueOf(await waiting).number).toBe(1);
  expect(codeOf(await journal.append({ n: 2 }))).toBe('journal-closed');
});

test('wrong settings are refused by name', async () => {
  const { openJournal } = await import('../../src/store/journal.ts');
  const disk = new MemoryDisk();
  for (const wrong of [{ segmentBytes: 1000 }, { segmentBytes: 4096 }, { maxBytes: 100_000 }]) {
    expect(codeOf(await openJournal({ ...small, disk, ...wrong }))).toBe('journal-settings');
  }
});
