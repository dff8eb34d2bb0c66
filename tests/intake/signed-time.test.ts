import { describe, expect, it } from 'vitest';
import { readSignedTime, timeMaxRoundTripMs, type TimeContext } from '../../src/intake/signed-time.ts';
import { contextWith, otherKey, senderKey, signedBy, site } from './fixture.ts';

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
});
