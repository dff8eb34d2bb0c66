import { describe, expect, it } from 'vitest';
import { readSignedTime, timeMaxRoundTripMs, type TimeContext } from '../../src/intake/signed-time.ts';
import { contextWith, otherKey, publicKeys, senderKey, signedBy, site } from './fixture.ts';

const nonce = '00112233445566778899aabbccddeeff';
const at = 1_783_688_400_000;
const statement = (more: object = {}): object => ({
  v: 1,
  type: 'time',
  key: 'county-1',
  box: site.id,
  nonce,
  at,
  ...more,
});
const asked = (more: Partial<TimeContext> = {}): TimeContext => ({
  ...contextWith(),
  boxId: site.id,
  question: { nonce, askedAt: 1_000 },
  now: 1_200,
  floor: at - 86_400_000,
  ...more,
});
const codeOf = (content: unknown, context = asked()): string => {
  const result = readSignedTime(signedBy(content), context);
  return result.ok ? 'taken' : result.failure.code;
};

describe('signed time', () => {
  it('sets the clock to the middle of question and answer and tells the possible error', () => {
    expect(readSignedTime(signedBy(statement()), asked())).toEqual({
      ok: true,
      value: { sender: 'county-1', mono: 1_200, wall: at + 100, errorMs: 100 },
    });
  });

  it('counts only as the answer to the open question of this box', () => {
    expect(codeOf(statement({ nonce: nonce.replace('0', '1') }))).toBe('time-not-asked');
    expect(codeOf(statement(), asked({ question: null }))).toBe('time-not-asked');
    expect(codeOf(statement({ box: 'shiling-02' }))).toBe('time-wrong-box');
  });

  it('held back on its way is refused', () => {
    expect(codeOf(statement(), asked({ now: 1_000 + timeMaxRoundTripMs }))).toBe('taken');
    expect(codeOf(statement(), asked({ now: 1_001 + timeMaxRoundTripMs }))).toBe('time-too-slow');
  });

  it('never goes back before a time that has passed', () => {
    expect(codeOf(statement(), asked({ floor: at + 100 }))).toBe('taken');
    expect(codeOf(statement(), asked({ floor: at + 101 }))).toBe('time-backward');
  });

  it('is believed only of a pinned key that may sound an alarm', () => {
    const drillOnly = contextWith([senderKey({ classes: ['drill', 'stop'] })]);
    expect(codeOf(statement(), asked({ ...drillOnly }))).toBe('order-class-not-allowed');
    const forged = readSignedTime(signedBy(statement(), otherKey), asked());
    expect(forged).toMatchObject({ ok: false, failure: { code: 'envelope-signature-wrong' } });
    const practice = contextWith([senderKey({ practice: true })]);
    expect(codeOf(statement(), asked({ ...practice }))).toBe('envelope-key-practice');
    expect(codeOf(statement(), asked({ ...practice, real: false }))).toBe('taken');
  });

  it('cannot be an envelope, nor have more or less in it', () => {
    expect(codeOf(statement({ type: 'order' }))).toBe('envelope-wrong-value');
    expect(codeOf(statement({ more: 1 }))).toBe('envelope-unknown-field');
    expect(codeOf(statement({ at: undefined }))).toBe('envelope-missing-field');
    expect(codeOf('{')).toBe('envelope-not-json');
    expect(codeOf(Buffer.from([0xff]))).toBe('envelope-not-utf8');
    expect(codeOf(JSON.stringify(statement()).padEnd(1_025))).toBe('envelope-too-long');
  });

  it('that names another key than the one that signed it is refused, also where both are pinned', () => {
    const two = contextWith([senderKey(), senderKey({ id: 'county-2', publicKey: publicKeys.other })]);
    const refused = readSignedTime(signedBy(statement({ key: 'county-2' })), asked({ ...two }));
    expect(refused).toMatchObject({
      ok: false,
      failure: {
        code: 'envelope-key-mismatch',
        params: { inner: 'county-2', outer: 'county-1' },
        at: { field: 'key' },
      },
    });
  });

  it('that came before it was asked for is refused', () => {
    expect(codeOf(statement(), asked({ now: 1_000 }))).toBe('taken');
    expect(codeOf(statement(), asked({ now: 999 }))).toBe('time-too-slow');
  });

  it.each([
    ['of another box', statement({ box: 'shiling-02' }), {}, { params: { box: 'shiling-02' }, at: { field: 'box' } }],
    ['that was not asked', statement(), { question: null }, { at: { field: 'nonce' } }],
    ['that goes back', statement(), { floor: at + 101 }, { at: { field: 'at' } }],
    ['too slow', statement(), { now: 11_001 }, { params: { ms: 10_001, max: 10_000 } }],
    [
      'of a key for drills',
      statement(),
      contextWith([senderKey({ classes: ['drill'] })]),
      { params: { class: 'alarm', key: 'county-1' } },
    ],
  ])('says what is wrong with one %s', (_, said, more, failure) => {
    expect(readSignedTime(signedBy(said), asked(more))).toMatchObject({ ok: false, failure });
  });
});
