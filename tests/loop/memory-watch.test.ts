import { expect, test } from 'vitest';
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

/** The watch of a card that answers nothing while it hangs; its clock is turned by hand. */
const watchOfHanging = async () => {
  const [disk, time] = [await alarmOnDisk(), new VirtualTime()];
  const card = { hangs: true, release: (): void => undefined };
  const released = new Promise<void>((resolve) => (card.release = resolve));
  const takeTime = (): Promise<void> => (card.hangs ? released : Promise.resolve());
  disk.settings = { takeTime };
  const held = await lived(stoppedClock(at(hour), 'rtc'), [[20_000, stop('s1')]]);
  const watch = watchForMemory({
    ...{ disk, settings: { stateDir: '/s', toCentre: true }, held },
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

test('what a card that hung would take after the box has ended is not written: the folder may be another’s by then', async () => {
  const { disk, time, card, watch } = await watchOfHanging();
  const ended = watch.end();
  await time.runUntil(10_000);
  await ended;
  card.hangs = false;
  card.release();
  await time.runUntil(20_000);
  expect((await writtenTo(disk)).entries).toEqual([]);
});
