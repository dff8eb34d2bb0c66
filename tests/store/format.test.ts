import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { dir, openOn, valueOf } from './support.ts';

/*
 * A second reader, written from docs/reference/journal.md and from nothing else: no import of the box's own reading code. It
 * takes a sound journal only; what is damaged is the business of the other tests.
 */

const crcTable = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

const crcOf = (bytes: Buffer): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
};

interface Sector {
  readonly data: Buffer;
  readonly flush: number;
  readonly place: number;
}

const sectorAt = (file: Buffer, index: number): Sector | null => {
  const sector = file.subarray(index * 512, index * 512 + 512);
  if (sector.every((byte) => byte === 0)) return null;
  expect(crcOf(sector.subarray(0, 508))).toBe(sector.readUInt32BE(508));
  return { data: sector.subarray(0, 500), flush: sector.readUIntBE(500, 6), place: sector.readUInt16BE(506) };
};

const sha = (...parts: readonly Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

interface Read {
  readonly number: number;
  readonly prev: string;
  readonly hash: string;
  readonly payload: unknown;
}

const recordsIn = (data: Buffer, body: (hash: string) => Buffer): Read[] => {
  expect(data.toString('ascii', 0, 4)).toBe('MLF1');
  const end = 52 + data.readUInt32BE(4);
  const records: Read[] = [];
  let number = Number(data.readBigUInt64BE(8));
  let prev: Buffer = data.subarray(20, 52);
  for (let at = 52; at < end; number += 1) {
    const length = data.readUInt32BE(at + 4);
    const kept = data.readUInt8(at) === 2;
    const bytes = kept ? body(data.toString('hex', at + 40, at + 72)) : data.subarray(at + 40, at + 40 + length);
    expect(bytes).toHaveLength(length);
    const count = Buffer.alloc(8);
    count.writeBigUInt64BE(BigInt(number));
    const hash = sha(Buffer.from('mingluo journal record 1\n'), count, prev, sha(bytes));
    expect(hash.toString('hex')).toBe(data.toString('hex', at + 8, at + 40));
    records.push({
      number,
      prev: prev.toString('hex'),
      hash: hash.toString('hex'),
      payload: JSON.parse(bytes.toString('utf8')) as unknown,
    });
    prev = hash;
    at += 40 + (kept ? 32 : length);
  }
  expect(records).toHaveLength(data.readUInt32BE(16));
  return records;
};

const readSegment = (file: Buffer, body: (hash: string) => Buffer): Read[] => {
  const header = sectorAt(file, 0);
  if (header === null) throw new Error('no header');
  expect(header.data.toString('ascii', 0, 4)).toBe('MLS1');
  expect([header.data.readUInt32BE(4), header.data.readUInt32BE(56)]).toEqual([1, file.length]);
  const records: Read[] = [];
  let above = header.flush;
  for (let block = 1; block < file.length / 4096;) {
    const first = sectorAt(file, block * 8);
    if (first === null || first.flush <= above) {
      block += 1;
      continue;
    }
    const blocks = Math.ceil((52 + first.data.readUInt32BE(4)) / 4000);
    const sectors = Array.from({ length: blocks * 8 }, (_, index) => sectorAt(file, block * 8 + index));
    sectors.forEach((sector, index) => expect([sector?.flush, sector?.place]).toEqual([first.flush, index]));
    records.push(...recordsIn(Buffer.concat(sectors.map((sector) => sector?.data ?? Buffer.alloc(0))), body));
    above = first.flush;
    block += blocks;
  }
  if (records[0] !== undefined) {
    expect(records[0].number).toBe(Number(header.data.readBigUInt64BE(16)));
    expect(records[0].prev).toBe(header.data.toString('hex', 24, 56));
  }
  return records;
};

test('a reader written from the reference page alone reads the same records, in files used before and with bodies', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, { maxBytes: 524_288 });
  for (let n = 1; n <= 60; n += 1) {
    const together = Array.from({ length: (n % 3) + 1 }, (_, part) =>
      journal.append({ n, part, 文: 'é'.repeat((n * 211) % 5_000) }),
    );
    const heads = (await Promise.all(together)).map(valueOf);
    journal.keepFrom(heads[0]!.number - 20);
  }
  valueOf(await journal.append({ large: 'x'.repeat(30_000) }));
  const body = (hash: string): Buffer => disk.peek(`${dir}/bodies/${hash}`) ?? Buffer.alloc(0);
  const segments = valueOf(await disk.list(dir)).filter((name) => name.startsWith('segment-'));
  expect(segments[0]).not.toBe('segment-000000000001.journal');
  const read = segments.flatMap((name) => readSegment(disk.peek(`${dir}/${name}`) ?? Buffer.alloc(0), body));
  expect(read).toEqual(valueOf(await journal.read(1)).records);
  expect(read.at(-1)?.payload).toEqual({ large: 'x'.repeat(30_000) });
});
