import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/audio/level.ts';
import { joined, normalised, targetRmsDbfs, trimmed } from '../../src/audio/make/loudness.ts';
import { msOfSamples, type Pcm } from '../../src/audio/pcm.ts';

describe('loudness', () => {
  const speechLike = (amplitude: number): Pcm =>
    Int16Array.from({ length: 48_000 }, (_, index) => {
      const isPause = Math.floor(index / 6000) % 2 === 1;
      const wave = Math.sin(index / 7) + 0.6 * Math.sin(index / 3.1) + (index % 97 === 0 ? 3 : 0);
      return isPause ? 0 : Math.round(amplitude * wave);
    });

  it('makes soft and loud sources equally loud, and no peak above -1 dBFS', () => {
    const levels = [600, 1000, 4000].map((amplitude) => levelOf(normalised(speechLike(amplitude))));
    for (const { rmsDbfs, peakDbfs } of levels) {
      expect(Math.abs(rmsDbfs - (levels[0]?.rmsDbfs ?? 0))).toBeLessThan(0.7);
      expect(peakDbfs).toBeLessThanOrEqual(-0.99);
      // Half of it is pause, which does not count: 3 dB below the target over all.
      expect(Math.abs(rmsDbfs - (targetRmsDbfs - 3))).toBeLessThan(1);
    }
  });

  it('bends a peak that stands far above the rest', () => {
    const spiky = Int16Array.from({ length: 24_000 }, (_, index) =>
      index % 5000 === 2500 ? 30_000 : Math.round(500 * Math.sin(index / 9)),
    );
    const { peakDbfs } = levelOf(normalised(spiky));
    expect(peakDbfs).toBeLessThanOrEqual(-0.99);
    expect(peakDbfs).toBeGreaterThan(-3);
  });

  it('leaves silence alone and never clips', () => {
    expect(normalised(new Int16Array(1000))).toEqual(new Int16Array(1000));
    expect(levelOf(new Int16Array(0))).toEqual({ rmsDbfs: -96, peakDbfs: -96 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 4000 }), (samples) => {
        const { peakDbfs } = levelOf(normalised(Int16Array.from(samples)));
        const before = levelOf(Int16Array.from(samples));
        expect(peakDbfs <= -0.99 || before.rmsDbfs < -75).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('cuts the silence around speech, not the speech', () => {
    const word = Int16Array.from({ length: 2400 }, (_, index) => Math.round(8000 * Math.sin(index / 5)));
    const long = joined([new Int16Array(24_000), word, new Int16Array(48_000)]);
    const cut = trimmed(long);
    expect(msOfSamples(cut.length)).toBeCloseTo(100 + 30 + 250, -1);
    expect(levelOf(cut).peakDbfs).toBeCloseTo(levelOf(word).peakDbfs, 5);
  });
});
