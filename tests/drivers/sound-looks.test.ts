import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/cue.ts';
import { createToken } from '../../src/drivers/clock.ts';
import { lookWhilePlaying } from '../../src/drivers/sound-looks.ts';
import { cueOf } from './village.ts';
import { givenLate, givenSoftly, lagsMs, sightsOf, watched } from './looks-scene.ts';
import { createVirtualClock } from './virtual-clock.ts';

const phases = { onMs: fc.integer({ min: 400, max: 6_000 }), offMs: fc.integer({ min: 400, max: 6_000 }) };
test('a tone of one second and one of pause, each look at which is read late, is not called silent', async () => {
  const tone = { onMs: 1_000, offMs: 1_000 };
  for (const lateMs of [600, 700, 740])
    expect(await sightsOf({ tone, durationMs: 11_000, sounds: givenLate(tone, 0), lateMs: () => lateMs })).toEqual([
      'sounding',
    ]);
});

test('a loudspeaker with a long buffer of its own is not called silent', async () => {
  const tone = { onMs: 1_000, offMs: 1_000 };
  for (const lagMs of lagsMs)
    expect(
      await sightsOf({ tone, durationMs: 11_000, sounds: givenLate(tone, lagMs), lateMs: () => 20 }),
      String(lagMs),
    ).toEqual(['sounding']);
});

test('words that are read late are not called silent, however short they are', async () => {
  for (const tone of [null, { onMs: 3_000, offMs: 0 }])
    for (const durationMs of [800, 1_250, 1_750, 2_750, 3_000, 4_000, 6_000])
      for (const lagMs of lagsMs) {
        const sounds = (atMs: number): boolean => atMs >= lagMs && atMs < lagMs + durationMs;
        const sights = await sightsOf({ tone, durationMs, sounds, lateMs: () => 20 });
        expect(sights, `${durationMs} ms read ${lagMs} ms late`).not.toContain('silent');
      }
});

test('property: however late loudspeaker and line are, one that gives its tone is never called silent', async () => {
  const late = fc.array(fc.option(fc.integer({ min: 0, max: 2_500 })), { minLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.record(phases), fc.integer({ min: 0, max: 1_500 }), late, async (tone, lagMs, lates) => {
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      const scene = { tone, durationMs: 15_000, sounds: givenSoftly(tone, lagMs), lateMs };
      expect(await sightsOf(scene)).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});

test('property: a tone of beeps shorter than a meter shows them whole is never called silent', async () => {
  const beeps = { onMs: fc.integer({ min: 100, max: 400 }), offMs: fc.integer({ min: 100, max: 1_500 }) };
  const late = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 12, maxLength: 12 });
  const lag = fc.integer({ min: 0, max: 1_500 });
  await fc.assert(
    fc.asyncProperty(fc.record(beeps), lag, late, async (tone, lagMs, lates) => {
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      const scene = { tone, durationMs: 15_000, sounds: givenSoftly(tone, lagMs), lateMs };
      expect(await sightsOf(scene)).not.toContain('silent');
    }),
    {
      numRuns: 1_000,
      examples: [[{ onMs: 267, offMs: 136 }, 1_252, [221, 78, 121, 159, 221, 114, 257, 299, 24, 113, 271, 3]]],
    },
  );
});

// They lie 80 ms from the edges, and so far apart in the tone that no lag has both of them in its pause.
test('looks that fall into both edges of a tone with a short pause prove nothing: a meter shows less than is given', async () => {
  const tone = { onMs: 800, offMs: 100 };
  const readAt = [720, 1_620, 1_880, 2_780, 3_680, 4_320];
  const began = [500, 1_050, 1_620, 2_260, 2_780, 3_680];
  const lateMs = (look: number): number | null => {
    const at = readAt[look - 1];
    return at === undefined ? null : at - began[look - 1]!;
  };
  const scene = { tone, durationMs: 15_000, sounds: givenSoftly(tone, 0), lateMs };
  expect((await watched(scene)).looked).toBe('quiet');
});

test('property: a tone that the box takes to have begun later than it did is never called silent', async () => {
  const late = fc.array(fc.option(fc.integer({ min: 0, max: 900 }), { freq: 3 }), { minLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.record(phases), fc.integer({ min: 0, max: 500 }), late, async (tone, takenLateMs, lates) => {
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      const scene = { tone, durationMs: 15_000, sounds: givenLate(tone, 0), lateMs, takenLateMs };
      expect(await sightsOf(scene)).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});

test('looks that all fell into the pauses of a tone prove nothing, also when it began before the box took it to begin', async () => {
  const tone = { onMs: 2_000, offMs: 1_000 };
  const lates = new Map([
    [3, 100],
    [8, 300],
  ]);
  const lateMs = (look: number): number | null => lates.get(look) ?? null;
  const scene = { tone, durationMs: 15_000, sounds: givenLate(tone, 0), lateMs, takenLateMs: 500 };
  expect(await sightsOf(scene)).toEqual(['no-reply']);
});

test('property: a meter that lost its power and shows nothing for a second when it has it back proves nothing', async () => {
  const tones = fc.constantFrom({ onMs: 5_000, offMs: 5_000 }, { onMs: 10_000, offMs: 0 }, null);
  const late = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(tones, fc.integer({ min: 0, max: 9 }), late, async (tone, missing, lates) => {
      let poweredAt = Infinity;
      const rhythm = givenLate(tone ?? { onMs: 15_000, offMs: 0 }, 0);
      const sounds = (atMs: number): boolean => {
        poweredAt = Math.min(poweredAt, atMs);
        return atMs >= poweredAt + 990 && rhythm(atMs);
      };
      const lateMs = (look: number): number | null => (look <= missing ? null : (lates[look - 1] ?? null));
      expect(await sightsOf({ tone, durationMs: 15_000, sounds, lateMs })).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});

test('a loudspeaker that gives nothing is called silent within five seconds of what there is', async () => {
  for (const [onMs, offMs, durationMs] of [
    [1_000, 1_000, 11_000],
    [5_000, 5_000, 15_000],
    [10_000, 0, 10_000],
    [3_000, 0, 3_000],
    [8_000, null, 8_000],
    [5_000, null, 5_000],
  ] as const)
    for (const lateMs of [0, 20, 100, 200]) {
      const tone = offMs === null ? null : { onMs, offMs };
      const { told, looked } = await watched({ tone, durationMs, sounds: () => false, lateMs: () => lateMs });
      expect(looked, `${onMs}/${offMs}, ${lateMs}`).toBe('silent');
      expect(told.map(({ sight }) => sight)).toEqual(['silent']);
      expect(told[0]?.at).toBeLessThan(5_000);
    }
});

// Until the loudspeaker's buffer and the meter's mean can show them, short words may be over: then nobody knows.
test('short words that nobody hears are called neither silent nor sounding: a late loudspeaker would show the same', async () => {
  for (const durationMs of [600, 1_000, 1_800, 2_300, 2_400, 3_000]) {
    const { told, looked } = await watched({ tone: null, durationMs, sounds: () => false, lateMs: () => 20 });
    expect([looked, told], String(durationMs)).toEqual(['quiet', []]);
  }
});

test('a breath, and the silence behind the end of the words, prove nothing', async () => {
  const sounds = (atMs: number): boolean => atMs < 3_900 && (atMs < 1_550 || atMs > 1_800);
  const lates = new Map([
    [3, 20],
    [7, 200],
  ]);
  const lateMs = (look: number): number | null => lates.get(look) ?? null;
  expect(await sightsOf({ tone: null, durationMs: 3_900, sounds, lateMs })).toEqual(['no-reply']);
});

test('who is taken back is looked at no more, and nothing is told of him', async () => {
  const { told, looks } = await watched({
    ...{ tone: null, durationMs: 8_000, sounds: () => false, lateMs: () => 20 },
    takenBackAtMs: 1_110,
  });
  expect([told, looks]).toEqual([[], 2]);
});

test('who is taken back during a look is told nothing of, whatever that look shows', async () => {
  for (const delay of [200, null]) {
    const scene = { tone: null, durationMs: 8_000, sounds: () => true, lateMs: () => delay, takenBackAtMs: 600 };
    expect((await watched(scene)).told).toEqual([]);
  }
});

test('an amplifier whose meter never answers was not seen quiet', async () => {
  const { looked } = await watched({ tone: null, durationMs: 8_000, sounds: () => true, lateMs: () => null });
  expect(looked).toBe('unanswered');
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

test('nothing is waited for behind the end of an item that is shorter than it was thought', async () => {
  const clock = createVirtualClock();
  const playing = createToken();
  const order = { cue: cueOf('east', { play: 'tone', tone: 't' }, 9_000), wired: { id: 'east', proof: {} } };
  const look = (): Promise<readonly Finding[]> => Promise.resolve([]);
  const item = { tone: null, beganAt: clock.now(), playing, isQuiet: () => false };
  let isOver = false;
  const done = lookWhilePlaying({ clock, look, report: () => undefined }, { ...order, token: createToken() }, item);
  void done.then(() => (isOver = true));
  await clock.advance(1_150);
  expect(isOver).toBe(false);
  playing.cancel();
  await clock.advance(1);
  expect(isOver).toBe(true);
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

test('an item of a moment is looked at while it lasts', async () => {
  const sounds = (atMs: number): boolean => atMs < 300;
  expect(await sightsOf({ tone: null, durationMs: 300, sounds, lateMs: () => 20 })).toEqual(['sounding']);
});

test('two looks into one pause, the second soon after a late first one, count as one', async () => {
  const sounds = (atMs: number): boolean => atMs < 1_000 || atMs >= 1_400;
  const scene = { tone: null, durationMs: 2_400, sounds, lateMs: (look: number) => (look === 1 ? 600 : 20) };
  expect(await sightsOf(scene)).not.toContain('silent');
});

test('property: speech that pauses for less than two seconds is never called silent, however late meter and line are', async () => {
  const late = fc.array(fc.option(fc.integer({ min: 0, max: 900 }), { freq: 2 }), { minLength: 12 });
  const time = fc.integer({ min: 0, max: 6_000 });
  const lag = fc.integer({ min: 0, max: 1_500 });
  await fc.assert(
    fc.asyncProperty(time, lag, late, async (pauseAt, lagMs, lates) => {
      const isSaid = (atMs: number): boolean => atMs >= 0 && (atMs < pauseAt || atMs >= pauseAt + 1_990);
      const sounds = (atMs: number): boolean => isSaid(atMs - lagMs);
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      expect(await sightsOf({ tone: null, durationMs: 11_000, sounds, lateMs })).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});

test('property: a recording whose long silence in the middle is known to the player is never called silent', async () => {
  const late = fc.array(fc.option(fc.integer({ min: 0, max: 900 }), { freq: 4 }), { minLength: 12 });
  const times = fc.record({
    pauseAt: fc.integer({ max: 5_000, min: 20 }),
    pauseMs: fc.integer({ min: 1_000, max: 9_000 }),
  });
  const lag = fc.integer({ min: 0, max: 1_500 });
  await fc.assert(
    fc.asyncProperty(times, lag, late, async ({ pauseAt, pauseMs }, lagMs, lates) => {
      const isPause = (atMs: number): boolean => atMs >= pauseAt && atMs < pauseAt + pauseMs;
      const sounds = (atMs: number): boolean => atMs >= lagMs && !isPause(atMs - lagMs);
      const quiet = (atMs: number, toldAtMs: number): boolean => toldAtMs >= pauseAt + 1_100 && isPause(atMs);
      const lateMs = (look: number): number | null => lates[look - 1] ?? null;
      expect(await sightsOf({ tone: null, durationMs: 20_000, sounds, lateMs, quiet })).not.toContain('silent');
    }),
    { numRuns: 1_000 },
  );
});
