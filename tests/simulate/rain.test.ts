import { expect, test } from 'vitest';
import { pourRain } from '../../emulator/rain.ts';
import { diceOf } from './dice.ts';
import { loadExample, simVillage } from './sim-village.ts';

const loaded = await loadExample(process.cwd());
const minute = 60_000;

const nobody = (): void => undefined;

const villageOf = (site: typeof loaded = loaded) => {
  const village = simVillage({
    ...{ dice: diceOf(1), startWallMs: Date.UTC(2026, 10, 23, 2, 0), loaded: site },
    ...{ onReceipt: nobody, onOwed: nobody, onFailure: nobody, onMemoryBack: nobody },
  });
  const gauge = [...village.world.units.values()].find(({ unit }) => unit.device.kind === 'gauge')!;
  return { village, gauge };
};

/** Warnings that the gauge has started, after 40 mm, five minutes without power in which `meanwhile` fell, and `after`. */
const warnedAfter = async (rain: { meanwhile: number; after: number; ntp: boolean }): Promise<readonly string[]> => {
  const { village, gauge } = villageOf();
  village.machine.ntp = rain.ntp;
  const { time } = village;
  const pour = (mm: number): void => pourRain(gauge.unit, time, { mm, overMs: minute });
  await village.start();
  await time.runUntil(3 * minute);
  pour(40);
  await time.runUntil(11 * minute);
  village.die('power-cut');
  pour(rain.meanwhile);
  await time.runUntil(16 * minute);
  await village.start();
  await time.runUntil(19 * minute);
  pour(rain.after);
  await time.runUntil(23 * minute);
  const { broadcasts } = village.life()!.box.tied.loop.village().durable;
  return Object.values(broadcasts).map(({ alert }) => alert.plan ?? '');
};

test('rain before a loss of power and rain after it make one downpour, on a box without a clock, too', async () => {
  expect(await warnedAfter({ meanwhile: 0, after: 8, ntp: false })).toEqual([]);
  expect(await warnedAfter({ meanwhile: 0, after: 12, ntp: false })).toEqual(['flash-flood-prepare']);
}, 120_000);

test('rain while the power was away counts where it is known how long that was', async () => {
  expect(await warnedAfter({ meanwhile: 12, after: 0, ntp: true })).toEqual(['flash-flood-prepare']);
  expect(await warnedAfter({ meanwhile: 12, after: 0, ntp: false })).toEqual([]);
}, 120_000);

test('another gauge, which stands higher, is no rain where the configuration was changed for it', async () => {
  const site = { ...loaded };
  const { village, gauge } = villageOf(site);
  village.machine.ntp = true;
  const { time } = village;
  await village.start();
  await time.runUntil(3 * minute);
  village.die('power-cut');
  site.hash = 'f'.repeat(64);
  pourRain(gauge.unit, time, { mm: 400, overMs: minute });
  await time.runUntil(8 * minute);
  await village.start();
  await time.runUntil(12 * minute);
  expect(Object.keys(village.life()!.box.tied.loop.village().durable.broadcasts)).toEqual([]);
}, 120_000);

test('a gauge that does not answer stands among the troubles that the centre is told, until it is back', async () => {
  const { village } = villageOf();
  await village.start();
  await village.time.runUntil(minute);
  expect(village.centre.troubles()).not.toContain('gauge-silent');
  village.world.faults.add({ target: 'weather/2', fault: 'silent', value: null });
  await village.time.runUntil(5 * minute);
  expect(village.centre.troubles()).toContain('gauge-silent');
  village.world.faults.remove('weather/2', 'silent');
  await village.time.runUntil(8 * minute);
  expect(village.centre.troubles()).not.toContain('gauge-silent');
}, 120_000);
