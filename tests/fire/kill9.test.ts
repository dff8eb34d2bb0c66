import { expect, test } from 'vitest';
import { kill9 } from './kill9.ts';

test('twenty times kill -9 at random moments lose nothing that was acknowledged', async () => {
  const { counts, broken } = await kill9.run({ seed: 20_261_122, count: 20, readyMaxMs: 15_000, say: () => undefined });
  expect(broken).toEqual([]);
  expect(counts['killed at work']).toBeGreaterThan(4);
  expect(counts['killed while it started']).toBeGreaterThan(2);
  expect(counts['orders']).toBeGreaterThan(20);
}, 300_000);
