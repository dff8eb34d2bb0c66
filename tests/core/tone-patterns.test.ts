import { describe, expect, test } from 'vitest';
import { periodMs, tonePatterns, type TonePattern } from '../../src/core/tone-pattern.ts';

const patterns: readonly (readonly [string, TonePattern])[] = Object.entries(tonePatterns);

const notesOf = (pattern: TonePattern): readonly number[] =>
  pattern.wave === 'sweep' ? [pattern.fromHz, pattern.toHz] : pattern.hz;

const {
  attention,
  chime,
  gong,
  rise,
  steady,
  wail,
  yelp,
  'gong-rapid': rapid,
  'hi-lo': hiLo,
  'two-tone': twoTone,
} = tonePatterns;

describe('the tones that come with the program', () => {
  test.each(patterns)('%s has notes that a horn loudspeaker carries and old ears still hear', (_, pattern) => {
    const notes = notesOf(pattern);
    expect(notes.length).toBeGreaterThan(0);
    for (const hz of notes) {
      expect(hz).toBeGreaterThanOrEqual(200);
      expect(hz).toBeLessThanOrEqual(2_000);
    }
  });

  test('can be told apart: no two have the same notes at the same pace', () => {
    const heard = patterns.map(([, pattern]) => `${pattern.wave} ${notesOf(pattern).join(' ')} ${periodMs(pattern)}`);
    expect(new Set(heard).size).toBe(10);
  });

  test('hold where they are to hold: steady is one note, attention the two of the public alert systems (47 CFR 11.31)', () => {
    expect([steady, attention].map(periodMs)).toEqual([0, 0]);
    expect(steady.hz).toHaveLength(1);
    expect([...attention.hz].sort()).toEqual([853, 960]);
  });

  test('change between a low and a high note in turn: two-tone begins low, hi-lo high', () => {
    expect(twoTone.hz[0]).toBeLessThan(twoTone.hz[1]);
    expect(hiLo.hz[0]).toBeGreaterThan(hiLo.hz[1]);
    for (const { eachMs } of [twoTone, hiLo]) {
      expect(eachMs).toBeGreaterThanOrEqual(300);
      expect(eachMs).toBeLessThanOrEqual(600);
    }
  });

  test('sweep as sirens do: wail slowly, yelp several times a second, rise only upward', () => {
    for (const { fromHz, toHz } of [wail, yelp, rise]) expect(toHz).toBeGreaterThanOrEqual(2 * fromHz);
    for (const { riseMs, fallMs } of [wail, yelp]) expect(fallMs).toBe(riseMs);
    expect(periodMs(wail)).toBeGreaterThanOrEqual(10 * periodMs(yelp));
    expect(1_000 / periodMs(yelp)).toBeGreaterThan(2);
    expect(rise.fallMs).toBe(0);
    expect(periodMs(rise)).toBe(1_000);
  });

  test('gong slowly means be ready and rapidly means go: the same gong, struck at least four times as often', () => {
    expect(rapid.hz).toEqual(gong.hz);
    expect(periodMs(gong)).toBeGreaterThanOrEqual(4 * periodMs(rapid));
    expect([gong.apartMs, rapid.apartMs]).toEqual([0, 0]);
  });

  test('chime downward, one note after the other, and all of them before it begins again', () => {
    expect(chime.hz).toHaveLength(3);
    expect([...chime.hz].sort((a, b) => b - a)).toEqual(chime.hz);
    expect(chime.apartMs).toBeGreaterThanOrEqual(200);
    expect(chime.hz.length * chime.apartMs).toBeLessThan(periodMs(chime));
  });
});
