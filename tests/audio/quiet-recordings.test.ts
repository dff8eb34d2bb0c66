import { expect, test } from 'vitest';
import type { Clock } from '../../src/audio/make/clock.ts';
import { machineAheadMs } from '../../src/audio/machine-clock.ts';
import { createLoudWatch } from '../../src/audio/out/loud-watch.ts';
import { createPlayingOutput } from '../../src/audio/out/playing-output.ts';
import { isSoundTell, type SoundTell } from '../../src/audio/out/sound-messages.ts';
import { samplesOfMs, type Pcm } from '../../src/audio/pcm.ts';
import type { SoundMaker } from '../../src/audio/programme.ts';
import { ok } from '../../src/words/failure.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';

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
  const time = new VirtualTime();
  const clock: Clock = { now: () => time.now(), after: (ms, call) => time.after(ms, call) };
  const tells: { readonly at: number; readonly tell: SoundTell }[] = [];
  let isOver = false;
  const output = createPlayingOutput({
    ...{ clock, output: { id: 'o', via: { kind: 'alsa', device: 'd' } }, ears: [], maker: recordingOf(stretches) },
    tell: (tell) => void tells.push({ at: time.now(), tell }),
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
  await time.runUntil(20_000);
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

/** What was told of silences, as the player was then reckoned to be. */
const quietOf = (tells: Awaited<ReturnType<typeof played>>['tells']) =>
  tells.flatMap(({ at, tell }) => (tell.say === 'quiet' ? [{ at, ...tell }] : []));

test('a silence in the middle is told while it lasts and when it is over, be it a breath', async () => {
  const { tells } = await played([
    [2_000, 9_000],
    [300, 0],
    [1_700, 9_000],
    [40, 0],
    [960, 9_000],
    [3_000, 0],
    [1_000, 9_000],
  ]);
  // The box passes over what is no word of the two.
  expect(tells.filter(({ tell }) => !isSoundTell(tell))).toEqual([]);
  const quiet = quietOf(tells);
  const ahead = machineAheadMs();
  expect(quiet.map(({ until }) => until === null)).toEqual([true, false, true, false]);
  for (const { from } of quiet.slice(0, 2)) expect(from - ahead).toBeCloseTo(2_000 - 40, -2);
  for (const { from } of quiet.slice(2)) expect(from - ahead).toBeCloseTo(5_000 - 40, -2);
  expect((quiet[1]?.until ?? 0) - ahead).toBeCloseTo(2_300 - 40, -2);
  expect((quiet[3]?.until ?? 0) - ahead).toBeCloseTo(8_000 - 40, -2);
  expect(quiet[0]?.at).toBeLessThan(2_250);
  expect(quiet[2]?.at).toBeLessThan(5_250);
});

test('a recording that stutters for long does not flood the box: after half a minute only long silences are told', () => {
  const tells: (readonly [atMs: number, isOver: boolean])[] = [];
  let atMs = 0;
  const watch = createLoudWatch({
    onLoud: () => undefined,
    onQuiet: (_, isOver) => void tells.push([atMs, isOver]),
  });
  const play = (ms: number, swing: number): void => {
    for (const until = atMs + ms; atMs < until; atMs += 20) watch(swung([20, swing]), samplesOfMs(20));
  };
  for (let turn = 0; turn < 600; turn += 1) {
    play(20, 9_000);
    play(120, 0);
  }
  play(2_000, 0);
  play(20, 9_000);
  const early = tells.filter(([at]) => at < 31_000);
  expect(early.length).toBeGreaterThan(400);
  expect(early.length).toBeLessThan(450);
  expect(tells.slice(early.length).map(([, isOver]) => isOver)).toEqual([false, true]);
});

test('the beginning is told by the clock of the machine, which the box has too, as every silence is', async () => {
  const { tells } = await played([[2_000, 9_000]]);
  const [sounding] = tells.flatMap(({ at, tell }) => (tell.say === 'sounding' ? [{ at, told: tell.at }] : []));
  expect((sounding?.told ?? 0) - machineAheadMs()).toBeCloseTo(sounding?.at ?? Infinity, -1);
});

/** Watches stretches frame by frame; those without a swing were not made in time. What was told of silences, and when. */
const watchedQuiet = (stretches: readonly (readonly [ms: number, swing: number | null])[]) => {
  const told: { readonly atMs: number; readonly quietMs: number; readonly isOver: boolean }[] = [];
  let atMs = 0;
  const watch = createLoudWatch({
    onLoud: () => undefined,
    onQuiet: (quietMs, isOver) => void told.push({ atMs, quietMs, isOver }),
  });
  for (const [ms, swing] of stretches)
    for (const until = atMs + ms; atMs < until; atMs += 20)
      watch(swing === null ? new Int16Array(0) : swung([20, swing]), samplesOfMs(20));
  return told;
};

test('what was not made in time is a silence as long as it lasts', () => {
  const told = watchedQuiet([
    [1_000, 9_000],
    [500, null],
    [100, 9_000],
  ]);
  expect(told).toEqual([
    { atMs: 1_040, quietMs: 60, isOver: false },
    { atMs: 1_500, quietMs: 500, isOver: true },
  ]);
});

test('half a minute is counted by what was to be heard, not by what was made of it', () => {
  const told = watchedQuiet([
    [20, 9_000],
    [31_000, null],
    [100, 9_000],
    [500, 0],
    [100, 9_000],
  ]);
  expect(told.map(({ quietMs, isOver }) => [quietMs, isOver])).toEqual([
    [60, false],
    [31_000, true],
  ]);
});

test('a pause that begins within the half minute is told as soon as any other, and one behind it is not', () => {
  const told = (loudMs: number): number =>
    watchedQuiet([
      [loudMs, 9_000],
      [300, 0],
      [100, 9_000],
    ]).length;
  expect([told(29_980), told(30_000)]).toEqual([2, 0]);
});
