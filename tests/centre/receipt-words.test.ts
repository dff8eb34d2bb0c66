import { describe, expect, it } from 'vitest';
import type { Stage } from '../../src/core/receipt.ts';
import { sayReceipt } from '../../emulator/centre/stage-words.ts';

const terminal = (more: Partial<Extract<Stage, { stage: 'terminal' }>>): Stage => ({
  ...{ stage: 'terminal', terminal: 'east-siren', verdict: 'sounded', grade: 'current', reason: null },
  ...{ value: 3.2, unit: 'A', ageMs: 0 },
  ...more,
});

const said = (body: Stage) => sayReceipt({ ...body });

describe('a receipt on the page of the centre', () => {
  const bodies: readonly (readonly [Stage, string, string, string])[] = [
    [{ stage: 'queued', zones: ['east'], due: 3 }, '应响 3 台', '3 due', 'east'],
    [terminal({}), '凭电流，3.2 A', 'by its current, 3.2 A', 'east-siren'],
    [
      terminal({ verdict: 'unknown', grade: 'none', reason: 'no-reply', value: null, unit: null }),
      ...(['不应答', 'no reply', 'east-siren'] as const),
    ],
    [
      terminal({ verdict: 'failed', grade: 'switched', reason: 'not-switched', value: null, unit: null }),
      ...(['开关没有合上', 'its switch did not close', 'east-siren'] as const),
    ],
    [
      terminal({ verdict: 'unknown', grade: 'switched', reason: null, value: null, unit: null }),
      ...(['只知已合闸', 'only known to be switched', 'east-siren'] as const),
    ],
    [
      { stage: 'degraded', zone: 'east', reason: 'nothing-proven' },
      '没有一台有凭据',
      'not one terminal is proven',
      'east',
    ],
    [
      { stage: 'ended', how: 'interrupted', due: 2, sounded: 1, failed: 0, unknown: 1 },
      '中断，应响 2 = 已响 1 + 未响 0 + 未知 1',
      'interrupted, due 2 = sounded 1 + failed 0 + unknown 1',
      '',
    ],
    [{ stage: 'done', what: 'audio-stored' }, '录音已存好', 'the recording is stored', ''],
    // A drill that did sound, at an hour or under a stop that forbids its all-clear.
    [
      { stage: 'done', what: 'cleared-silently' },
      '已解除，此时不便播音，不再播解除',
      'cleared; not said aloud at this hour or under a stop',
      '',
    ],
    [{ stage: 'resumed', zone: 'east', pass: 1, rule: 'preempted' }, '抢占结束', 'what preempted it is over', 'east'],
    [
      { stage: 'health', terminal: 't1', health: 'suspect', reason: 'no-current' },
      '故障，没有电流',
      'fault, no current',
      't1',
    ],
    [
      { stage: 'noted', code: 'waiting-audio', detail: 'ab12' },
      '等录音到齐再播',
      'waits for its recording',
      'waiting-audio ab12',
    ],
    [
      { stage: 'refused', code: 'order-replayed', detail: 'order replayed: counter 7 of sender c was already used' },
      '指令重复：发送方 c 的序号 7 已用过',
      'order replayed: counter 7 of sender c was already used',
      'order-replayed',
    ],
    [{ stage: 'unproven-silence', terminals: [] }, '全部已证实静音', 'silence is proven everywhere', ''],
    [
      { stage: 'unproven-silence', terminals: ['t1', 't2'] },
      ...(['未证实：t1, t2', 'not proven: t1, t2', ''] as const),
    ],
    [
      { stage: 'answered', person: 'page-screen', source: 'console', afterMs: 400 },
      ...(['值班屏幕，收到后 0 秒', 'the station screen, 0 s after it came', ''] as const),
    ],
    [
      { stage: 'answered', person: 'li-ming', source: 'console', afterMs: 9_000 },
      ...(['li-ming，收到后 9 秒', 'li-ming, 9 s after it came', ''] as const),
    ],
  ];

  it.each(bodies)('of %o says it in words of both languages, ids behind', (body, zh, en, ids) => {
    const { detail, ids: behind } = said(body);
    expect([detail.zh, detail.en, behind]).toEqual([zh, en, ids]);
  });

  it.each([[[]], [['t1']]])(
    'of a stop has a stage word that does not deny its detail, with %o unproven',
    (terminals) => {
      expect(said({ stage: 'unproven-silence', terminals }).stage).toEqual({ zh: '静音核对', en: 'silence checked' });
    },
  );

  it('calls what it has no words for a code, and never shows it bare', () => {
    const { detail, ids } = said({ stage: 'noted', code: 'of-tomorrow', detail: 'x' });
    expect(detail).toEqual({ zh: '代号 of-tomorrow', en: 'code of-tomorrow' });
    expect(ids).toBe('x');
  });
});
