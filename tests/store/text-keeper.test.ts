import { expect, test } from 'vitest';
import { done } from '../../src/store/disk.ts';
import { textKeeper } from '../../src/store/text-keeper.ts';
import { failed } from '../../src/words/failure.ts';
import { settle } from './support.ts';

/** A keeper on a disk that ends each write when it is told to. */
const bench = () => {
  const written: string[] = [];
  const told: string[] = [];
  const ends: ((ok: boolean) => void)[] = [];
  const keep = textKeeper(
    (text) => {
      written.push(text);
      return new Promise((resolve) =>
        ends.push((ok) => resolve(ok ? done : failed('disk-full', { call: 'write', path: 'tries' }))),
      );
    },
    ({ code }) => told.push(code),
  );
  const end = async (ok = true): Promise<void> => {
    ends.shift()?.(ok);
    await settle();
  };
  return { keep, written, told, end };
};

test('while one text is written the next waits, and of several that wait only the newest is written', async () => {
  const { keep, written, end } = bench();
  for (const text of ['a', 'b', 'c']) keep(text);
  expect(written).toEqual(['a']);
  await end();
  expect(written).toEqual(['a', 'c']);
  await end();
  keep('d');
  expect(written).toEqual(['a', 'c', 'd']);
});

test('a write that fails is told, and the next text is written all the same', async () => {
  const { keep, written, told, end } = bench();
  keep('a');
  await end(false);
  keep('b');
  await end();
  expect([written, told]).toEqual([['a', 'b'], ['disk-full']]);
});
