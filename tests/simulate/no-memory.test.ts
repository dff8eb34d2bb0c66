import { expect, test } from 'vitest';
import type { LocalTrigger } from '../../src/core/event.ts';
import type { Failure } from '../../src/words/failure.ts';
import { diceOf } from './dice.ts';
import { soundingSince } from './history.ts';
import { loadExample, simVillage } from './sim-village.ts';

const loaded = await loadExample(process.cwd());

const lateMorning = Date.UTC(2026, 10, 23, 2, 0);

const villageOf = () => {
  const failures: Failure[] = [];
  let back = 0;
  const village = simVillage({
    ...{ dice: diceOf(1), startWallMs: lateMorning, loaded },
    onReceipt: () => undefined,
    onOwed: () => undefined,
    onFailure: (failure) => failures.push(failure),
    onMemoryBack: () => void (back += 1),
  });
  return { village, failures, timesBack: () => back };
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
