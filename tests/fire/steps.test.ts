import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { steps } from './steps.ts';

test('a durable step that fails, or is the last one, loses nothing that was acknowledged', async () => {
  if (!needs('strace', 'strace')) return;
  const { counts, broken } = await steps.run({ seed: 10, count: 6, readyMaxMs: 15_000, say: () => undefined });
  expect(broken).toEqual([]);
  expect(counts['faults']).toBe(6);
}, 300_000);
