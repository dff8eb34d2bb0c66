import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { speechData } from '../../src/audio/make/speech-data.ts';

const dataOf = (bytes: readonly number[]) => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-speech-data-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'some.data');
  writeFileSync(file, Uint8Array.from(bytes));
  const data = speechData(pathToFileURL(file));
  const whole = new Uint8Array(data.getPreloadedPackage('some.data', 6));
  return { data, whole };
};

test('the files of the speech package are read when they are opened, each once, and no other', () => {
  const { data, whole } = dataOf([1, 2, 3, 4, 5, 6]);
  expect([...whole]).toEqual([0, 0, 0, 0, 0, 0]);
  const node = { contents: whole.subarray(2, 5) };
  data.open({ node });
  expect([...whole]).toEqual([0, 0, 3, 4, 5, 0]);
  whole[2] = 9;
  data.open({ node });
  expect([...whole]).toEqual([0, 0, 9, 4, 5, 0]);
});

test('a file that the package made itself is left as it is', () => {
  const { data } = dataOf([1, 2, 3, 4, 5, 6]);
  const own = new Uint8Array([7, 7]);
  data.open({ node: { contents: own } });
  expect([...own]).toEqual([7, 7]);
});

test('data that ends too early is no silence: it is said', () => {
  const { data, whole } = dataOf([1, 2, 3]);
  expect(() => data.open({ node: { contents: whole.subarray(2, 5) } })).toThrow('too early');
});
