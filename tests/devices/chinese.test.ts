import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeChinese, encodeChinese } from '../../devices/chinese.ts';

/** The euro sign has two codes; iconv-lite takes the one byte that Windows added, which no chip of 1980's codes knows. */
const euro = 0x20ac;
/** A character that one side has and the other has not: unified late, vertical punctuation, private use. */
const isDisputed = (unit: number): boolean => unit === euro || (unit >= 0x9fb4 && unit <= 0x9fbb) || unit >= 0xe000;

const encodedElsewhere = (text: string): readonly number[] => [...iconv.encode(text, 'gbk')];
const all = Array.from({ length: 0x10000 }, (_, unit) => unit).filter((unit) => unit < 0xd800 || unit > 0xdfff);

test('every character has the code that iconv-lite gives it', () => {
  const different = all
    .filter((unit) => !isDisputed(unit))
    .map((unit) => String.fromCharCode(unit))
    .filter((character) => encodedElsewhere(character).join() !== [...encodeChinese(character)].join());
  expect(different).toEqual([]);
});

test('the full-width signs behind the private use have their codes too', () => {
  for (const character of '！，：；？（）～￥')
    expect([...encodeChinese(character)]).toEqual(encodedElsewhere(character));
});

test('what has a code comes back from it', () => {
  const known = all.map((unit) => String.fromCharCode(unit)).filter((one) => encodeChinese(one)[0] !== 0x3f);
  expect(known.length).toBeGreaterThan(23_000);
  const text = known.join('');
  expect(decodeChinese(encodeChinese(text))).toBe(text);
});

test('whatever has no code is a question mark for each character, and nothing throws', () => {
  expect([...encodeChinese('é😀\ud800ก')]).toEqual([...Buffer.from([0xa8, 0xa6]), 0x3f, 0x3f, 0x3f]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (text, bytes) => {
      expect(encodeChinese(text).length).toBeLessThanOrEqual(2 * text.length);
      expect(typeof decodeChinese(bytes)).toBe('string');
    }),
    { numRuns: 500 },
  );
});
