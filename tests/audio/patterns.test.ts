import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/audio/level.ts';
import { joined } from '../../src/audio/make/loudness.ts';
import { toneStretches } from '../../src/audio/make/tone.ts';
import { msOfSamples, samplesOfMs, type Pcm } from '../../src/audio/pcm.ts';
import { tonePatterns, type TonePattern, type TonePatternName } from '../../src/core/tone-pattern.ts';
import { pitchOf, shareAt } from './sound.ts';

const tone = (pattern: TonePattern, ms: number): Pcm => joined([...toneStretches(pattern, ms)]);
const steepest = (pcm: Pcm): number =>
  pcm.reduce((most, sample, index) => (index === 0 ? 0 : Math.max(most, Math.abs(sample - (pcm[index - 1] ?? 0)))), 0);

const names = Object.keys(tonePatterns).filter((name): name is TonePatternName => name in tonePatterns);

describe('tone patterns', () => {
  it.each(names)('%s lasts as long as it is asked for, is loud, and does not click', (name) => {
    const pcm = tone(tonePatterns[name], 2345);
    expect(msOfSamples(pcm.length)).toBe(2345);
    const { peakDbfs, rmsDbfs } = levelOf(pcm);
    expect(peakDbfs).toBeLessThanOrEqual(-5.9);
    expect(rmsDbfs).toBeGreaterThan(-26);
    // A full-scale step would be 32,768; a sine of 1.4 kHz at half scale moves by 6,000 a sample.
    expect(steepest(pcm)).toBeLessThan(8000);
    expect(Math.abs(pcm[0] ?? 0)).toBeLessThan(200);
    expect(Math.abs(pcm.at(-1) ?? 0)).toBeLessThan(200);
  });

  it('have their energy where they say it is', () => {
    expect(shareAt(tone(tonePatterns.steady, 2000), 440)).toBeGreaterThan(0.98);
    const attention = tone(tonePatterns.attention, 2000);
    expect(shareAt(attention, 853)).toBeGreaterThan(0.3);
    expect(shareAt(attention, 960)).toBeGreaterThan(0.3);
    const twoTone = tone(tonePatterns['two-tone'], 2000);
    expect(pitchOf(twoTone.subarray(samplesOfMs(50), samplesOfMs(450)))).toBeCloseTo(800, -1);
    expect(pitchOf(twoTone.subarray(samplesOfMs(550), samplesOfMs(950)))).toBeCloseTo(1000, -1);
  });

  it('rise and fall at their pace', () => {
    const wail = tone(tonePatterns.wail, 5000);
    const around = (ms: number): number => pitchOf(wail.subarray(samplesOfMs(ms - 100), samplesOfMs(ms + 100)));
    expect(Math.abs(around(1250) - 800)).toBeLessThan(20);
    expect(Math.abs(around(2500) - 1184)).toBeLessThan(25);
    expect(Math.abs(around(3750) - 800)).toBeLessThan(20);
  });

  it('run on without a jump from one second to the next', () => {
    const [first, second] = [...toneStretches({ wave: 'steady', hz: [441.7] }, 2000)];
    const step = Math.abs((second?.[0] ?? 0) - (first?.at(-1) ?? 0));
    expect(step).toBeLessThan(2000);
  });

  it('are struck again and have faded before', () => {
    const gong = tone(tonePatterns.gong, 6000);
    const at = (ms: number): number => levelOf(gong.subarray(samplesOfMs(ms), samplesOfMs(ms + 200))).rmsDbfs;
    expect(at(10) - at(2700)).toBeGreaterThan(25);
    expect(at(3010) - at(2700)).toBeGreaterThan(25);
  });

  it('take no memory for a long siren: they come second by second', () => {
    // A thousand years at once would fit into no memory; only the first second of them is taken.
    const [first] = toneStretches(tonePatterns.yelp, 3e13);
    expect(first?.length).toBe(samplesOfMs(1000));
  });

  it('of no length are nothing', () => {
    expect(tone(tonePatterns.steady, 0).length).toBe(0);
  });
});
