import { expect, it } from 'vitest';
import { sentencesOf } from '../../src/audio/make/sentences.ts';

const long = (length: number): string => '水'.repeat(length);

it.each([
  { what: 'a time of day', before: `${long(40)}，${long(15)}，`, number: '20:30', after: `前全部转移，${long(20)}` },
  { what: 'an amount', before: long(58), number: '100毫米', after: long(40) },
  { what: 'a share', before: long(57), number: '99.5%', after: long(40) },
  { what: 'a telephone number', before: long(55), number: '13812345678', after: long(40) },
])('$what is never cut in two, however long the text is before it ends', ({ before, number, after }) => {
  const sentences = sentencesOf(before + number + after);
  expect(sentences.filter((sentence) => sentence.includes(number))).toHaveLength(1);
  expect(sentences.join('')).toBe(before + number + after);
  expect(Math.max(...sentences.map(({ length }) => length))).toBeLessThanOrEqual(66);
});

it('what clings together for ever is cut all the same', () => {
  const digits = '1'.repeat(500);
  expect(sentencesOf(digits).join('')).toBe(digits);
  expect(sentencesOf(digits).length).toBeGreaterThan(7);
});

it('a rare character, which takes two places, is not cut in half', () => {
  const text = `${long(59)}𬯎${long(40)}`;
  const sentences = sentencesOf(text);
  expect([sentences.length > 1, sentences.join('')]).toEqual([true, text]);
  expect(sentences.filter((sentence) => /\p{Cs}/u.test(sentence))).toEqual([]);
});
