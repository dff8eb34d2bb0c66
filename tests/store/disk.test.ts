import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readWhole, realDisk, writeDurably, writeFully, type Disk } from '../../src/store/disk.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { codeOf, valueOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-disk-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a short write is gone on with until everything is written', async () => {
  const target = Buffer.alloc(10);
  const calls: number[] = [];
  await writeFully(
    {
      write: (bytes, offset, length, position) => {
        calls.push(length);
        const bytesWritten = Math.min(3, length);
        target.set(bytes.subarray(offset, offset + bytesWritten), position);
        return Promise.resolve({ bytesWritten });
      },
    },
    2,
    Buffer.from('abcdefgh'),
  );
  expect(target.toString('latin1')).toBe('\0\0abcdefgh');
  expect(calls).toEqual([8, 5, 2]);
});

test('a device that takes nothing is full, not asked for ever', async () => {
  const stuck = { write: () => Promise.resolve({ bytesWritten: 0 }) };
  await expect(writeFully(stuck, 0, Buffer.from('a'))).rejects.toMatchObject({ code: 'ENOSPC' });
});

test('a full device is disk-full, a missing file is named, any other fault carries its errno', async () => {
  const full = valueOf(await realDisk.open('/dev/full', 'update'));
  expect(codeOf(await full.write(0, Buffer.from('x')))).toBe('disk-full');
  await full.close();
  expect(await realDisk.open(join(folder, 'none'), 'read')).toMatchObject({
    ok: false,
    failure: { code: 'disk-file-missing', params: { path: join(folder, 'none') } },
  });
  expect(await realDisk.open(folder, 'update')).toMatchObject({
    ok: false,
    failure: { code: 'disk-failed', params: { errno: 'EISDIR' } },
  });
});

/** The same acts on any disk: what the journal relies on. */
const contract = async (disk: Disk, dir: string): Promise<unknown> => {
  valueOf(await disk.makeDir(dir));
  const file = valueOf(await disk.open(`${dir}/a`, 'create'));
  valueOf(await file.write(4, Buffer.from('efgh')));
  valueOf(await file.write(0, Buffer.from('abcd')));
  valueOf(await file.datasync());
  const middle = Buffer.from(valueOf(await file.read(2, 4))).toString();
  const beyond = valueOf(await file.read(6, 100)).length;
  const size = valueOf(await file.size());
  valueOf(await file.close());
  valueOf(await disk.link(`${dir}/a`, `${dir}/b`));
  const taken = codeOf(await disk.link(`${dir}/a`, `${dir}/b`));
  valueOf(await disk.rename(`${dir}/a`, `${dir}/c`));
  valueOf(await disk.syncDir(dir));
  valueOf(await disk.unlink(`${dir}/b`));
  const gone = codeOf(await disk.unlink(`${dir}/b`));
  valueOf(await writeDurably(disk, { dir, name: 'd', bytes: Buffer.from('new') }));
  const names = [...valueOf(await disk.list(dir))].sort();
  const emptied = valueOf(await disk.open(`${dir}/c`, 'create'));
  const sizeAfter = valueOf(await emptied.size());
  await emptied.close();
  const whole = Buffer.from(valueOf(await readWhole(disk, `${dir}/d`))).toString();
  return { middle, beyond, size, taken, gone, names, sizeAfter, whole, nowhere: codeOf(await disk.list(`${dir}/x`)) };
};

test('the disk in memory and the real one do the same', async () => {
  const real = await contract(realDisk, join(folder, 'contract'));
  expect(await contract(new MemoryDisk(), '/contract')).toEqual(real);
  expect(real).toMatchObject({ middle: 'cdef', beyond: 2, size: 8, names: ['c', 'd'], sizeAfter: 0, whole: 'new' });
});

const cutAfterTwoWrites = async (seed: number, synced: boolean): Promise<string> => {
  const disk = new MemoryDisk();
  await disk.makeDir('/d');
  const file = valueOf(await disk.open('/d/f', 'create'));
  await file.write(0, Buffer.alloc(1024, 'a'));
  await file.datasync();
  await disk.syncDir('/d');
  await file.write(0, Buffer.alloc(1024, 'b'));
  if (synced) await file.datasync();
  const after = disk.afterPowerCut(seed).peek('/d/f') ?? Buffer.alloc(0);
  return `${after.toString('latin1', 0, 1)}${after.toString('latin1', 512, 513)}`;
};

test('a power cut tears and reorders what was not synced, by sectors, and leaves what was', async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 40; seed += 1) {
    seen.add(await cutAfterTwoWrites(seed, false));
    expect(await cutAfterTwoWrites(seed, true)).toBe('bb');
  }
  expect([...seen].sort()).toEqual(['aa', 'ab', 'ba', 'bb']);
});

test('names that were not synced may be lost, and a failed sync is not made good by the next', async () => {
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= 40; seed += 1) {
    const disk = new MemoryDisk();
    await disk.makeDir('/d');
    const file = valueOf(await disk.open('/d/old', 'create'));
    await disk.syncDir('/d');
    await file.write(0, Buffer.from('x'));
    disk.settings = { fault: ({ act }) => (act === 'datasync' ? 'EIO' : null) };
    expect(codeOf(await file.datasync())).toBe('disk-failed');
    disk.settings = {};
    valueOf(await file.datasync());
    await disk.rename('/d/old', '/d/new');
    const after = disk.afterPowerCut(seed);
    const names = valueOf(await after.list('/d'));
    expect(names).toHaveLength(1);
    const [name = ''] = names;
    outcomes.add(`${name} ${after.peek(`/d/${name}`)?.toString('latin1') === 'x' ? 'kept' : 'lost'}`);
  }
  expect([...outcomes].sort()).toEqual(['new kept', 'new lost', 'old kept', 'old lost']);
});

test('the same calls and the same seed leave the same bytes', async () => {
  const remains = async (): Promise<string[]> =>
    Promise.all(Array.from({ length: 20 }, (_, seed) => cutAfterTwoWrites(seed, false)));
  expect(await remains()).toEqual(await remains());
});
