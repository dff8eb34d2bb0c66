import { expect, test } from 'vitest';
import { bookDefaults, UnitBook } from '../../src/bus/unit-book.ts';

test('a unit that stays dead is asked ever more seldom, down to once in seven seconds', () => {
  const book = new UnitBook(bookDefaults);
  book.noteRead({ unit: 9, pdu: Uint8Array.of(3, 0, 0, 0, 1), turnaroundMs: 300 });
  let now = 0;
  for (let miss = 0; miss < bookDefaults.missLimit; miss += 1) book.missed(9, now);
  const pauses: number[] = [];
  for (let probe = 0; probe < 5; probe += 1) {
    const next = book.nextProbeAt ?? Infinity;
    pauses.push(next - now);
    now = next;
    book.missed(9, now);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 7_000, 7_000]);
});
