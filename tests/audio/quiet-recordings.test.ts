import { expect, test } from 'vitest';
import type { Clock } from '../../src/audio/make/clock.ts';
import { machineAheadMs } from '../../src/audio/machine-clock.ts';
import { createPlayingOutput } from '../../src/audio/out/playing-output.ts';
import type { SoundTell } from '../../src/audio/out/sound-messages.ts';
import { samplesOfMs, type Pcm } from '../../src/audio/pcm.ts';
import type { SoundMaker } from '../../src/audio/programme.ts';
import { ok } from '../../src/words/failure.ts';

/** What a stretch of a recording sounds like: its length, and how far its samples go up and down. */
type Stretch = readonly [ms: number, swing: number];

const swung = ([ms, swing]: Stretch): Pcm =>
  Int16Array.from({ length: samplesOfMs(ms) }, (_, index) => (index % 2 === 0 ? swing : -swing));

const recordingOf = (stretches: readonly Stretch[]): SoundMaker => ({
  pieces: async function* () {
    for (const stretch of stretches) yield await Promise.resolve(ok({ pcm: swung(stretch), instead: null }));
  },
  prepare: () => Promise.resolve(),
  make: () => Promise.resolve(ok(new Int16Array(0))),
  close: () => Promise.resolve(),
});

/** Plays a recording of these stretches on a clock of its own; what was told, and when. */
const played = async (stretches: readonly Stretch[]) => {
  let now = 0;
  let waiting: { readonly at: number; readonly call: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (ms, call) => {
      const one = { at: now + ms, call };
      waiting.push(one);
      return () => (waiting = waiting.filter((other) => other !== one));
    },
  };
  const tells: { readonly at: number; readonly tell: SoundTell }[] = [];
  let isOver = false;
  const output = createPlayingOutput({
    ...{ clock, output: { id: 'o', via: { kind: 'alsa', device: 'd' } }, ears: [], maker: recordingOf(stretches) },
    tell: (tell) => void tells.push({ at: now, tell }),
    record: () => () => undefined,
    sink: () => ({
      state: () => ({ state: 'open' }),
      write: () => true,
      drop: () => undefined,
      close: () => undefined,
    }),
  });
  output.begin(1, [[{ make: 'file', path: 'x', longestMs: 60_000 }]], () => (isOver = true));
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  output.start(1, 0);
  for (; now < 20_000; now += 5) {
    const due = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    for (const { call } of due) call();
  }
  const at = (say: SoundTell['say']): readonly number[] => tells.flatMap((one) => (one.tell.say === say ? one.at : []));
  return { tells, at, isOver };
};

/** Frames are handed over a little before they are due. */
const aheadMs = 80;

test('a recording that begins with silence is told as sounding when it is to be heard, and not before', async () => {
  const { at } = await played([
    [2_500, 0],
    [4_000, 9_000],
  ]);
  expect(at('sounding')).toHaveLength(1);
  expect(at('sounding')[0]).toBeGreaterThan(2_500 - aheadMs);
  expect(at('sounding')[0]).toBeLessThanOrEqual(2_500);
});

test('the hiss of a recording is no sound yet', async () => {
  const { at } = await played([
    [3_500, 150],
    [3_000, 3_000],
  ]);
  expect(at('sounding')[0]).toBeGreaterThan(3_500 - aheadMs);
});

test('a recording of nothing but silence ends as any other does, and is never told as sounding', async () => {
  const { at, isOver } = await played([[3_000, 0]]);
  expect(isOver).toBe(true);
  expect([at('sounding'), at('quiet'), at('heard')]).toEqual([[], [], []]);
  expect(at('ended')[0]).toBeGreaterThan(3_000 - aheadMs);
  expect(at('ended')[0]).toBeLessThan(3_400);
});

test('a long silence in the middle is told while it lasts and when it is over, a breath is not', async () => {
  const { tells } = await played([
    [2_000, 9_000],
    [900, 0],
    [1_100, 9_000],
    [3_000, 0],
    [1_000, 9_000],
  ]);
  const quiet = tells.flatMap(({ at, tell }) => (tell.say === 'quiet' ? [{ at, ...tell }] : []));
  const ahead = machineAheadMs();
  expect(quiet.map(({ until }) => until === null)).toEqual([true, false]);
  for (const { from } of quiet) expect(from - ahead).toBeCloseTo(4_000 - 40, -2);
  expect((quiet[1]?.until ?? 0) - ahead).toBeCloseTo(7_000 - 40, -2);
  expect(quiet[0]?.at).toBeLessThan(5_100);
});
