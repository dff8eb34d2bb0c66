import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/intake/verify.ts';
import { jsonMaxDepth, readStrictJson } from '../../src/intake/strict-json.ts';
import { runs } from '../support/runs.ts';

const codeOf = (text: string): string => {
  const result = readStrictJson(text);
  return result.ok ? 'read' : result.failure.code;
};

describe('the strict JSON reader', () => {
  it('reads what JSON.parse reads, to the same value', () => {
    const value = fc.jsonValue({ maxDepth: jsonMaxDepth - 2 });
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1, 2), (given, indent) => {
        const text = JSON.stringify(given, null, indent);
        const result = readStrictJson(text);
        if (result.ok) expect(result.value).toEqual(JSON.parse(text));
        else expect(text).toMatch(/__proto__|\\ud[89a-f]/i);
      }),
      runs(500),
    );
  });

  it('never reads what JSON.parse refuses, and never throws', () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 3 }))
      .map(
        ([text, at, more]) => text.slice(0, at % (text.length + 1)) + more + text.slice((at + 1) % (text.length + 1)),
      );
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated), (text) => {
        if (readStrictJson(text).ok) expect(() => JSON.parse(text) as unknown).not.toThrow();
      }),
      runs(2000),
    );
  });

  it('refuses a key that stands twice, also when it is written in another way', () => {
    expect(codeOf('{"a":1,"a":1}')).toBe('envelope-duplicate-key');
    expect(codeOf('{"a":1,"\\u0061":2}')).toBe('envelope-duplicate-key');
    expect(codeOf('{"a":{"b":1},"c":{"b":1}}')).toBe('read');
  });

  it('refuses deep nesting without going deep', () => {
    expect(codeOf('['.repeat(jsonMaxDepth) + ']'.repeat(jsonMaxDepth))).toBe('read');
    expect(codeOf('['.repeat(jsonMaxDepth + 1) + ']'.repeat(jsonMaxDepth + 1))).toBe('envelope-too-deep');
    expect(codeOf('{"a":'.repeat(100_000))).toBe('envelope-too-deep');
    expect(codeOf('['.repeat(100_000))).toBe('envelope-too-deep');
  });

  it.each(['"\\ud800"', '"\\udc00\\ud800"', '{"\\ud83d":1}'])('refuses the half of a pair in %s', (text) => {
    expect(codeOf(text)).toBe('envelope-not-json');
  });

  it.each([
    '',
    ' ',
    'nul',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    'NaN',
    "'a'",
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '[1 2]',
    '1 2',
    '"\n"',
    '"\\x41"',
    '\ufeff1',
    '{"__proto__":1}',
  ])('refuses %j', (text) => {
    expect(codeOf(text)).not.toBe('read');
  });

  it('tells where it stopped', () => {
    expect(readStrictJson('{"a":tru}')).toMatchObject({ ok: false, failure: { params: { position: 6 } } });
  });

  it('takes 8 KB of the worst strings in no time', () => {
    const started = process.cpuUsage();
    for (const text of [`"${'\\'.repeat(8190)}`, `"${'a'.repeat(8190)}`, `[${'"",'.repeat(2700)}`, '-'.repeat(8192)]) {
      expect(codeOf(text)).toBe('envelope-not-json');
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(500);
  });
});

describe('the text of verified bytes', () => {
  it('is read the same after bytes that were no text, wherever they broke off', () => {
    const whole = Buffer.from('村口 red 🚨');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length }), fc.uint8Array({ maxLength: 4 }), (end, more) => {
        const broken = Buffer.concat([whole.subarray(0, end), Buffer.of(0xe4, ...more, 0xff)]);
        expect(textOf(broken).ok).toBe(false);
        expect(textOf(whole)).toEqual({ ok: true, value: '村口 red 🚨' });
      }),
      runs(200),
    );
  });
});
