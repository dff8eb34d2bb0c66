import { expect, test } from 'vitest';
import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { trigger } from '../core/hamlet.ts';
import {
  alarmOnDisk,
  at,
  goOn,
  hour,
  lived,
  living,
  stop,
  stoppedClock,
  writeNow,
  writtenTo,
} from './forgetful-life.ts';

const known = stoppedClock(at(hour), 'rtc');

/** So many touches more, one after the other. */
const touches = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) => [from + index * 100, stop(`more-${index}`)] as const);

const endsOf = async (disk: MemoryDisk) =>
  Object.values((await writtenTo(disk)).durable.broadcasts).map(({ ended }) => ended);

test('going on takes a stop back also when a hand has fallen on it twenty times more', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(known, [
    [5_000, trigger('t2')],
    [10_000, stop('s1')],
    ...touches(20, 11_000),
    [30_000, goOn],
  ]);
  await writeNow(held, disk);
  expect(await endsOf(disk)).toEqual([null]);
});

test('going on leaves the stop before it, however often a hand has fallen on the newest', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(known, [
    [4_000, stop('s0')],
    [5_000, trigger('t2')],
    [10_000, stop('s1')],
    ...touches(20, 11_000),
    [30_000, goOn],
  ]);
  await writeNow(held, disk);
  expect((await writtenTo(disk)).entries.map(({ event }) => event)).toContainEqual(stop('s0'));
  expect(await endsOf(disk)).toEqual(['stopped']);
});

test('going on takes back a stop that was written, also when twenty touches more were written after it', async () => {
  const disk = await alarmOnDisk();
  const { held, does } = await living(known);
  await does([
    [5_000, trigger('t2')],
    [10_000, stop('s1')],
  ]);
  await writeNow(held, disk);
  await does(touches(10, 11_000));
  await writeNow(held, disk);
  await does(touches(10, 13_000));
  await writeNow(held, disk);
  expect(await endsOf(disk)).toEqual(['stopped']);
  await does([[30_000, goOn]]);
  await writeNow(held, disk);
  expect(await endsOf(disk)).toEqual(['stopped', null]);
});

test('of seventeen stops that each ended something the oldest goes', async () => {
  const disk = await alarmOnDisk();
  const acts = Array.from({ length: 17 }, (_, index) => [
    [1_000 * index + 100, trigger(`n${index}`, { source: 'panel' })] as const,
    [1_000 * index + 600, stop(`s${index}`)] as const,
  ]);
  const held = await lived(known, acts.flat());
  await writeNow(held, disk);
  const stops = (await writtenTo(disk)).entries.flatMap(({ event }) => (event.kind === 'stop' ? [event.id] : []));
  expect(stops).toEqual(Array.from({ length: 16 }, (_, index) => `s${index + 1}`));
});
