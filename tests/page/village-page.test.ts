import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { makeVillagePage, type VillagePage } from '../../emulator/start/village-page.ts';

const opened: VillagePage[] = [];

const newPage = async (): Promise<VillagePage> => {
  const page = await makeVillagePage('no-program-is-asked', 'no-folder', []);
  opened.push(page);
  return page;
};

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

test('villages never get the same port, although no box listens yet, whether they start together or one by one', async () => {
  const one = await newPage();
  const two = await newPage();
  const together = await Promise.all(Array.from({ length: 6 }, newPage));
  expect(new Set([one, two, ...together].map(({ url }) => url)).size).toBe(8);
});

test('a port on which somebody listens already is passed over', async () => {
  const first = await newPage();
  const port = Number(new URL(first.url).port);
  const stranger = createServer();
  await new Promise<void>((resolve) => void stranger.listen(port, '127.0.0.1', resolve));
  await first.close();
  opened.length = 0;
  const next = await newPage();
  expect(next.url).not.toBe(first.url);
  await new Promise((resolve) => stranger.close(resolve));
});
