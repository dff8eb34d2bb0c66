import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, deepestJson } from '../../src/core/canonical-json.ts';

test('keys are in order of their code units at every depth, without blanks', () => {
  expect(canonicalJson({ b: 1, a: { z: [1, { y: null, x: true }], Z: 'é' }, '10': 0, '9': 0 })).toBe(
    '{"10":0,"9":0,"a":{"Z":"é","z":[1,{"x":true,"y":null}]},"b":1}',
  );
});

test('members that are undefined are left out, and minus zero is zero', () => {
  expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
});

test('what JSON cannot say is an assert, not a guess', () => {
  for (const value of [Number.NaN, Infinity, 1n, () => 1, Symbol('s'), undefined]) {
    expect(() => canonicalJson([value])).toThrow(TypeError);
  }
  let deep: unknown = 0;
  for (let depth = 0; depth <= deepestJson; depth += 1) deep = [deep];
  expect(() => canonicalJson(deep)).toThrow(RangeError);
});

test('reading the text and writing it again gives the same text, whatever the value and the order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
