import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/cue.ts';
import type { Tone } from '../../src/core/site.ts';
import { createToken } from '../../src/drivers/clock.ts';
import { lookWhilePlaying } from '../../src/drivers/sound-looks.ts';
import { cueOf } from './village.ts';
import { createVirtualClock } from './virtual-clock.ts';

interface Scene {
  readonly tone: Pick<Tone, 'onMs' | 'offMs'> | null;
  readonly durationMs: number;
  /** What the loudspeaker draws, this long after the item began. */
  readonly sounds: (atMs: number) => boolean;
  /** How long the line takes for the look of this number, ms; null: no reply comes. */
  readonly lateMs: (look: number) => number | null;
}

const sightsOf = async ({ tone, durationMs, sounds, lateMs }: Scene): Promise<readonly string[]> => {
  const clock = createVirtualClock();
  const told: Finding[] = [];
  const beganAt = clock.now();
  let looks = 0;
  const look = async (): Promise<readonly Finding[]> => {
    const delay = lateMs((looks += 1));
    await new Promise<void>((resolve) => void clock.setTimer(delay ?? 250, resolve));
    const readAt = clock.now();
    const sight = delay === null ? 'no-reply' : sounds(readAt - beganAt) ? 'sounding' : 'silent';
    return [{ terminal: 'east', cue: 'c', sight, grade: 'current', value: 0, unit: 'A', readAt, reason: null }];
  };
  const cue = cueOf('east', { play: 'tone', tone: 't' }, durationMs);
  const order = { cue, wired: { id: 'east', proof: {} }, token: createToken() };
  const item = { beganAt, endedAt: () => (clock.now() - beganAt >= durationMs ? beganAt + durationMs : Infinity) };
  const whole = tone === null ? null : { id: 't', name: { zh: '警报', en: 'alarm' }, cycles: 9, ...tone };
  const done = lookWhilePlaying({ clock, look, report: (found) => told.push(...found) }, order, {
    tone: whole,
    ...item,
  });
  await clock.advance(60_000);
  await done;
  return told.map(({ sight }) => sight);
};

const phases = { onMs: fc.integer({ min: 400, max: 6_000 }), offMs: fc.integer({ min: 400, max: 6_000 }) };
/** What a loudspeaker gives that is read so much later than the box plays it. */
const givenLate =
  ({ onMs, offMs }: Pick<Tone, 'onMs' | 'offMs'>, lagMs: number) =>
  (atMs: number): boolean =>
    atMs >= lagMs && (atMs - lagMs) % (onMs + offMs) < onMs;

test('a tone of one second and one of pause, each look at which is read late, is not called silent', async () => {
  const tone = { onMs: 1_000, offMs: 1_000 };
  for (const lateMs of [600, 700, 740])
    expect(await sightsOf({ tone, durationMs: 11_000, sounds: givenLate(tone, 0), lateMs: () => lateMs })).toEqual([
      'sounding',
    ]);
});

test('a loudspeaker with a long buffer of its own is not called silent', async () => {
  const tone = { onMs: 1_000, offMs: 1_000 };
  for (const lagMs of [400, 500, 530, 600, 700, 800, 1_000, 1_200, 1_400])
    expect(
      await sightsOf({ tone, durationMs: 11_000, sounds: givenLate(tone, lagMs), lateMs: () => 20 }),
      String(lagMs),
    ).toEqual(['sounding']);
});

test('property: however late loudspeaker and line are, one that gives its tone is never called silent', async () => {
  const late = fc.array(fc.option(fc.integer({ min: 0, max: 2_500 })), { minLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.record(phases), fc.integer({ min: 0, max: 1_500 }), late, async (tone, lagMs, lates) => {
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      const scene = { tone, durationMs: 15_000, sounds: givenLate(tone, lagMs), lateMs };
      expect(await sightsOf(scene)).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});

test('a loudspeaker that gives nothing is called silent within six seconds of the tones there are', async () => {
  for (const [onMs, offMs, durationMs] of [
    [1_000, 1_000, 11_000],
    [5_000, 5_000, 15_000],
    [10_000, 0, 10_000],
  ] as const)
    for (const lateMs of [0, 20, 100, 200])
      expect(
        await sightsOf({ tone: { onMs, offMs }, durationMs, sounds: () => false, lateMs: () => lateMs }),
        `${onMs}/${offMs}, ${lateMs}`,
      ).toEqual(['silent']);
});

test('property: a loudspeaker that gives nothing is never called sounding', async () => {
  await fc.assert(
    fc.asyncProperty(fc.record(phases), fc.integer({ min: 1, max: 20_000 }), async (tone, durationMs) => {
      const sights = await sightsOf({ tone, durationMs, sounds: () => false, lateMs: () => 0 });
      expect(sights).not.toContain('sounding');
    }),
    { numRuns: 200 },
  );
});

test('a short item that begins with a breath is looked at again before its end, also when that is soon after', async () => {
  for (const [durationMs, breathMs] of [
    [1_800, 700],
    [3_000, 1_300],
    [3_200, 1_400],
  ] as const) {
    const sounds = (atMs: number): boolean => atMs >= breathMs;
    expect(await sightsOf({ tone: null, durationMs, sounds, lateMs: () => 20 })).toEqual(['sounding']);
  }
});

test('two looks into one pause, the second soon after a late first one, count as one', async () => {
  const sounds = (atMs: number): boolean => atMs < 1_000 || atMs >= 1_400;
  const scene = { tone: null, durationMs: 2_400, sounds, lateMs: (look: number) => (look === 1 ? 600 : 20) };
  expect(await sightsOf(scene)).toEqual([]);
});

test('speech that nobody hears is called silent, short or long', async () => {
  for (const durationMs of [600, 1_000, 1_800, 2_300, 2_400, 3_000, 8_000])
    for (const lateMs of [0, 20, 150])
      expect(
        await sightsOf({ tone: null, durationMs, sounds: () => false, lateMs: () => lateMs }),
        `${durationMs}, ${lateMs}`,
      ).toEqual(['silent']);
});

test('property: however late the line is, a loudspeaker that gives its tone is never called silent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record(phases),
      fc.array(fc.option(fc.integer({ min: 0, max: 2_500 })), { minLength: 8 }),
      async (tone, late) => {
        const sounds = (atMs: number): boolean => atMs < 11_000 && atMs % (tone.onMs + tone.offMs) < tone.onMs;
        const scene = { tone, durationMs: 11_000, sounds, lateMs: (n: number) => late[n - 1] ?? null };
        expect(await sightsOf(scene)).not.toContain('silent');
      },
    ),
    { numRuns: 300 },
  );
});

test('property: speech that pauses for less than half a second is never called silent, however late the line is', async () => {
  const late = fc.array(fc.option(fc.integer({ min: 0, max: 900 }), { freq: 2 }), { minLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 6_000 }), late, async (pauseAt, lates) => {
      const sounds = (atMs: number): boolean => atMs < pauseAt || atMs >= pauseAt + 490;
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      expect(await sightsOf({ tone: null, durationMs: 11_000, sounds, lateMs })).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});
