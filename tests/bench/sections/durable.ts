import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { brief, median, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { openLoopDisk, type LoopDisk } from '../loop-disk.ts';
import { Talker } from '../talker.ts';
import type { Workshop } from '../tools.ts';

const block = 4096;

interface Wear {
  readonly bytes: number;
  readonly flushes: number;
  readonly p50Ms: number;
}

/** What one durable record of one block costs the device, counted over `count` of them in this journal. */
const wearOf = async (workshop: Workshop, disk: LoopDisk, name: string, count: number): Promise<Wear> => {
  const dir = join(disk.dir, name);
  mkdirSync(dir, { recursive: true });
  const talker = new Talker(process.execPath, [await workshop.bundle('clients/store-client.ts'), dir, String(count)]);
  await talker.line();
  const before = disk.count();
  talker.say('go');
  const { p50Ms } = JSON.parse(await talker.line()) as { readonly p50Ms: number };
  const after = disk.count();
  await talker.close();
  return { bytes: (after.bytes - before.bytes) / count, flushes: (after.flushes - before.flushes) / count, p50Ms };
};

/** Bytes and flushes that reach the device for each durable record, on a file system of its own. */
export const durableSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  let disk: LoopDisk;
  try {
    disk = openLoopDisk(workshop.dir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { rows: [], charts: [], remarks: [`no loop device could be mounted here (it needs root): ${why}`] };
  }
  try {
    const count = scaled(sizes, 200, 10);
    const wears: Wear[] = [];
    for (let round = 0; round < sizes.rounds; round += 1) {
      wears.push(await wearOf(workshop, disk, `round-${round}`, count));
    }
    await wearOf(workshop, disk, 'long', scaled(sizes, 4000, 10));
    const long = await wearOf(workshop, disk, 'long', count);
    const [bytes, flushes] = [median(wears.map((wear) => wear.bytes)), median(wears.map((wear) => wear.flushes))];
    const rows: readonly Row[] = [
      {
        what: { zh: '每条落盘记录写到设备的字节 / 4 KiB', en: 'bytes to the device for one durable record / 4 KiB' },
        ...{ value: bytes / block, op: '<=', goal: 1.25, ours: `${brief(bytes)} B`, floor: '4096 B', peer: '' },
      },
      {
        what: { zh: '每条落盘记录的刷新次数', en: 'flushes of the device for one durable record' },
        ...{ value: flushes, op: '<=', goal: 1.1, ours: brief(flushes), floor: '1', peer: '' },
      },
      {
        what: { zh: '已有 4000 条记录后的字节 / 之前', en: 'the same bytes after 4000 records / before' },
        ...{ value: long.bytes / bytes, op: '<=', goal: 1.1, ours: `${brief(long.bytes)} B`, floor: '1', peer: '' },
      },
    ];
    const remarks = [`a durable record took ${brief(median(wears.map(({ p50Ms }) => p50Ms)))} ms here (median)`];
    return { rows, charts: [], remarks };
  } finally {
    disk.close();
  }
};
