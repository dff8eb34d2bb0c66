import { expect, test } from 'vitest';
import { disk } from './disk.ts';

test('a small disk that is full, or read-only at a start, never keeps a warning from sounding', async () => {
  const { counts, broken } = await disk.run({ seed: 1, count: 3, readyMaxMs: 15_000, say: () => undefined });
  expect(broken).toEqual([]);
  // Where nobody may mount, nothing was played, and it is said so.
  expect(counts['full while it runs'] ?? counts['not played: mounting a small file system needs root']).toBeGreaterThan(
    0,
  );
}, 300_000);
