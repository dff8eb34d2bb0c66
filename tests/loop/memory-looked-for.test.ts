import { expect, test } from 'vitest';
import type { HeldStops } from '../../src/box/held-stops.ts';
import { openMemoryOrNone, watchForMemory } from '../../src/box/no-memory.ts';
import type { DiskCall } from '../../src/store/memory-disk.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';
import { alarmOnDisk } from './forgetful-life.ts';

/** How often the folders are listed in one look. */
const once = 2;

const settings = { stateDir: '/s', toCentre: true };

test.each([
  { fails: 1, remembers: true },
  { fails: 2, remembers: true },
  { fails: 3, remembers: false },
])('a card that fails the first $fails times is remembered from: $remembers', async ({ fails, remembers }) => {
  const disk = await alarmOnDisk();
  let left = fails;
  disk.settings = {
    fault: ({ act }) => {
      if (act !== 'list' || left === 0) return null;
      left -= 1;
      return 'EIO';
    },
  };
  expect((await openMemoryOrNone(disk, settings)).lost === undefined).toBe(remembers);
});

test('a journal that has vanished is not looked for again: no card brings it back by being asked once more', async () => {
  const disk = await alarmOnDisk();
  const listed = await disk.list('/s/journal');
  for (const name of listed.ok ? listed.value : [])
    if (name.endsWith('.journal')) await disk.unlink(`/s/journal/${name}`);
  let lists = 0;
  disk.settings = {
    fault: ({ act, path }) => {
      if (act === 'list' && path === '/s/journal') lists += 1;
      return null;
    },
  };
  expect((await openMemoryOrNone(disk, settings)).lost?.code).toBe('journal-missing');
  expect(lists).toBe(1);
});

/** The watch of a card that can be read, whose box holds stops, or sounds, as it is told. */
const watching = async () => {
  const [disk, time] = [await alarmOnDisk(), new VirtualTime()];
  const box = { areAny: false, isQuiet: true, backAt: [] as number[], timers: 0, writes: 0, lists: 0, takes: false };
  let release = (): void => undefined;
  const fault = ({ act }: DiskCall): null => {
    if (act === 'list') box.lists += 1;
    return null;
  };
  disk.settings = { fault };
  const hang = (): void => {
    const released = new Promise<void>((resolve) => (release = resolve));
    disk.settings = { fault, takeTime: () => released };
  };
  const held: HeldStops = {
    told: () => undefined,
    areAny: () => box.areAny,
    writeTo: () => {
      box.writes += 1;
      if (box.takes) box.areAny = false;
      return Promise.resolve();
    },
  };
  const watch = watchForMemory({
    ...{ disk, settings, held, isOurs: () => true, isQuiet: () => box.isQuiet },
    every: (ms, call) => time.every(ms, call),
    after: (ms, call) => {
      const forget = time.after(ms, call);
      box.timers += 1;
      return () => {
        box.timers -= 1;
        forget();
      };
    },
    onBack: () => box.backAt.push(Math.round(time.now() / 30_000)),
  });
  return { time, box, watch, hang, release: () => release() };
};

test('the box is asked to start anew at the first look, where nothing is held', async () => {
  const { time, box } = await watching();
  await time.runUntil(31_000);
  expect([box.backAt, box.writes]).toEqual([[1], 0]);
});

test('while something sounds it is not, and nothing is looked at that nobody has stopped', async () => {
  const { time, box } = await watching();
  box.isQuiet = false;
  await time.runUntil(31_000);
  expect(box.lists).toBe(0);
  [box.areAny, box.takes] = [true, true];
  await time.runUntil(61_000);
  expect([box.backAt, box.writes]).toEqual([[], 1]);
});

test('looks that were refused are counted anew once all was taken', async () => {
  const { time, box } = await watching();
  box.areAny = true;
  await time.runUntil(9 * 30_000 + 1_000);
  expect(box.backAt).toEqual([]);
  [box.areAny, box.isQuiet] = [true, false];
  await time.runUntil(10 * 30_000 - 1_000);
  [box.areAny, box.isQuiet] = [false, true];
  await time.runUntil(10 * 30_000 + 1_000);
  expect(box.backAt).toEqual([10]);
  box.areAny = true;
  await time.runUntil(19 * 30_000 + 1_000);
  expect(box.backAt).toEqual([10]);
  await time.runUntil(20 * 30_000 + 1_000);
  expect(box.backAt).toEqual([10, 20]);
});

test('a box that has ended looks no more, and leaves no timer behind', async () => {
  const { time, box, watch } = await watching();
  const ended = watch.end();
  await time.runUntil(1_000);
  await ended;
  await time.runUntil(61_000);
  expect([box.backAt, box.timers, box.lists]).toEqual([[], 0, 0]);
});

test.each([true, false])(
  'a look that comes back after the end asks nothing, and tries nothing more: %s',
  async (stillHeld) => {
    const { time, box, watch, hang, release } = await watching();
    box.areAny = true;
    hang();
    await time.runUntil(31_000);
    const ended = watch.end();
    await time.runUntil(40_000);
    await ended;
    const looked = box.lists;
    box.areAny = stillHeld;
    release();
    await time.runUntil(50_000);
    expect([box.backAt, box.writes]).toEqual([[], 0]);
    // The look that hung goes through, and is the last.
    expect(box.lists - looked).toBeLessThanOrEqual(once);
  },
);
