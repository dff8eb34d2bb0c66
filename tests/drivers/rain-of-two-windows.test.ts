import { expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Reading } from '../../src/core/time.ts';
import { detectEdges, edgesBefore, noEdges } from '../../src/drivers/edge-detector.ts';
import { hamlet } from '../core/hamlet.ts';

const minute = 60_000;
const hour = 60 * minute;
const common = { plan: 'move-now', zones: ['east'], severity: 'red', status: 'actual' } as const;
const site = {
  ...hamlet,
  sensors: [
    {
      ...{ id: 'rain', name: { zh: '雨量', en: 'rain' } },
      thresholds: [
        { id: 'hour', atLeast: 20, withinMs: hour, ...common },
        { id: 'day', atLeast: 500, withinMs: 24 * hour, ...common },
      ],
    },
  ],
};

it('a restart in steady rain that crosses no threshold crosses none', () => {
  const found: Event[] = [];
  const kept: Reading[] = [];
  let edges = noEdges;
  for (let at = 0, step = 0; step < 20 * 60; step += 1, at = step * minute) {
    if (step === 10 * 60 + 35) edges = edgesBefore(site, { totals: { rain: kept }, isDownKnown: true });
    const value = Math.floor(step * 2.5) / 10;
    const seen = detectEdges(site, edges, { see: 'reading', sensor: 'rain', value, at });
    ({ edges } = seen);
    for (const event of seen.events)
      if (event.kind === 'total') kept.push({ at: at - event.ageMs, value: event.value });
      else found.push(event);
  }
  expect(found).toEqual([]);
});
