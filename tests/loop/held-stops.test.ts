import { expect, test } from 'vitest';
import type { BoxClock, ClockSource } from '../../src/box/clock.ts';
import { holdStops, type HeldStops } from '../../src/box/held-stops.ts';
import { turnLoop, type Loop } from '../../src/box/loop.ts';
import { entryOf, openMemory, stateHash, type Memory } from '../../src/box/memory.ts';
import { watchForMemory } from '../../src/box/no-memory.ts';
import type { Event } from '../../src/core/event.ts';
import type { Instant } from '../../src/core/time.ts';
import { emptyVillage, type Village } from '../../src/core/village.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { hamlet, mondayNine, trigger } from '../core/hamlet.ts';

const open = async (disk: MemoryDisk): Promise<Memory> => {
  const memory = await openMemory(disk, { stateDir: '/s', toCentre: true });
  if (!memory.ok) throw new Error(memory.failure.code);
  return memory.value;
};

const configured: Event = { kind: 'configured', hash: 'h', site: hamlet, keys: [], real: false };
const booted: Event = { kind: 'booted', version: '1', boot: 'b2', clean: false };
const stop = (id: string): Event => ({ kind: 'stop', source: 'panel', person: 'panel:stop', id });
const goOn: Event = { kind: 'continue', person: 'keeper', id: 'g1' };

/** A loop that is told what happened when; `mono` of its instants is set from outside. */
const loopOn = (village: Village, ports: Pick<Parameters<typeof turnLoop>[1], 'append' | 'onEntry'>) => {
  const time = { mono: 0 };
  const loop: Loop = turnLoop(village, {
    ...{ now: () => at(time.mono), setTimer: () => () => undefined, ...ports, carryOut: () => undefined },
    ...{ release: () => undefined, answer: () => undefined, stateHash, report: () => undefined },
  });
  return async (mono: number, event: Event): Promise<void> => {
    time.mono = mono;
    await loop.tell(event);
  };
};

const at = (mono: number): Instant => ({ mono, wall: mondayNine + mono, trust: 'trusted' });

/** A red alarm of the hour before has begun at 5 s of box time; nothing was recorded after 6 s. */
const alarmOnDisk = async (): Promise<MemoryDisk> => {
  const disk = new MemoryDisk();
  const memory = await open(disk);
  const tell = loopOn(memory.recovered.village, { append: (entry) => memory.append(entry, 0) });
  await tell(1_000, configured);
  await tell(2_000, { kind: 'clock', source: 'rtc' });
  await tell(5_000, trigger('t1'));
  await tell(6_000, { kind: 'noted', code: 'x', detail: '' });
  await memory.journal.close();
  return disk;
};

const stoppedClock = (now: Instant, source: ClockSource): BoxClock => ({
  ...{ now: () => now, source: () => source, setFromCentre: () => false, refresh: () => false },
});

/** A life without memory, told of its start and of what people did then; it is now at 60 s of its own box time. */
const lived = async (known: BoxClock, acts: readonly (readonly [number, Event])[]): Promise<HeldStops> => {
  const held = holdStops({ clock: stoppedClock(at(60_000), 'none'), clockAfter: () => known });
  const tell = loopOn(emptyVillage, {
    append: () => Promise.resolve(failed('memory-lost', { why: 'EIO' })),
    onEntry: held.told,
  });
  await tell(0, configured);
  await tell(0, booted);
  for (const [mono, event] of acts) await tell(mono, event);
  return held;
};

const writtenTo = async (disk: MemoryDisk) => {
  const memory = await open(disk);
  const read = await memory.journal.read(5);
  await memory.journal.close();
  if (!read.ok) throw new Error(read.failure.code);
  const entries = read.value.records.flatMap((record) => entryOf(record)?.entry ?? []);
  return { durable: memory.recovered.village.durable, entries, owed: memory.owed.read(1, Infinity) };
};

const hour = 3_600_000;

test('a stop without memory ends and latches what the journal has live, behind the start of its life', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [[20_000, stop('s1')]]);
  const memory = await open(disk);
  await held.writeTo(memory);
  await memory.journal.close();
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
  const memory = await open(disk);
  await held.writeTo(memory);
  await memory.journal.close();
  expect((await writtenTo(disk)).entries.map(({ event }) => event)).toEqual([booted, stop('s1')]);
});

test('going on that was refused takes no stop back', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [
    [10_000, stop('s1')],
    [30_000, goOn],
  ]);
  const memory = await open(disk);
  await held.writeTo(memory);
  await memory.journal.close();
  expect((await writtenTo(disk)).durable.latches).toHaveLength(1);
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

test('while the folder may be another box’s, a stop is held and nothing is written', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [[20_000, stop('s1')]]);
  const folder = { isOurs: false };
  let timesBack = 0;
  const watch = watchForMemory({
    ...{ disk, settings: { stateDir: '/s', toCentre: true }, every: () => () => undefined, held },
    ...{ isOurs: () => folder.isOurs, isQuiet: () => true, onBack: () => void (timesBack += 1) },
  });
  await watch.end();
  expect((await writtenTo(disk)).entries).toEqual([]);
  folder.isOurs = true;
  await watch.end();
  expect((await writtenTo(disk)).entries).toHaveLength(2);
  expect(timesBack).toBe(0);
});
