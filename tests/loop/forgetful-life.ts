import type { BoxClock, ClockSource } from '../../src/box/clock.ts';
import { holdStops, type HeldStops } from '../../src/box/held-stops.ts';
import { turnLoop, type Loop } from '../../src/box/loop.ts';
import { entryOf, openMemory, stateHash, type Memory } from '../../src/box/memory.ts';
import type { Event } from '../../src/core/event.ts';
import type { Instant } from '../../src/core/time.ts';
import { emptyVillage, type Village } from '../../src/core/village.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { failed } from '../../src/words/failure.ts';
import { hamlet, mondayNine, trigger } from '../core/hamlet.ts';

export const open = async (disk: MemoryDisk): Promise<Memory> => {
  const memory = await openMemory(disk, { stateDir: '/s', toCentre: true });
  if (!memory.ok) throw new Error(memory.failure.code);
  return memory.value;
};

const configured: Event = { kind: 'configured', hash: 'h', site: hamlet, keys: [], real: false };
export const booted: Event = { kind: 'booted', version: '1', boot: 'b2', clean: false };
export const stop = (id: string): Event => ({ kind: 'stop', source: 'panel', person: 'panel:stop', id });
export const goOn = { kind: 'continue', person: 'keeper', id: 'g1' } as const;

/** A loop that is told what happened when; `mono` of its instants is set from outside. */
export const loopOn = (village: Village, ports: Pick<Parameters<typeof turnLoop>[1], 'append' | 'onEntry'>) => {
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

export const at = (mono: number): Instant => ({ mono, wall: mondayNine + mono, trust: 'trusted' });

/** A red alarm of the hour before has begun at 5 s of box time; nothing was recorded after 6 s. */
export const alarmOnDisk = async (): Promise<MemoryDisk> => {
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

export const stoppedClock = (now: Instant, source: ClockSource): BoxClock => ({
  ...{ now: () => now, source: () => source, setFromCentre: () => false, refresh: () => false },
  isDownKnown: false,
});

type Act = readonly [mono: number, event: Event];

/** A life without memory, told of its start; it is now at 60 s of its own box time. */
export const living = async (known: BoxClock, source: ClockSource = 'none') => {
  const held = holdStops({ clock: stoppedClock(at(60_000), source), clockAfter: () => known });
  const tell = loopOn(emptyVillage, {
    append: () => Promise.resolve(failed('memory-lost', { why: 'EIO' })),
    onEntry: held.told,
  });
  await tell(0, configured);
  await tell(0, booted);
  const does = async (acts: readonly Act[]): Promise<void> => {
    for (const [mono, event] of acts) await tell(mono, event);
  };
  return { held, does };
};

/** The same, when people have done this. */
export const lived = async (known: BoxClock, acts: readonly Act[]): Promise<HeldStops> => {
  const { held, does } = await living(known);
  await does(acts);
  return held;
};

/** The card can be read for a moment: it is given what is held. */
export const writeNow = async (held: HeldStops, disk: MemoryDisk): Promise<void> => {
  const memory = await open(disk);
  await held.writeTo(memory);
  await memory.journal.close();
};

export const writtenTo = async (disk: MemoryDisk) => {
  const memory = await open(disk);
  const read = await memory.journal.read(5);
  await memory.journal.close();
  if (!read.ok) throw new Error(read.failure.code);
  const entries = read.value.records.flatMap((record) => entryOf(record)?.entry ?? []);
  return { durable: memory.recovered.village.durable, entries, owed: memory.owed.read(1, Infinity) };
};

export const hour = 3_600_000;
