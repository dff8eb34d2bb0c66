import { expect, test } from 'vitest';
import { witnessed } from '../../src/box/ties.ts';
import { emptyHead } from '../../src/store/record.ts';

const head = { number: 5, hash: 'ab'.repeat(32) };
const shown = (proven: number) => witnessed({ head: () => head, proven: () => proven });

test('while the newest records may yet be lost the centre is shown no head that it could hold the box to', () => {
  expect([0, 4].map(shown)).toEqual([emptyHead, emptyHead]);
  expect(emptyHead.number).toBe(0);
});

test('once they are proven it is shown the head', () => {
  expect(shown(5)).toEqual(head);
});
