import { expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Site } from '../../src/core/site.ts';
import { detectEdges, noEdges } from '../../src/drivers/edge-detector.ts';
import { hamlet } from '../core/hamlet.ts';

const name = { zh: '水位', en: 'gauge' };
const site = (withinMs?: number): Site => ({
  ...hamlet,
  sensors: [
    {
      ...{ id: 'gauge', name },
      thresholds: [
        {
          ...({
            id: 'high',
            atLeast: 50,
            plan: 'move-now',
            zones: ['east'],
            severity: 'red',
            status: 'actual',
          } as const),
          ...(withinMs === undefined ? {} : { withinMs }),
        },
      ],
    },
  ],
});

/** Which crossings readings every 30 s lead to. */
const seen = (values: readonly number[], withinMs?: number): readonly Event[] => {
  let edges = noEdges;
  return values.flatMap((value, index) => {
    const found = detectEdges(site(withinMs), edges, { see: 'reading', sensor: 'gauge', value, at: index * 30_000 });
    ({ edges } = found);
    return found.events.filter(({ kind }) => kind === 'threshold');
  });
};
const crossing = { kind: 'threshold', sensor: 'gauge', threshold: 'high' };

it('a gauge that was read only just below since the start has crossed anew', () => {
  expect(seen([51, 49, 51, 51])).toEqual([{ ...crossing, value: 51 }]);
  expect(seen([51, 51])).toEqual([{ ...crossing, value: 51, atStart: true }]);
});

it('a gauge that was low for no more than two readings has crossed anew', () => {
  expect(seen([51, 51, 0, 0, 52, 52])).toEqual([
    { ...crossing, value: 51, atStart: true },
    { ...crossing, value: 52 },
  ]);
});

it('one downpour warns once, however much more of it falls within its time', () => {
  const rain = Array.from({ length: 300 }, (_, index) => index);
  expect(seen(rain, 10_800_000)).toEqual([{ ...crossing, value: 51 }]);
});
