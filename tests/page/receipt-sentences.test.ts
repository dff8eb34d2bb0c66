import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { detailOf } from '../../emulator/centre/receipt-details.ts';
import { loadChecked } from '../../src/box/load-box.ts';
import { nameIn } from '../../src/box/site-view.ts';
import type { Stage } from '../../src/core/receipt.ts';
import { failed } from '../../src/words/failure.ts';
import { explain } from '../../src/words/error-codes.ts';
import { receiptSentence, type NameOf } from '../../src/words/text/page-receipts.ts';
import { doneWords, healthWords } from '../../src/words/text/receipt-words.ts';

const nameOf: NameOf = (id) => ({ zh: `名${id}`, en: `name ${id}` });
const said = (body: Stage) => receiptSentence(body, nameOf);
const { code, params } = failed('order-replayed', { counter: 7, sender: 'c' }).failure;

/** Every `what` that core writes down, as it stands in the source. */
const done = new Set(
  readdirSync('src/core')
    .flatMap((name) => [
      ...readFileSync(`src/core/${name}`, 'utf8').matchAll(/\{ stage: 'done', what: '([a-z-]+)' \}/g),
    ])
    .flatMap(([, what]) => what ?? []),
);

describe('a receipt on the page of the box', () => {
  const bodies: readonly (readonly [Stage, string, string])[] = [
    [{ stage: 'done', what: 'keys-set' }, '密钥已更换', 'the keys are set'],
    [
      { stage: 'noted', code: 'waiting-audio', detail: 'ab12' },
      '记录： 等录音到齐再播',
      'noted: waits for its recording',
    ],
    [{ stage: 'noted', code: 'of-tomorrow', detail: 'x' }, '记录： 代号 of-tomorrow', 'noted: code of-tomorrow'],
    [
      { stage: 'resumed', zone: 'east', pass: 1, rule: 'announce-again' },
      '名east 续播： 重启后从头播',
      'name east resumed: announced again after a restart',
    ],
    [
      { stage: 'quiet-test', terminal: 't1', result: 'horn-open' },
      '名t1 静默自检： 喇叭断线',
      'name t1 quiet test: horn not connected',
    ],
    [
      { stage: 'ended', how: 'interrupted', due: 2, sounded: 1, failed: 1, unknown: 0 },
      '中断 应响 2 = 已响 1 + 未响 1 + 未知 0',
      'interrupted due 2 = sounded 1 + failed 1 + unknown 0',
    ],
    [
      {
        ...{ stage: 'terminal', terminal: 't1', verdict: 'failed', grade: 'current', reason: 'no-current' },
        ...{ value: 0, unit: 'A', ageMs: 0 },
      },
      '名t1 未响 没有电流 0 A',
      'name t1 failed no current 0 A',
    ],
    [{ stage: 'quiet-test', terminal: 't1', result: 'good' }, '名t1 静默自检： 正常', 'name t1 quiet test: good'],
    [
      { stage: 'health', terminal: 't1', health: 'suspect', reason: 'no-current' },
      '名t1 故障 没有电流',
      'name t1 fault no current',
    ],
    [
      { stage: 'refused', code, detail: explain({ code, params }).en },
      '拒绝： 指令重复：发送方 c 的序号 7 已用过 [order-replayed]',
      'refused: order replayed: counter 7 of sender c was already used [order-replayed]',
    ],
  ];

  test.each(bodies)('of %o says it in words of both languages', (body, zh, en) => {
    expect(said(body)).toEqual({ zh, en });
  });

  test('tells of everything that core carries out, and of nothing else', () => {
    expect([...done].sort()).toEqual(Object.keys(doneWords).sort());
  });

  test.each(['constructor', 'toString'])('calls %s, which is no word of any table, a code', (word) => {
    expect(said({ stage: 'done', what: word }).zh).toBe(`代号 ${word}`);
    expect(said({ stage: 'noted', code: word, detail: '' }).zh).toBe(`记录： 代号 ${word}`);
  });

  test('has the words of the centre', () => {
    for (const what of done) expect(said({ stage: 'done', what })).toEqual(detailOf({ stage: 'done', what }).words);
    for (const health of ['well', 'suspect', 'lost'] as const) {
      const body = { stage: 'health', terminal: 't1', health, reason: '' } as const;
      expect(detailOf(body).words).toEqual(healthWords[health]);
      expect(said(body).zh).toBe(`名t1 ${healthWords[health]?.zh}`);
    }
  });
});

describe('a name on the page', () => {
  let named: NameOf = nameOf;
  beforeAll(async () => {
    const loaded = await loadChecked({ configDir: 'config', devicesDir: 'devices' });
    if (!loaded.ok) throw new Error(loaded.failures.map((one) => one.code).join(' '));
    named = nameIn(loaded.value);
  });

  test('of a thing that acts by itself is said in words', () => {
    expect(named('panel:key')).toEqual({ zh: '面板钥匙', en: 'the panel key' });
  });

  test('that nobody knows stays as it is', () => {
    expect(named('nobody')).toEqual({ zh: 'nobody', en: 'nobody' });
  });
});
