import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/store/journal.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { seededRandom } from '../../src/store/seeded-random.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { codeOf, dir, openOn, payloadsOf, small, valueOf } from './support.ts';

const segment = (id: number): string => `${dir}/segment-${String(id).padStart(12, '0')}.journal`;

/** A closed journal of `count` records of one block each, one flush each: 15 a segment. */
const written = async (count: number): Promise<MemoryDisk> => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  for (let n = 1; n <= count; n += 1) await journal.append({ n });
  await journal.close();
  return disk;
};

const flip = (disk: MemoryDisk, path: string, bit: number): void => {
  disk.tamper(path, (bytes) => {
    const place = Math.floor(bit / 8);
    bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << (bit % 8)), place);
    return bytes;
  });
};

/** Copies a disk by cutting the power of one on which everything is synced. */
const copyOf = (disk: MemoryDisk): MemoryDisk => disk.afterPowerCut(0);

test('one flipped bit in any block of records is found, named by its record, and every other record stands', async () => {
  const original = await written(40);
  const random = seededRandom(5);
  for (let record = 1; record <= 40; record += 1) {
    for (let round = 0; round < 3; round += 1) {
      const disk = copyOf(original);
      const block = ((record - 1) % 15) + 1;
      flip(disk, segment(Math.ceil(record / 15)), block * 32_768 + Math.floor(random() * 32_768));
      const { recovered, journal } = await openOn(disk);
      expect(recovered.damaged, `record ${record}`).toMatchObject([
        { first: record, last: record, failure: { code: 'journal-damaged', params: { block } } },
      ]);
      expect(recovered.records.map(({ number }) => number)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1).filter((number) => number !== record),
      );
      // Damage at the very end may be an acknowledged record: its number is not given again.
      expect(valueOf(await journal.append({ after: record })).number).toBe(41);
      await journal.close();
      expect(valueOf(await verifyJournal(disk, dir)).damaged).toHaveLength(1);
    }
  }
}, 60_000);

test('one flipped bit in a segment header is found and costs nothing', async () => {
  const original = await written(20);
  for (let bit = 0; bit < 32_768; bit += 1_021) {
    const disk = copyOf(original);
    flip(disk, segment(2), bit);
    const { recovered, journal } = await openOn(disk);
    expect(recovered.damaged).toMatchObject([{ first: null, failure: { code: 'journal-block-worn' } }]);
    expect(recovered.records).toHaveLength(20);
    expect(valueOf(await journal.append({ n: 21 })).number).toBe(21);
  }
});

test('a segment that vanished from the middle is named with its records', async () => {
  const disk = await written(40);
  valueOf(await disk.unlink(segment(2)));
  const { recovered } = await openOn(disk);
  expect(recovered.damaged).toMatchObject([{ first: 16, last: 30, failure: { code: 'journal-records-missing' } }]);
  expect(recovered.records).toHaveLength(25);
});

test('a segment that is empty, zero-filled or cut short is damage, not an empty journal', async () => {
  const original = await written(40);
  for (const [cut, lost] of [
    [() => Buffer.alloc(0), { first: 16, last: 30 }],
    [(bytes: Buffer) => Buffer.alloc(bytes.length), { first: 16, last: 30 }],
    [(bytes: Buffer) => bytes.subarray(0, 4096 * 5 + 700), { first: 20, last: 30 }],
  ] as const) {
    const disk = copyOf(original);
    disk.tamper(segment(2), cut);
    const { recovered } = await openOn(disk);
    expect(recovered.damaged.filter(({ first }) => first !== null)).toMatchObject([lost]);
    expect(recovered.records.at(-1)?.number).toBe(40);
  }
  const last = copyOf(original);
  last.tamper(segment(3), (bytes) => Buffer.from(bytes.subarray(0, 4096 * 5)));
  const { recovered, journal } = await openOn(last);
  expect(recovered.damaged).toMatchObject([{ first: 35, failure: { code: 'journal-damaged' } }]);
  expect(valueOf(await journal.append({ n: 'next' })).number).toBe(36);
});

test('a segment that lost its header and its records neither holds up rotation nor lets its neighbour go too early', async () => {
  const disk = await written(40);
  disk.tamper(segment(2), (bytes) => Buffer.alloc(bytes.length));
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  journal.keepFrom(16);
  let last = await journal.append({ n: 41 });
  for (let n = 42; last.ok; n += 1) last = await journal.append({ n });
  expect(codeOf(last)).toBe('journal-full');
  expect(journal.status().first).toBe(1);
  journal.keepFrom(60);
  for (let n = 0; n < 40; n += 1) valueOf(await journal.append({ n }));
});

test('a journal whose files have vanished is never taken for an empty one', async () => {
  const disk = await written(5);
  valueOf(await disk.unlink(segment(1)));
  const settings = { ...small, disk };
  expect(codeOf(await openJournal(settings))).toBe('journal-missing');
  const empty = new MemoryDisk();
  const expected = { number: 5, hash: 'a'.repeat(64) };
  expect(codeOf(await openJournal({ ...small, disk: empty, expect: expected }))).toBe('journal-missing');
  const begun = valueOf(await openJournal({ ...settings, expect: expected, acceptLoss: true }));
  expect(valueOf(await begun.journal.append({ n: 6 })).number).toBe(6);
});

test('an old copy of the disk under a newer checkpoint is refused, and accepted only by decision', async () => {
  const disk = await written(20);
  const old = copyOf(disk);
  const { journal } = await openOn(disk);
  const head = valueOf(await journal.append({ n: 21 }));
  expect(codeOf(await openJournal({ ...small, disk: old, expect: head }))).toBe('journal-behind');
  const forked = await openOn(old);
  await forked.journal.append({ n: 'another 21' });
  await forked.journal.close();
  expect(codeOf(await openJournal({ ...small, disk: old, expect: head }))).toBe('journal-rewritten');
  const stale = copyOf(await written(20));
  const accepted = await openOn(stale, { expect: head, acceptLoss: true });
  expect(valueOf(await accepted.journal.append({ n: 22 })).number).toBe(22);
  await accepted.journal.close();
  expect((await openOn(stale)).recovered.damaged).toMatchObject([{ first: 21, last: 21 }]);
});

test('a block that the device cannot read is named, and what stands around it is read', async () => {
  const disk = await written(20);
  const open = disk.open.bind(disk);
  disk.open = async (path, how) => {
    const file = await open(path, how);
    if (!file.ok || path !== segment(1)) return file;
    const covers = (position: number, length: number): boolean => position < 4096 * 8 && position + length > 4096 * 7;
    return {
      ok: true,
      value: {
        ...file.value,
        read: (position, length) =>
          covers(position, length)
            ? Promise.resolve({ ok: false, failure: { code: 'disk-failed', params: { errno: 'EIO' } } } as const)
            : file.value.read(position, length),
      },
    };
  };
  const { recovered } = await openOn(disk);
  expect(recovered.damaged).toMatchObject([{ first: 7, last: 7 }]);
  expect(recovered.records).toHaveLength(19);
});

test('a body that is gone or changed takes only its own record with it', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  for (let n = 1; n <= 3; n += 1) await journal.append({ n, text: 'x'.repeat(30_000) });
  await journal.close();
  const [first, second] = valueOf(await disk.list(`${dir}/bodies`));
  valueOf(await disk.unlink(`${dir}/bodies/${first ?? ''}`));
  flip(disk, `${dir}/bodies/${second ?? ''}`, 77_777);
  const { recovered } = await openOn(disk);
  expect(recovered.records).toHaveLength(1);
  expect(recovered.damaged.map(({ failure }) => failure.code).sort()).toEqual([
    'journal-body-damaged',
    'journal-body-missing',
  ]);
});

test('in a segment that was used before, old flushes behind the end are not taken for new ones, nor for damage', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  for (let n = 1; n <= 100; n += 1) {
    await journal.append({ n });
    journal.keepFrom(n);
  }
  await journal.close();
  const { recovered } = await openOn(disk, { maxBytes: 524_288 });
  expect(recovered).toMatchObject({ tornTail: false, damaged: [] });
  expect(recovered.records.at(-1)?.payload).toEqual({ n: 100 });
});

test('random damage of a segment file never throws: records that are delivered are the ones that were written', async () => {
  const original = await written(32);
  const edit = fc.record({ at: fc.nat(65_535), bytes: fc.uint8Array({ minLength: 1, maxLength: 600 }) });
  const shape = fc.record({
    id: fc.integer({ min: 1, max: 3 }),
    edits: fc.array(edit, { minLength: 1, maxLength: 6 }),
    length: fc.option(fc.nat(70_000)),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ id, edits, length }) => {
      const disk = copyOf(original);
      disk.tamper(segment(id), (bytes) => {
        for (const { at, bytes: wrong } of edits) bytes.set(wrong.subarray(0, bytes.length - at), at);
        return length === null ? bytes : Buffer.concat([bytes, Buffer.alloc(8_192)]).subarray(0, length);
      });
      const { recovered, journal } = await openOn(disk);
      for (const { number, payload } of recovered.records) expect(payload).toEqual({ n: number });
      const named = recovered.damaged.flatMap(({ first, last }) =>
        first === null || last === null ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      const known = [...payloadsOf(recovered).map((payload) => (payload as { n: number }).n), ...named];
      for (let n = 1; n <= 30; n += 1) expect(known).toContain(n);
      expect((await journal.append({ n: 'on' })).ok).toBe(true);
      await journal.close();
      expect((await verifyJournal(disk, dir)).ok).toBe(true);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a folder of random bytes under a segment name is damage and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 20_000 }), async (bytes) => {
      const disk = new MemoryDisk();
      await disk.makeDir(dir);
      valueOf(await disk.open(segment(1), 'create'));
      disk.tamper(segment(1), () => Buffer.from(bytes));
      const { recovered } = await openOn(disk);
      expect(recovered.records).toEqual([]);
      expect(recovered.damaged.length).toBeGreaterThan(0);
    }),
    { numRuns: 50 },
  );
});
