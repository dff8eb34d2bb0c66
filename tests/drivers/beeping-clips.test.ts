import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tone } from '../../src/core/site.ts';
import { givenLate, lagsMs, sightsOf, watched, type Scene } from './looks-scene.ts';

/** A clip of beeps, the pauses of which the player tells a little after they began. */
const beeping = (beep: Pick<Tone, 'onMs' | 'offMs'>, lagMs: number): Pick<Scene, 'tone' | 'sounds' | 'quiet'> => {
  const period = beep.onMs + beep.offMs;
  const isPause = (atMs: number): boolean => atMs >= 0 && atMs % period >= beep.onMs;
  const pauseBegan = (atMs: number): number => atMs - (atMs % period) + beep.onMs;
  const quiet = (atMs: number, toldAtMs: number): boolean => isPause(atMs) && toldAtMs >= pauseBegan(atMs) + 250;
  return { tone: null, sounds: givenLate(beep, lagMs), quiet };
};

test('property: a clip of beeps whose pauses the player tells is never called silent', async () => {
  const beeps = fc.record({ onMs: fc.integer({ min: 40, max: 1_500 }), offMs: fc.integer({ min: 80, max: 1_500 }) });
  const late = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(beeps, fc.integer({ min: 0, max: 1_500 }), late, async (beep, lagMs, lates) => {
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      const { sounds } = beeping(beep, lagMs);
      // A meter that is slow to rise and quick to fall.
      const soft = (atMs: number): boolean => sounds(atMs - 40) && sounds(atMs) && sounds(atMs + 40);
      const scene = { ...beeping(beep, lagMs), sounds: soft, durationMs: 15_000, lateMs };
      expect(await sightsOf(scene)).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});

test('a clip that beeps in the rhythm of the looks is not called silent, whose pauses are told', async () => {
  for (let period = 300; period <= 1_700; period += 25)
    for (const share of [0.3, 0.4, 0.5])
      for (const lagMs of lagsMs) {
        const beep = { onMs: period * share, offMs: period * (1 - share) };
        const lateMs = (look: number): number => 15 + ((look * 37) % 30);
        const sights = await sightsOf({ ...beeping(beep, lagMs), durationMs: 15_000, lateMs });
        expect(sights, `${period} ms, ${share}, ${lagMs} ms late`).not.toContain('silent');
      }
});

// Half of the looks are to be heard by one wrong lag, half by another: no lag but the true one shows that none was.
test('a clip is not called silent by lags beside the true one, each of which would have half of the looks in a beep', async () => {
  const lates = [100, 370, 0, 160, 450, 210, 370];
  const lateMs = (look: number): number | null => lates[look - 1] ?? null;
  const scene = { ...beeping({ onMs: 270, offMs: 230 }, 125), durationMs: 15_000, lateMs };
  expect((await watched(scene)).looked).toBe('quiet');
});

test('beeps so short that nobody tells of their pauses are not called silent', async () => {
  for (const offMs of [20, 40, 59])
    for (let onMs = 40; onMs <= 1_200; onMs += 20)
      for (const lagMs of lagsMs) {
        const { sounds } = beeping({ onMs, offMs }, lagMs);
        const sights = await sightsOf({ tone: null, sounds, durationMs: 15_000, lateMs: () => 20 });
        expect(sights, `${onMs}/${offMs}, ${lagMs} ms late`).not.toContain('silent');
      }
});

test('words with breaths that a loudspeaker does not give are called silent within six seconds', async () => {
  for (const [onMs, offMs] of [
    [1_200, 300],
    [2_000, 400],
    [700, 150],
  ] as const) {
    const { quiet } = beeping({ onMs, offMs }, 0);
    const scene = { tone: null, quiet: quiet ?? (() => false), sounds: () => false, durationMs: 15_000 };
    const { looked, told } = await watched({ ...scene, lateMs: () => 20 });
    expect([looked, told[0]?.sight], `${onMs}/${offMs}`).toEqual(['silent', 'silent']);
    expect(told[0]?.at).toBeLessThan(6_000);
  }
});

/** A gong whose notes are heard for so long, in a tone that pauses itself: the player tells of both silences. */
test('struck notes that fade within a tone with pauses are not called silent, however the looks fall', async () => {
  const tone = { onMs: 9_000, offMs: 3_000 };
  const isHeard = (atMs: number): boolean => atMs >= 0 && atMs % 12_000 < 9_000 && (atMs % 12_000) % 3_000 < 1_360;
  const silenceAt = (atMs: number): number => atMs - ((atMs % 3_000) - 1_360);
  const quiet = (atMs: number, toldAtMs: number): boolean => !isHeard(atMs) && toldAtMs >= silenceAt(atMs) + 80;
  for (const answered of [
    [4, 5, 9],
    [3, 5, 9],
    [5, 8, 9],
  ])
    for (const lagMs of [0, 50, 100]) {
      const lateMs = (look: number): number | null => (answered.includes(look) ? 20 : null);
      const scene = { tone, sounds: (atMs: number) => isHeard(atMs - lagMs), quiet, durationMs: 20_000, lateMs };
      expect((await watched(scene)).looked, `${answered.join(' ')}, ${lagMs} ms late`).not.toBe('silent');
    }
});
