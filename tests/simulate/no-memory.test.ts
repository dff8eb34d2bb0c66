import { expect, test } from 'vitest';
import type { Event, LocalTrigger } from '../../src/core/event.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Failure } from '../../src/words/failure.ts';
import { diceOf } from './dice.ts';
import { soundingSince } from './history.ts';
import { loadExample, simVillage } from './sim-village.ts';

const loaded = await loadExample(process.cwd());

const lateMorning = Date.UTC(2026, 10, 23, 2, 0);

const villageOf = (isFolderOurs = (): boolean => true) => {
  const failures: Failure[] = [];
  const released: Receipt[] = [];
  let back = 0;
  const village = simVillage({
    ...{ dice: diceOf(1), startWallMs: lateMorning, loaded },
    onReceipt: (receipt) => released.push(receipt),
    onOwed: (owed) => released.push(...owed),
    onFailure: (failure) => failures.push(failure),
    onMemoryBack: () => void (back += 1),
    isFolderOurs,
  });
  return { village, failures, released, timesBack: () => back };
};

const alert = {
  ...{ id: 'a1', status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' },
  ...{ authority: 'county', voice: 'recorded', zones: ['heba'], headline: '山洪', text: '请立即转移。', plan: null },
  sirenUnlocked: false,
};

const pressed: LocalTrigger = {
  ...{ id: 'f'.repeat(32), plan: 'flash-flood-now', zones: ['heba'], status: 'actual', severity: 'red', text: null },
  ...{ person: 'panel:key', source: 'panel', sirenUnlocked: false },
};

test('a box whose disk cannot be read sounds a local alarm within a second, and falls silent on a stop', async () => {
  const { village } = villageOf();
  village.setDisk({ fault: () => 'EIO' });
  await village.start();
  await village.time.runUntil(5_000);
  const loop = village.life()?.box.tied.loop;
  expect(village.life()?.remembers).toBe(false);
  void loop?.tell({ kind: 'trigger', trigger: pressed });
  await village.time.runUntil(6_000);
  expect(soundingSince(village, 'heba-siren-2')).toBeGreaterThan(5_000);
  void loop?.tell({ kind: 'stop', source: 'panel', person: 'panel:stop', id: 'e'.repeat(32) });
  await village.time.runUntil(7_200);
  for (const { id } of loaded.site.terminals) expect(soundingSince(village, id)).toBeNull();
});

test('a box without memory takes no signed order, says so at once, and tells its centre why', async () => {
  const { village } = villageOf();
  village.setDisk({ fault: () => 'EIO' });
  await village.start();
  await village.time.runUntil(5_000);
  const order = village.centre.make({ class: 'alarm', body: { kind: 'issue', alert } });
  village.centre.send(order);
  await village.time.runUntil(20_000);
  expect(village.centre.outcomes.get(order.id)).toEqual({ stage: 'refused', code: 'memory-lost' });
  expect(village.centre.troubles()).toContain('memory-lost');
  expect(Object.keys(village.life()?.box.tied.loop.village().durable.broadcasts ?? {})).toEqual([]);
});

test('a box without memory asks to be started anew as soon as it can be read, but not while something sounds', async () => {
  const { village, timesBack } = villageOf();
  village.setDisk({ fault: () => 'EIO' });
  await village.start();
  await village.time.runUntil(40_000);
  void village.life()?.box.tied.loop.tell({ kind: 'trigger', trigger: pressed });
  village.setDisk({ fault: null });
  await village.time.runUntil(100_000);
  expect(timesBack()).toBe(0);
  void village.life()?.box.tied.loop.tell({ kind: 'stop', source: 'panel', person: 'panel:stop', id: 'e'.repeat(32) });
  await village.time.runUntil(170_000);
  expect(timesBack()).toBeGreaterThan(0);
});

type Village = ReturnType<typeof villageOf>['village'];

const stop: Event = { kind: 'stop', source: 'panel', person: 'panel:stop', id: 'e'.repeat(32) };
const otherTrigger = { kind: 'trigger', trigger: { ...pressed, id: 'd'.repeat(32) } } as const;

const tell = (village: Village, event: Event): void => void village.life()?.box.tied.loop.tell(event);

const soundingIn = (village: Village): readonly string[] =>
  loaded.site.terminals.map(({ id }) => id).filter((id) => soundingSince(village, id) !== null);

const liveIn = (village: Village): readonly string[] =>
  Object.values(village.life()?.box.tied.loop.village().durable.broadcasts ?? {})
    .filter(({ ended }) => ended === null)
    .map(({ alert: { id } }) => id);

/** An alarm sounds, the battery sags, and from 10 s on the box cannot read its card. */
const forgetful = async (isFolderOurs?: () => boolean) => {
  const made = villageOf(isFolderOurs);
  const { village } = made;
  await village.start();
  await village.time.runUntil(5_000);
  tell(village, { kind: 'trigger', trigger: pressed });
  await village.time.runUntil(10_000);
  expect(soundingIn(village)).not.toEqual([]);
  village.die('power-cut');
  village.setDisk({ fault: () => 'EIO' });
  await village.start();
  await village.time.runUntil(20_000);
  expect(village.life()?.remembers).toBe(false);
  return made;
};

/** The box that has ended itself is started anew, with its memory. */
const startAnew = async (village: Village): Promise<void> => {
  village.die('killed');
  await village.start();
  expect(village.life()?.remembers).toBe(true);
};

test('what a person stopped while the box could not read its memory stays stopped, and sounds when a person goes on', async () => {
  const { village, timesBack, released } = await forgetful();
  tell(village, stop);
  await village.time.runUntil(25_000);
  village.setDisk({ fault: null });
  await village.time.runUntil(65_000);
  expect(timesBack()).toBeGreaterThan(0);
  await startAnew(village);
  await village.time.runUntil(90_000, () => expect(soundingIn(village)).toEqual([]));
  const told = released.map(({ trace, body }) => ({ trace, ...body }));
  expect(told).toContainEqual(expect.objectContaining({ trace: pressed.id, stage: 'ended', how: 'stopped' }));
  expect(told).toContainEqual(expect.objectContaining({ trace: stop.id, stage: 'done', what: 'stopped' }));
  tell(village, { kind: 'continue', person: 'keeper', id: 'c'.repeat(32), alert: `local-${pressed.id}` });
  await village.time.runUntil(95_000);
  expect(soundingIn(village)).not.toEqual([]);
});

test('a stop is written while another alarm sounds without memory, and is there after a power cut', async () => {
  const { village, timesBack } = await forgetful();
  tell(village, stop);
  await village.time.runUntil(25_000);
  tell(village, otherTrigger);
  village.setDisk({ fault: null });
  await village.time.runUntil(50_000);
  expect(soundingIn(village)).not.toEqual([]);
  expect(timesBack()).toBe(0);
  village.die('power-cut');
  await village.start();
  expect(village.life()?.remembers).toBe(true);
  await village.time.runUntil(55_000);
  await village.time.runUntil(80_000, () => expect(soundingIn(village)).toEqual([]));
});

test('a box without memory that is ended in order writes the stop first', async () => {
  const { village } = await forgetful();
  tell(village, stop);
  await village.time.runUntil(22_000);
  village.setDisk({ fault: null });
  const ended = village.life()?.box.stop();
  await village.time.runUntil(25_000);
  await ended;
  await startAnew(village);
  await village.time.runUntil(50_000, () => expect(soundingIn(village)).toEqual([]));
});

test('a box whose folder another one may have writes nothing into that journal, in a look or at its end', async () => {
  const { village } = await forgetful(() => false);
  tell(village, stop);
  village.setDisk({ fault: null });
  await village.time.runUntil(65_000);
  const ended = village.life()?.box.stop();
  await village.time.runUntil(70_000);
  await ended;
  await startAnew(village);
  await village.time.runUntil(75_000);
  expect(liveIn(village)).toEqual([`local-${pressed.id}`]);
});

test('a stop that a person took back by going on takes nothing from what the journal has live', async () => {
  const { village } = await forgetful();
  tell(village, otherTrigger);
  await village.time.runUntil(21_000);
  tell(village, stop);
  await village.time.runUntil(22_000);
  tell(village, { kind: 'continue', person: 'keeper', id: 'c'.repeat(32) });
  await village.time.runUntil(23_000);
  expect(soundingIn(village)).not.toEqual([]);
  village.setDisk({ fault: null });
  await village.time.runUntil(60_000);
  await startAnew(village);
  await village.time.runUntil(70_000);
  expect(liveIn(village)).toEqual([`local-${pressed.id}`]);
});

test('going on takes back the stop also when a look has written it meanwhile, while its proof was still open', async () => {
  const { village, timesBack } = await forgetful();
  tell(village, otherTrigger);
  await village.time.runUntil(25_000);
  village.setDisk({ fault: null });
  await village.time.runUntil(39_900);
  tell(village, stop);
  await village.time.runUntil(43_000);
  expect(timesBack()).toBe(0);
  tell(village, { kind: 'continue', person: 'keeper', id: 'c'.repeat(32), alert: `local-${otherTrigger.trigger.id}` });
  await village.time.runUntil(50_000);
  expect(soundingIn(village)).not.toEqual([]);
  // The next look writes that it goes on: a power cut finds the alarm of before live.
  await village.time.runUntil(75_000);
  village.die('power-cut');
  await village.start();
  await village.time.runUntil(85_000);
  expect(liveIn(village)).toEqual([`local-${pressed.id}`]);
  expect(soundingIn(village)).not.toEqual([]);
});

test('a card that can be read and takes nothing keeps the box without memory for five minutes, not for good', async () => {
  const { village, timesBack } = await forgetful();
  tell(village, stop);
  village.setDisk({ fault: ({ act }) => (act === 'write' || act === 'datasync' ? 'EIO' : null) });
  await village.time.runUntil(5 * 60_000);
  expect(timesBack()).toBe(0);
  await village.time.runUntil(6 * 60_000);
  expect(timesBack()).toBeGreaterThan(0);
});
