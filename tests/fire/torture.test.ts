import { beforeAll, expect, test } from 'vitest';
import type { LoadedSite } from '../../src/config/load-site.ts';
import { loadExample } from '../simulate/sim-village.ts';
import { root } from '../bench/tools.ts';
import type { Failing } from './failing-ports.ts';
import { tortureNight } from './torture-night.ts';
import { torture } from './torture.ts';

let loaded: LoadedSite;
beforeAll(async () => {
  loaded = await loadExample(root);
}, 60_000);

test('a call through any port may fail: the box goes on, and the next order sounds', async () => {
  const { cases, counts, broken } = await torture.run({ seed: 11, count: 10, readyMaxMs: 0, say: () => undefined });
  expect([cases, broken]).toEqual([10, []]);
  for (const port of ['disk', 'modbus', 'bytes']) expect(counts[`${port} calls that failed`]).toBeGreaterThan(0);
}, 180_000);

/** What a start reads of what the life before has left; the first start of the night reads it too, of an empty disk. */
const readings = ['list journal/bodies', 'list journal'] as const;

test.each(readings)(
  'a start whose "%s" fails once costs the box neither its memory nor an order',
  async (named) => {
    const failing: Failing = { port: 'disk', named, call: 2, errno: 'EIO' };
    const { count, reported, broken } = await tortureNight(loaded, failing);
    expect(count.failed).toContain(named);
    expect([...reported.keys()]).not.toContain('memory-lost');
    expect(broken).toEqual([]);
  },
  60_000,
);
