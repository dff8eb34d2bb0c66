import { expect, test } from 'vitest';
import { siren } from './siren.ts';

test('a box that dies while sirens sound leaves none on beyond its lease, and is ready again', async () => {
  const { counts, broken } = await siren.run({ seed: 3, count: 2, readyMaxMs: 15_000, say: () => undefined });
  expect(broken).toEqual([]);
  expect(counts['sirens that sounded at a crash']).toBeGreaterThan(0);
}, 300_000);
