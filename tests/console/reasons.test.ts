import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reasonText, reasonWords } from '../../src/words/text/reason-words.ts';

const sources = ['src/core', 'src/drivers'].flatMap((room) =>
  readdirSync(room, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => readFileSync(`${room}/${name}`, 'utf8')),
);

/** Words of the same lines that are no reasons. */
const others = new Set(['exception', 'wait', 'unit-back', 'on']);

/** Every reason that core or a driver writes down, as it stands in the source. */
const written = new Set(
  sources
    .flatMap((source) => [
      ...source.matchAll(/\breason(?::| =)[^;,\n]*?'([a-z][a-z-]*)'(?:[^;,\n]*?: '([a-z][a-z-]*)')?/g),
      ...source.matchAll(/\bdegrade\([^;\n]*'([a-z][a-z-]*)'/g),
    ])
    .flatMap(([, one, other]) => [one, other])
    .filter((word): word is string => word !== undefined && !others.has(word)),
);

describe('reasons in words', () => {
  test('whatever core or a driver gives as a reason is said in Chinese and in English', () => {
    expect(written.size).toBeGreaterThan(25);
    expect([...written].filter((reason) => !Object.hasOwn(reasonWords, reason))).toEqual([]);
    expect([...written].filter((reason) => !/[一-龥]/.test(reasonText(reason).zh))).toEqual([]);
  });

  test('a reason without words is at least called a code, and a refusal keeps its number', () => {
    expect(reasonText('never-heard-of')).toEqual({ zh: '代号 never-heard-of', en: 'code never-heard-of' });
    expect(reasonText('exception-4').zh).toBe('设备拒绝（4）');
  });
});
