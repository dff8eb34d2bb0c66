import { Low } from 'lowdb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCheckpoint, type Checkpoint, type CheckpointSettings } from '../../src/store/checkpoint.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { failed, ok, type Result } from '../../src/words/failure.ts';
import { codeOf, settle, valueOf } from './support.ts';

const dir = '/box/state';
const files = [`${dir}/checkpoint-1.json`, `${dir}/checkpoint-2.json`] as const;

interface State {
  readonly n: number;
  readonly text?: string;
}

const parse = (data: unknown): Result<State> =>
  data !== null && typeof data === 'object' && 'n' in data && typeof data.n === 'number'
    ? ok(data as State)
    : failed('checkpoint-unfit', { detail: 'no n' });

const openOn = async (
  disk: MemoryDisk,
  settings: Partial<CheckpointSettings<State>> = {},
): Promise<Checkpoint<State>> => valueOf(await openCheckpoint({ disk, dir, schemaVersion: 1, parse, ...settings }));

const readOn = async (disk: MemoryDisk): Promise<Result<{ n: number; generation: number; notes: string[] } | null>> => {
  const read = await (await openOn(disk)).read(false);
  if (!read.ok || read.value === null) return read.ok ? ok(null) : read;
  const { data, generation, notes } = read.value;
  return ok({ n: data.n, generation, notes: notes.map(({ code }) => code) });
};

/** A disk with generations 1 to 3 written: 3 in the first file, 2 in the second. */
const threeWritten = async (): Promise<MemoryDisk> => {
  const disk = new MemoryDisk();
  const checkpoint = await openOn(disk);
  for (const n of [10, 20, 30]) valueOf(await checkpoint.write({ n }));
  return disk;
};

test('the checkpoint is a lowdb database: what lowdb holds is what was written and what is read', async () => {
  const disk = new MemoryDisk();
  const checkpoint = await openOn(disk);
  expect(checkpoint.db).toBeInstanceOf(Low);
  valueOf(await checkpoint.write({ n: 7 }));
  expect(checkpoint.db.data).toEqual({ generation: 1, schemaVersion: 1, data: { n: 7 } });
  const again = await openOn(disk);
  await again.db.read();
  expect(again.db.data.data).toEqual({ n: 7 });
  again.db.data = { ...again.db.data, generation: 2, data: { n: 8 } };
  await again.db.write();
  expect(valueOf(await readOn(disk))).toEqual({ n: 8, generation: 2, notes: [] });
});

test('nothing yet is null; nothing beside a journal with records is a failure of its own', async () => {
  const checkpoint = await openOn(new MemoryDisk());
  expect(valueOf(await checkpoint.read(false))).toBeNull();
  expect(codeOf(await checkpoint.read(true))).toBe('checkpoint-missing');
});

test('two generations take turns, and the older is there too', async () => {
  const disk = await threeWritten();
  const read = valueOf(await (await openOn(disk)).read(true));
  expect(read).toEqual({ data: { n: 30 }, generation: 3, older: { n: 20 }, notes: [] });
});

test('a damaged newer generation falls back to the older and says so; the next write replaces the damaged one', async () => {
  const disk = await threeWritten();
  disk.tamper(files[0], (bytes) => Buffer.from(bytes.toString().replace('30', '31')));
  expect(valueOf(await readOn(disk))).toEqual({ n: 20, generation: 2, notes: ['checkpoint-generation-damaged'] });
  valueOf(await (await openOn(disk)).write({ n: 40 }));
  expect(valueOf(await readOn(disk))).toEqual({ n: 40, generation: 3, notes: [] });
  expect(disk.peek(files[1])?.toString()).toContain('20');
});

test('a vanished file beside a good one is told', async () => {
  const disk = await threeWritten();
  valueOf(await disk.unlink(files[0]));
  expect(valueOf(await readOn(disk))).toEqual({ n: 20, generation: 2, notes: ['checkpoint-generation-missing'] });
});

test('both damaged is checkpoint-damaged; both gone while a journal is there is checkpoint-missing', async () => {
  const disk = await threeWritten();
  for (const file of files) disk.tamper(file, () => Buffer.alloc(0));
  expect(codeOf(await readOn(disk))).toBe('checkpoint-damaged');
  for (const file of files) valueOf(await disk.unlink(file));
  expect(codeOf(await (await openOn(disk)).read(true))).toBe('checkpoint-missing');
});

test('an older schema is handed to parse with its version; a newer one is refused by name', async () => {
  const disk = await threeWritten();
  const versions: number[] = [];
  const migrating = await openOn(disk, {
    schemaVersion: 2,
    parse: (data, version) => {
      versions.push(version);
      return parse(data);
    },
  });
  expect(valueOf(await migrating.read(true))?.data).toEqual({ n: 30 });
  expect(versions).toEqual([1, 1]);
  valueOf(await migrating.write({ n: 50 }));
  expect(valueOf(await readOn(disk))).toEqual({ n: 30, generation: 3, notes: ['checkpoint-schema-newer'] });
});

test('data above the limit is refused and the old generations stand', async () => {
  const disk = await threeWritten();
  const checkpoint = await openOn(disk);
  expect(codeOf(await checkpoint.write({ n: 1, text: 'x'.repeat(200_000) }))).toBe('checkpoint-too-large');
  expect(codeOf(await checkpoint.write({ n: Number.NaN }))).toBe('checkpoint-unfit');
  expect(valueOf(await readOn(disk))).toEqual({ n: 30, generation: 3, notes: [] });
  valueOf(await checkpoint.write({ n: 40 }));
  expect(valueOf(await readOn(disk))).toEqual({ n: 40, generation: 4, notes: [] });
});

test('a disk that fills rejects the write, keeps both old generations, and works again when there is room', async () => {
  const disk = await threeWritten();
  const checkpoint = await openOn(disk);
  disk.settings = { capacityBytes: 600 };
  expect(codeOf(await checkpoint.write({ n: 40, text: 'x'.repeat(1_000) }))).toBe('disk-full');
  expect(valueOf(await disk.list(dir))).toEqual(['checkpoint-1.json', 'checkpoint-2.json']);
  expect(valueOf(await readOn(disk))).toEqual({ n: 30, generation: 3, notes: [] });
  disk.settings = {};
  valueOf(await checkpoint.write({ n: 50 }));
  expect(valueOf(await readOn(disk))).toEqual({ n: 50, generation: 4, notes: [] });
});

test('file and folder are synced before a write is done', async () => {
  const acts: string[] = [];
  const disk = new MemoryDisk();
  const checkpoint = await openOn(disk);
  await checkpoint.read(false);
  disk.settings = {
    fault: ({ act }) => {
      acts.push(act);
      return null;
    },
  };
  valueOf(await checkpoint.write({ n: 1 }));
  expect(acts).toEqual(['open', 'write', 'datasync', 'rename', 'syncDir']);
});

test('writes asked for while one runs become one, the newest data winning, and all are told its outcome', async () => {
  const disk = new MemoryDisk();
  const checkpoint = await openOn(disk);
  const results = await Promise.all(Array.from({ length: 50 }, (_, n) => checkpoint.write({ n })));
  expect(results.every(({ ok: fine }) => fine)).toBe(true);
  expect(valueOf(await readOn(disk))).toEqual({ n: 49, generation: 2, notes: [] });
});

test('a power cut at every step of a write leaves the old or the new state, and never less than was acknowledged', async () => {
  const steps = 40;
  for (let cutAtCall = 1; cutAtCall <= steps; cutAtCall += 1) {
    for (let seed = 1; seed <= 8; seed += 1) {
      const disk = new MemoryDisk({ cutAtCall });
      let acknowledged = 0;
      const writing = async (): Promise<void> => {
        const checkpoint = await openOn(disk);
        for (let n = 1; n <= 6; n += 1) {
          valueOf(await checkpoint.write({ n, text: 'x'.repeat(700) }));
          acknowledged = n;
        }
      };
      await Promise.race([writing(), disk.cut]);
      await settle();
      const read = valueOf(await readOn(disk.afterPowerCut(seed)));
      expect(read?.n ?? 0).toBeGreaterThanOrEqual(acknowledged);
      expect(read?.n ?? 0).toBeLessThanOrEqual(acknowledged + 1);
    }
  }
});

test('random bytes in both files are a named failure, and in one file a named note', async () => {
  const written = await threeWritten();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.boolean(), async (bytes, both) => {
      const disk = written.afterPowerCut(0);
      disk.tamper(files[0], () => Buffer.from(bytes));
      if (both) disk.tamper(files[1], (old) => Buffer.from(old.map((byte, index) => (index === 3 ? byte ^ 1 : byte))));
      const read = await readOn(disk);
      if (both) expect(codeOf(read)).toBe('checkpoint-damaged');
      else expect(valueOf(read)).toMatchObject({ n: 20, notes: ['checkpoint-generation-damaged'] });
    }),
    { numRuns: 100 },
  );
});
