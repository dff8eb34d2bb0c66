import { describe, expect, test } from 'vitest';
import { errorCodes, explain, retold } from '../../src/words/error-codes.ts';
import { problemMessage } from '../../src/uplink/outbound.ts';
import { receiptLine } from '../../src/words/text/receipts.ts';

const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[];
const marksOf = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, mark = '']) => mark);
const paramsOf = (code: keyof typeof errorCodes): Record<string, string> =>
  Object.fromEntries(marksOf(errorCodes[code].en).map((mark, index) => [mark, `v${index}`]));

describe('a refusal that came along in English only', () => {
  test.each([
    ['bare', undefined],
    ['with a field', { field: 'body.alert.zones[0]' }],
    ['with a place in a file', { file: 'site.yaml', line: 3, column: 7, field: 'zones' }],
  ])('is told in Chinese with every value it had, for every code: %s', (_, at) => {
    for (const code of codes) {
      const failure = { code, params: paramsOf(code), ...(at === undefined ? {} : { at }) };
      const told = retold(code, explain(failure).en);
      expect(told === null ? null : explain(told), code).toEqual(explain(failure));
    }
  });

  test('a value is cut between two characters and never within one', () => {
    for (const letters of [298, 299, 300]) {
      const { zh, en } = explain({
        code: 'config-key-unknown',
        params: { key: `${'k'.repeat(letters)}🔔🔔`, nearest: '' },
      });
      expect([zh, en].map((text) => Buffer.from(text).toString())).toEqual([zh, en]);
      expect(en).toContain('…');
    }
  });

  test('a value that came with half a character is told without it, also to the centre', () => {
    const broken = { code: 'uplink-message-unknown', params: { type: `${'x'.repeat(63)}\ud83d` } } as const;
    const long = { code: 'config-key-unknown', params: { key: '🔔'.repeat(140), nearest: '🔔'.repeat(140) } } as const;
    for (const failure of [broken, long]) {
      const at = { field: `${'f'.repeat(127)}🔔` };
      const { zh, en } = explain(failure);
      const problem = problemMessage({ ...failure, at });
      const told = [zh, en, ...Object.values(problem).filter((value) => typeof value === 'string')];
      expect(told.map((text) => Buffer.from(text).toString())).toEqual(told);
    }
  });

  test('has no value in Chinese that its English does not carry', () => {
    for (const code of codes) {
      const english = new Set(marksOf(errorCodes[code].en));
      expect(
        marksOf(errorCodes[code].zh).filter((mark) => !english.has(mark)),
        code,
      ).toEqual([]);
    }
  });

  test('reads as a sentence in a line of receipts', () => {
    const en = explain({ code: 'envelope-too-long', params: { bytes: 8193, max: 8192 } }).en;
    const body = { stage: 'refused', code: 'envelope-too-long', detail: en };
    const line = receiptLine({ number: 7, at: { wall: 0, trust: 'trusted' }, status: null, body });
    expect(line.zh).toBe('08:00:00  #7  拒绝  信封 8193 字节，超过 8192 字节 [envelope-too-long]');
  });
});
