import { describe, expect, test } from 'vitest';
import { codeOnce } from '../../src/console/web/code-once.ts';
import { explain } from '../../src/words/error-codes.ts';
import { failed } from '../../src/words/failure.ts';

describe('a notice of the page', () => {
  test('bears the code of a failure once, behind both languages', () => {
    const told = explain(failed('no-such-zone', { zone: 'east' }).failure);
    expect(codeOnce(told)).toEqual({
      zh: '没有名为 east 的分区',
      en: 'there is no zone named east [no-such-zone]',
    });
  });

  test('without a code, or with two different ones, is left as it is', () => {
    for (const words of [
      { zh: '停', en: 'stop' },
      { zh: '停 [a]', en: 'stop [b]' },
      { zh: '停', en: 'stop [b]' },
    ])
      expect(codeOnce(words)).toEqual(words);
  });
});
