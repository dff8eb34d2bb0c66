import { expect, test } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { longestWithin } from '../../src/core/totals.ts';
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

test('the longest window of a sensor is what its total is remembered for', () => {
  expect(['rain', 'level', 'other'].map((sensor) => longestWithin(gauged, sensor))).toEqual([3 * hour, 0, 0]);
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

test('however often it is told, a bounded number is kept, the newest ones', () => {
  const village = new Hamlet(gauged);
  for (let index = 0; index < 200; index += 1) {
    village.run(1_000);
    tell(village, 'rain', index);
  }
  expect([totalsOf(village)['rain']?.length, totalsOf(village)['rain']?.[0]?.value]).toEqual([64, 136]);
});

test('a changed site keeps what it still looks at, and forgets the rest', () => {
  const village = new Hamlet({ ...gauged, sensors: [...gauged.sensors, sensorOf('gone', hour)] });
  tell(village, 'rain', 7);
  tell(village, 'gone', 9);
  village.tell({ kind: 'configured', hash: 'another', site: gauged, keys: [], real: true });
  expect(Object.keys(totalsOf(village))).toEqual(['rain']);
});
