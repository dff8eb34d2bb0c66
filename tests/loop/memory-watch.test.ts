import { expect, test } from 'vitest';
import type { HeldStops } from '../../src/box/held-stops.ts';
import { watchForMemory } from '../../src/box/no-memory.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';
import { alarmOnDisk, at, hour, lived, stop, stoppedClock, writtenTo } from './forgetful-life.ts';

test('while the folder may be another box’s, a stop is held and nothing is written', async () => {
  const disk = await alarmOnDisk();
  const held = await lived(stoppedClock(at(hour), 'rtc'), [[20_000, stop('s1')]]);
  const folder = { isOurs: false };
  let timesBack = 0;
  const watch = watchForMemory({
    ...{ disk, settings: { stateDir: '/s', toCentre: true }, held },
    ...{ every: () => () => undefined, after: () => () => undefined },
    ...{ isOurs: () => folder.isOurs, isQuiet: () => true, onBack: () => void (timesBack += 1) },
  });
  await watch.end();
  expect((await writtenTo(disk)).entries).toEqual([]);
  folder.isOurs = true;
  await watch.end();
  expect((await writtenTo(disk)).entries).toHaveLength(2);
  expect(timesBack).toBe(0);
});

/** The watch of a card that answers nothing while it hangs, from the first look or from the first write; its clock is turned by hand. */
const watchOfHanging = async (since: 'look' | 'write' = 'look') => {
  const [disk, time] = [await alarmOnDisk(), new VirtualTime()];
  const card = { hangs: since === 'look', release: (): void => undefined, writers: 0, most: 0 };
  const released = new Promise<void>((resolve) => (card.release = resolve));
  disk.settings = { takeTime: () => (card.hangs ? released : Promise.resolve()) };
  const held = await lived(stoppedClock(at(hour), 'rtc'), [[20_000, stop('s1')]]);
  const writeTo: HeldStops['writeTo'] = async (memory) => {
    if (since === 'write') card.hangs = true;
    card.most = Math.max(card.most, (card.writers += 1));
    await held.writeTo(memory);
    card.writers -= 1;
  };
  const watch = watchForMemory({
    ...{ disk, settings: { stateDir: '/s', toCentre: true }, held: { ...held, writeTo } },
    ...{ every: (ms, call) => time.every(ms, call), after: (ms, call) => time.after(ms, call) },
    ...{ isOurs: () => true, isQuiet: () => true, onBack: () => undefined },
  });
  return { disk, time, card, watch };
};

test('a card that hangs keeps the box from ending for no more than a few seconds, in a look or in the last try', async () => {
  for (const looksFirst of [true, false]) {
    const { time, watch } = await watchOfHanging();
    if (looksFirst) await time.runUntil(30_500);
    let hasEnded = false;
    const asked = time.now();
    const ended = watch.end().then(() => (hasEnded = true));
    await time.runUntil(asked + 1_000);
    expect(hasEnded).toBe(false);
    await time.runUntil(asked + 5_000);
    expect(hasEnded).toBe(true);
    await ended;
  }
});

test('a card that hangs over several looks, or into the last try, is never written to by two at once', async () => {
  for (const ends of [true, false]) {
    const { disk, time, card, watch } = await watchOfHanging();
    await time.runUntil(95_000);
    const ended = ends ? watch.end() : Promise.resolve();
    await time.runUntil(96_000);
    card.hangs = false;
    card.release();
    await time.runUntil(99_000);
    await ended;
    expect(card.most).toBe(1);
    expect((await writtenTo(disk)).entries).toHaveLength(2);
  }
});

test('what a card that hung would take after the box has ended is not written: the folder may be another’s by then', async () => {
  for (const since of ['look', 'write'] as const) {
    const { disk, time, card, watch } = await watchOfHanging(since);
    const ended = watch.end();
    await time.runUntil(10_000);
    await ended;
    card.hangs = false;
    card.release();
    await time.runUntil(20_000);
    // Nothing but what was on its way when it hung.
    expect((await writtenTo(disk)).entries.map(({ event }) => event.kind)).not.toContain('stop');
  }
});
