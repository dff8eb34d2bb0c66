import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { QuietResult } from '../../src/core/cue.ts';
import { noValueOf } from '../../src/drivers/reads.ts';
import { busErrors } from '../../src/words/errors/bus.ts';
import { failed } from '../../src/words/failure.ts';
import { configKeys } from '../../src/words/text/config-keys.ts';
import { pageWords } from '../../src/words/text/page.ts';
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

  test.each(Object.keys(busErrors) as (keyof typeof busErrors)[])(
    'a terminal that could not be read because of %s is told of in words',
    (code) => {
      const timing = { queuedMs: 0, sentAt: 0, endedAt: 0 };
      const { reason } = noValueOf({ ...failed(code, { exception: 4 }), timing });
      expect(reasonText(reason).zh).not.toContain(reason);
      expect(reasonText(reason).en).not.toContain('code ');
    },
  );

  test.each(['amplifier-fault', 'horn-open', 'no-reply'] satisfies readonly QuietResult[])(
    'a terminal that a quiet test found %s is told of in words',
    (result) => {
      expect(reasonText(`quiet-test-${result}`).zh).toMatch(/^静默自检：[一-龥]+$/);
      expect(reasonText(`quiet-test-${result}`).en).toMatch(/^quiet test: /);
    },
  );

  test('a reason without words is at least called a code, and a refusal keeps its number', () => {
    expect(reasonText('never-heard-of')).toEqual({ zh: '代号 never-heard-of', en: 'code never-heard-of' });
    expect(reasonText('exception-4').zh).toBe('设备拒绝（4）');
  });
});

test('a terminal that is lost or suspect is called by the words of the page wherever a person reads of it', () => {
  const lamp = configKeys['site.panel.lamps.fault'];
  for (const { zh, en } of [pageWords.offline, pageWords.fault]) {
    expect(lamp.zh.slice(lamp.zh.indexOf('：'))).toContain(zh);
    expect(lamp.en.slice(lamp.en.indexOf(':'))).toContain(en);
  }
  const told = [...Object.values(configKeys), ...Object.values(reasonWords)];
  expect(told.filter(({ zh }) => /可疑|失联/.test(zh))).toEqual([]);
});
