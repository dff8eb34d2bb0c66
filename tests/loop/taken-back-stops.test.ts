import { expect, test } from 'vitest';
import type { Memory } from '../../src/box/memory.ts';
import type { Event } from '../../src/core/event.ts';
import type { Village } from '../../src/core/village.ts';
import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { failed } from '../../src/words/failure.ts';
import { trigger } from '../core/hamlet.ts';
import {
  alarmOnDisk,
  at,
  goOn,
  hour,
  living,
  loopOn,
  open,
  stop,
  stoppedClock,
  writeNow,
  writtenTo,
} from './forgetful-life.ts';

const kindsOf = (entries: readonly { readonly event: Event }[]): readonly string[] =>
  entries.map(({ event }) => ('id' in event ? event.id : event.kind));

const liveOf = ({ broadcasts }: Village['durable']): readonly string[] =>
  Object.values(broadcasts).flatMap(({ alert, ended }) => (ended === null ? [alert.id] : []));

type Life = Awaited<ReturnType<typeof living>>;

/** A person who meant the alarm of here stops it, while no journal is open. */
const stopped = async () => {
  const life = await living(stoppedClock(at(hour), 'rtc'));
  await life.does([
    [10_000, trigger('t2')],
    [20_000, stop('s1')],
  ]);
  return life;
};

/** So too, and the journal has the stop while its proof is still open. */
const stopWritten = async (disk: MemoryDisk) => {
  const life = await stopped();
  await writeNow(life.held, disk);
  return life;
};

/** The journal opens, and a stop that comes to it fares like this. */
const writeWith = async ({ held }: Life, disk: MemoryDisk, ofStop: (memory: Memory) => Memory['append']) => {
  const memory = await open(disk);
  const append: Memory['append'] = (entry, acknowledged) =>
    (entry.event.kind === 'stop' ? ofStop(memory) : memory.append)(entry, acknowledged);
  await held.writeTo({ ...memory, append });
  await memory.journal.close();
};

test('going on takes back a stop that was written already, and what the journal had live is live again', async () => {
  const disk = await alarmOnDisk();
  const { held, does } = await stopWritten(disk);
  await does([[23_000, { ...goOn, alert: 'local-t2' }]]);
  expect(held.areAny()).toBe(true);
  await writeNow(held, disk);
  expect(held.areAny()).toBe(false);
  const { durable, entries, owed } = await writtenTo(disk);
  expect(kindsOf(entries)).toEqual(['booted', 's1', 'g1']);
  expect(entries.at(-1)?.at).toEqual(at(hour - 37_000));
  expect(liveOf(durable)).toEqual(['local-t1']);
  expect(durable.latches).toEqual([]);
  expect(owed.map(({ body }) => body)).toContainEqual({ stage: 'done', what: 'continued' });
});

test('a stop after going on is the last word, and is taken back in its turn', async () => {
  const disk = await alarmOnDisk();
  const { held, does } = await stopWritten(disk);
  await does([
    [23_000, goOn],
    [26_000, stop('s2')],
  ]);
  await writeNow(held, disk);
  expect(liveOf((await writtenTo(disk)).durable)).toEqual([]);
  await does([[30_000, { ...goOn, id: 'g2' }]]);
  await writeNow(held, disk);
  const { durable, entries } = await writtenTo(disk);
  expect(kindsOf(entries)).toEqual(['booted', 's1', 'g1', 's2', 'g2']);
  expect(liveOf(durable)).toEqual(['local-t1']);
});

test('of several stops that were written each going on takes back one, the newest first, whether written at once or not', async () => {
  for (const writesBetween of [true, false]) {
    const disk = await alarmOnDisk();
    const { held, does } = await stopWritten(disk);
    await does([
      [30_000, trigger('t3')],
      [40_000, stop('s2')],
    ]);
    await writeNow(held, disk);
    await does([[50_000, goOn]]);
    if (writesBetween) await writeNow(held, disk);
    expect(liveOf((await writtenTo(disk)).durable)).toEqual([]);
    await does([[51_000, { ...goOn, id: 'g2' }]]);
    await writeNow(held, disk);
    const { durable, entries } = await writtenTo(disk);
    expect(kindsOf(entries)).toEqual(['booted', 's1', 's2', 'g2']);
    expect(liveOf(durable)).toEqual(['local-t1']);
  }
});

test('a stop on its way to the card is taken back as well, whether the card takes it or not', async () => {
  for (const takes of [true, false]) {
    const disk = await alarmOnDisk();
    const life = await stopped();
    await writeWith(life, disk, (memory) => async (entry, acknowledged) => {
      await life.does([[23_000, goOn]]);
      return takes ? memory.append(entry, acknowledged) : failed('disk-full', {});
    });
    await writeNow(life.held, disk);
    expect(life.held.areAny()).toBe(false);
    const { durable, entries } = await writtenTo(disk);
    expect(kindsOf(entries)).toEqual(takes ? ['booted', 's1', 'g1'] : ['booted']);
    expect(liveOf(durable)).toEqual(['local-t1']);
  }
});

test('a stop that the card has refused is taken back like any other that waits, and nothing is left to write', async () => {
  const life = await stopped();
  await writeWith(life, await alarmOnDisk(), () => () => Promise.resolve(failed('disk-full', {})));
  expect(life.held.areAny()).toBe(true);
  await life.does([[23_000, goOn]]);
  expect(life.held.areAny()).toBe(false);
});

test('going on brings nothing back that another stop had ended, of before or of this life', async () => {
  const disk = await alarmOnDisk();
  const memory = await open(disk);
  const tell = loopOn(memory.recovered.village, { append: (entry) => memory.append(entry, 0) });
  await tell(7_000, stop('s0'));
  await memory.journal.close();
  const { held, does } = await stopWritten(disk);
  await does([[23_000, goOn]]);
  await writeNow(held, disk);
  expect(held.areAny()).toBe(false);
  expect(liveOf((await writtenTo(disk)).durable)).toEqual([]);

  const other = await alarmOnDisk();
  const life = await living(stoppedClock(at(hour), 'rtc'));
  await life.does([
    [5_000, stop('s1')],
    [10_000, trigger('t2')],
    [20_000, stop('s2')],
  ]);
  await writeNow(life.held, other);
  await life.does([[23_000, goOn]]);
  await writeNow(life.held, other);
  const { durable, entries } = await writtenTo(other);
  expect(kindsOf(entries)).toEqual(['booted', 's1', 's2']);
  expect(liveOf(durable)).toEqual([]);
});
