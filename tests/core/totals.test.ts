import { expect, test } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { windowsOf } from '../../src/core/totals.ts';
import { hamlet, Hamlet } from './hamlet.ts';

const hour = 3_600_000;
const threshold = {
  ...{ id: 'heavy', atLeast: 50, plan: 'move-now', zones: ['east'] },
  ...({ severity: 'red', status: 'actual' } as const),
};
const sensorOf = (id: string, ...within: readonly (number | null)[]): Site['sensors'][number] => ({
  ...{ id, name: { zh: '雨量', en: 'rain' } },
  thresholds: within.map((withinMs, index) => ({
    ...threshold,
    id: `t${index}`,
    ...(withinMs === null ? {} : { withinMs }),
  })),
});
const gauged = { ...hamlet, sensors: [sensorOf('rain', hour, null, 3 * hour), sensorOf('level', null)] };

const tell = (village: Hamlet, sensor: string, value: number, ageMs = 0): void =>
  void village.tell({ kind: 'total', sensor, value, ageMs });
const totalsOf = ({ village }: Hamlet) => village.durable.totals;

test('the windows of a sensor are the times over which its thresholds look, the shortest first', () => {
  const both = { ...hamlet, sensors: [sensorOf('rain', 3 * hour, null, hour), sensorOf('level', null)] };
  expect(['rain', 'level', 'other'].map((sensor) => windowsOf(both, sensor))).toEqual([[hour, 3 * hour], [], []]);
});

test('a total is kept with the time at which it was read', () => {
  const village = new Hamlet(gauged);
  village.run(10_000);
  tell(village, 'rain', 12.4, 2_000);
  expect(totalsOf(village)).toEqual({ rain: [{ at: village.mono - 2_000, value: 12.4 }] });
});

test.each(['level', 'other'])('nothing is kept of %s, at which no threshold looks over a time', (sensor) => {
  const village = new Hamlet(gauged);
  tell(village, sensor, 1);
  expect(totalsOf(village)).toEqual({});
});

test('one from before the window is kept with what lies within it, and each sensor by itself', () => {
  const village = new Hamlet({ ...gauged, sensors: [...gauged.sensors, sensorOf('rain-2', hour)] });
  const start = village.mono;
  for (const sensor of ['rain', 'rain-2'])
    for (const hours of [0, 1, 2, 3, 4, 5]) {
      village.run(start + hours * hour - village.mono);
      if (sensor === 'rain' || hours === 5) tell(village, sensor, hours);
    }
  const values = Object.fromEntries(
    Object.entries(totalsOf(village)).map(([sensor, reads]) => [sensor, reads.map(({ value }) => value)]),
  );
  // What lies a whole window back is no more within it.
  expect(values).toEqual({ rain: [2, 3, 4, 5], 'rain-2': [5] });
});

test('a reading that is no younger than one that is kept takes its place', () => {
  const village = new Hamlet(gauged);
  village.run(10_000);
  tell(village, 'rain', 1, 0);
  tell(village, 'rain', 2, 5_000);
  expect(totalsOf(village)).toEqual({ rain: [{ at: village.mono - 5_000, value: 2 }] });
});

test('what fell since the one before does not count where it is told anew, and what fell before that does', () => {
  const village = new Hamlet(gauged);
  const valuesAfter = (value: number): readonly number[] => {
    village.run(10_000);
    village.tell({ kind: 'total', sensor: 'rain', value, ageMs: 0, anew: true });
    return (totalsOf(village)['rain'] ?? []).map((one) => one.value);
  };
  expect(valuesAfter(10)).toEqual([10]);
  village.run(10_000);
  tell(village, 'rain', 30);
  expect(valuesAfter(170)).toEqual([150, 170, 170]);
  // A gauge that was cleared meanwhile.
  village.run(10_000);
  tell(village, 'rain', 200);
  expect(valuesAfter(0)).toEqual([-50, -30, -30, 0, 0]);
});

test('however often it is told, a bounded number is kept, and the whole window', () => {
  const village = new Hamlet(gauged);
  const lengths = Array.from({ length: 200 }, (_, index) => {
    village.run(1_000);
    tell(village, 'rain', index);
    return totalsOf(village)['rain']?.length ?? 0;
  });
  expect(Math.max(...lengths)).toBe(64);
  expect(totalsOf(village)['rain']?.[0]?.value).toBe(0);
  expect(totalsOf(village)['rain']?.at(-1)?.value).toBe(199);
});

test('of two windows each is remembered by its own parts: the last hour finely, the day before it in as few as will do', () => {
  const village = new Hamlet({ ...hamlet, sensors: [sensorOf('rain', 24 * hour, hour)] });
  const minute = 60_000;
  for (let told = 0; told < 500; told += 1) {
    village.run(5 * minute);
    tell(village, 'rain', told);
  }
  const ages = (totalsOf(village)['rain'] ?? []).map(({ at }) => (village.mono - at) / minute);
  const gaps = (from: number, until: number): readonly number[] =>
    ages.flatMap((age, index) => (age > from && age <= until ? [age - (ages[index + 1] ?? 0)] : []));
  expect(ages.length).toBeLessThan(66);
  expect(Math.max(...gaps(0, 60))).toBe(5);
  expect(Math.max(...gaps(60, 24 * 60))).toBeLessThanOrEqual(40);
  expect(ages[0]).toBeGreaterThanOrEqual(24 * 60);
});

test('a changed site keeps what it still looks at, and forgets the rest', () => {
  const village = new Hamlet({ ...gauged, sensors: [...gauged.sensors, sensorOf('gone', hour)] });
  tell(village, 'rain', 7);
  tell(village, 'gone', 9);
  village.tell({ kind: 'configured', hash: 'another', site: gauged, keys: [], real: true });
  expect(Object.keys(totalsOf(village))).toEqual(['rain']);
});
