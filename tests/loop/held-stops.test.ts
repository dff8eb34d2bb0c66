import { expect, test } from 'vitest';
import type { Memory } from '../../src/box/memory.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { mondayNine, trigger } from '../core/hamlet.ts';
import {
  alarmOnDisk,
  at,
  booted,
  goOn,
  hour,
  lived,
  living,
  open,
  stop,
  stoppedClock,
  writeNow,
  writtenTo,
} from './forgetful-life.ts';

test('a stop without memory ends and latches what the journal has live, behind the start of its life', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [[20_000, stop('s1')]]);
  await writeNow(held, disk);
  expect(held.areAny()).toBe(false);
  const { durable, entries, owed } = await writtenTo(disk);
  expect(entries.map(({ event }) => event)).toEqual([booted, stop('s1')]);
  // An hour has passed by a clock that is believed, of which this life saw the last minute.
  expect(entries.map((entry) => entry.at)).toEqual([at(hour - 60_000), at(hour - 40_000)]);
  expect(Object.values(durable.broadcasts).map(({ ended }) => ended)).toEqual(['stopped']);
  expect(durable.latches.map(({ alert }) => alert)).toEqual(['local-t1']);
  expect(owed.map(({ body }) => body)).toContainEqual({ stage: 'done', what: 'stopped' });
});

test('where no clock is believed only the time lived without memory passes, and no more of it when more is written', async () => {
  const disk = await alarmOnDisk();
  const known = stoppedClock({ mono: 6_001, wall: mondayNine + 40_000, trust: 'guessed' }, 'none');
  const held = await lived(known, [
    [20_000, stop('s1')],
    [30_000, stop('s2')],
  ]);
  const memory = await open(disk);
  let takes = 3;
  await held.writeTo({
    ...memory,
    append: (entry, acknowledged) => {
      takes -= 1;
      return takes >= 0 ? memory.append(entry, acknowledged) : Promise.resolve(failed('disk-full', {}));
    },
  });
  await memory.journal.close();
  expect(held.areAny()).toBe(true);
  const again = await open(disk);
  await held.writeTo(again);
  await again.journal.close();
  expect(held.areAny()).toBe(false);
  const { entries } = await writtenTo(disk);
  expect(entries.map(({ event }) => event)).toEqual([
    booted,
    { kind: 'clock', source: 'none' },
    stop('s1'),
    stop('s2'),
  ]);
  expect(entries.map((entry) => entry.at.mono)).toEqual([6_001, 6_001, 26_001, 36_001]);
  // What the clock guesses never goes back behind what was recorded.
  expect(entries.map((entry) => entry.at.wall - mondayNine)).toEqual([6_000, 6_000, 6_000, 10_000]);
});

test('going on takes back the newest stop that ended anything, and leaves the one before it', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [
    [10_000, stop('s1')],
    [20_000, trigger('t2')],
    [25_000, stop('s2')],
    [26_000, stop('s3')],
    [30_000, goOn],
  ]);
  await writeNow(held, disk);
  expect((await writtenTo(disk)).entries.map(({ event }) => event)).toEqual([booted, stop('s1')]);
});

test('going on that was refused takes no stop back', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [
    [5_000, trigger('t2')],
    [10_000, stop('s1')],
    [30_000, { ...goOn, alert: 'local-elsewhere' }],
  ]);
  await writeNow(held, disk);
  expect((await writtenTo(disk)).durable.latches).toHaveLength(1);
});

test('a stop that is taken back before it was written leaves nothing to write', async () => {
  const held = await lived(stoppedClock(at(hour), 'rtc'), [
    [5_000, trigger('t2')],
    [10_000, stop('s1')],
    [30_000, goOn],
  ]);
  expect(held.areAny()).toBe(false);
});

test('the time that the centre has told this life is the time by which a start of now reckons', async () => {
  const told: number[] = [];
  const known = { ...stoppedClock(at(hour), 'rtc'), setFromCentre: (wall: number) => told.push(wall) > 0 };
  const { held, does } = await living(known, 'centre');
  await does([[20_000, stop('s1')]]);
  await writeNow(held, await alarmOnDisk());
  expect(told).toEqual([at(60_000).wall]);
});

test('what a life only guesses of the time is not given to a start of now as the time of the centre', async () => {
  const told: number[] = [];
  const known = { ...stoppedClock(at(hour), 'rtc'), setFromCentre: (wall: number) => told.push(wall) > 0 };
  for (const source of ['none', 'rtc', 'ntp'] as const) {
    const { held, does } = await living(known, source);
    await does([[20_000, stop('s1')]]);
    await writeNow(held, await alarmOnDisk());
  }
  expect(told).toEqual([]);
});

test('however often a hand falls on stop, the newest sixteen are held', async () => {
  const touches = Array.from({ length: 40 }, (_, index) => [index * 1_000, stop(`s${index}`)] as const);
  const held = await lived(stoppedClock(at(hour), 'rtc'), touches);
  const taken: string[] = [];
  const memory = await open(await alarmOnDisk());
  const append: Memory['append'] = ({ event }) => {
    if (event.kind === 'stop') taken.push(event.id);
    return Promise.resolve(ok(memory.journal.head()));
  };
  await held.writeTo({ ...memory, append });
  await memory.journal.close();
  expect(taken).toEqual(Array.from({ length: 16 }, (_, index) => `s${index + 24}`));
});
