import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { pathToFileURL } from 'node:url';
import type { OutputWiring } from '../../src/core/wiring.ts';
import { createSoundChild, forkSound, type RunEvents, type SoundChild } from '../../src/audio/sound-child.ts';
import type { Ways } from '../../src/audio/out/part-feed.ts';
import type { Failure } from '../../src/words/failure.ts';
import { distEntry } from '../support/dist.ts';
import { needs } from '../support/needs.ts';
import { isRunning } from '../support/processes.ts';
import { pause } from '../support/waiting.ts';
import { envelope, fileCard, playersOf, type FileCard } from './alsa.ts';

/** The real sound process with a real aplay, on a card that writes down what it plays. */
// Longer than what a test waits for: what never comes is then told by its name.
vi.setConfig({ testTimeout: 60_000 });

const tone = (durationMs: number): Ways => [[{ make: 'tone', pattern: 'steady', durationMs }]];
const card = (device = 'default'): OutputWiring => ({ id: 'card', via: { kind: 'alsa', device } });

let child: SoundChild | null = null;
const outputs: { failure: Failure | null; at: number }[] = [];
const open = (output: OutputWiring): SoundChild => {
  outputs.length = 0;
  child = createSoundChild({
    setup: { outputs: [output], ears: [], maker: { cacheFolder: null } },
    onOutput: (_, failure) => outputs.push({ failure, at: performance.now() }),
    onTrouble: () => undefined,
    start: () => forkSound(pathToFileURL(distEntry('sound.entry'))),
  });
  return child;
};
const within = { timeout: 15_000, interval: 10 };
const isOpen = () => vi.waitFor(() => expect(outputs.at(-1)?.failure).toBeNull(), within);

const play = (sound: SoundChild, ways: Ways, leadMs = 0) => {
  const seen: { sounding: number | null; ended: Parameters<RunEvents['onEnded']>[0] | null } = {
    sounding: null,
    ended: null,
  };
  const run = sound.begin('card', ways, {
    onSounding: (at) => (seen.sounding = at),
    onQuiet: () => undefined,
    onInstead: () => undefined,
    onHeard: () => undefined,
    onEnded: (ended) => (seen.ended = ended),
  });
  run.start(leadMs);
  const isOver = () => vi.waitFor(() => expect(seen.ended).not.toBeNull(), within);
  const sounds = () => vi.waitFor(() => expect(seen.sounding).not.toBeNull(), within);
  return { run, seen, isOver, sounds };
};

const isLoud = (peak: number): boolean => peak > 0.1;

const loudMsOf = ({ samples }: FileCard): number => envelope(samples()).filter(isLoud).length * 20;
const isLoudFor = (card: FileCard, ms: number) =>
  vi.waitFor(() => expect(loudMsOf(card)).toBeGreaterThanOrEqual(ms), within);

/** What the card has written down once so much of it is loud, and a moment later: the file is written by a process of its own. */
const writtenDown = async (recorded: FileCard, loudMs: number): Promise<readonly number[]> => {
  await isLoudFor(recorded, loudMs);
  await pause(200);
  return envelope(recorded.samples());
};

beforeAll(() => void distEntry('sound.entry'), 120_000);
afterEach(async () => {
  await child?.close();
  child = null;
});

test('a tone is played as long and as loud as it is, after its lead-in, and its level is told', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const recorded = fileCard();
  const sound = open(card());
  await isOpen();
  const { seen, isOver } = play(sound, tone(600), 200);
  await isOver();
  expect(seen.ended?.failure).toBeNull();
  expect(seen.ended?.ms).toBe(600);
  expect(seen.ended?.level.rmsDbfs).toBeCloseTo(-9, 0);
  const frames = await writtenDown(recorded, 600);
  expect(frames.filter(isLoud)).toHaveLength(30);
  expect(frames.findIndex(isLoud)).toBe(10);
});

test('parts follow each other with their pauses, and the sound is paced although the card takes all at once', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const recorded = fileCard();
  const sound = open(card());
  await isOpen();
  const [first] = tone(200);
  const startedAt = performance.now();
  const { isOver } = play(sound, [[...(first ?? []), { make: 'silence', durationMs: 300 }, ...(first ?? [])]]);
  await isOver();
  expect(performance.now() - startedAt).toBeGreaterThan(650);
  const heard = (await writtenDown(recorded, 400)).map((peak) => (isLoud(peak) ? '#' : '.'));
  expect(heard.join('')).toMatch(/^\.*#{10}\.{15}#{10}\.*$/);
});

test('stop drops what waits: at most 300 ms more are in the recorded samples', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const recorded = fileCard();
  const sound = open(card());
  await isOpen();
  const { run, seen, isOver, sounds } = play(sound, tone(10_000));
  await sounds();
  await isLoudFor(recorded, 400);
  const stoppedAt = performance.now();
  run.stop();
  await isOver();
  // All that it ever played, also what is only written down a little later.
  await pause(600);
  const loudMs = loudMsOf(recorded);
  expect(loudMs).toBeGreaterThan(300);
  expect(loudMs).toBeLessThanOrEqual(stoppedAt - (seen.sounding ?? 0) + 300);
});

test('a killed player is back within a second, and the item goes on', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const recorded = fileCard();
  const sound = open(card());
  await isOpen();
  const { seen, isOver, sounds } = play(sound, tone(2_500));
  await sounds();
  const [player] = playersOf(sound.pid());
  expect(player).toBeDefined();
  const killedAt = performance.now();
  process.kill(player ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(outputs.some(({ failure }) => failure !== null)).toBe(true), within);
  await isOpen();
  expect((outputs.at(-1)?.at ?? Infinity) - killedAt).toBeLessThan(1_000);
  await isOver();
  expect(seen.ended?.failure).toBeNull();
  await writtenDown(recorded, 1_420);
});

test('a killed sound process is back within a second, what it played is told as failed, and its player is gone', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const recorded = fileCard();
  const sound = open(card());
  await isOpen();
  const { seen, isOver, sounds } = play(sound, tone(10_000));
  await sounds();
  const [player = 0] = playersOf(sound.pid());
  expect(isRunning(player)).toBe(true);
  const killedAt = performance.now();
  process.kill(sound.pid() ?? 0, 'SIGKILL');
  await isOver();
  expect(seen.ended?.failure?.code).toBe('audio-child');
  await vi.waitFor(() => expect(isRunning(player)).toBe(false), within);
  const loudMs = loudMsOf(recorded);
  expect(loudMs).toBeLessThanOrEqual(killedAt - (seen.sounding ?? 0) + 300);
  await vi.waitFor(() => expect(playersOf(sound.pid())).toHaveLength(1), within);
  const again = play(sound, tone(200));
  await again.isOver();
  expect(again.seen.ended?.failure).toBeNull();
});

test('a device that cannot be opened is told at once, with what the player says of it', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  fileCard();
  const sound = open(card('nowhere'));
  await vi.waitFor(() => expect(outputs.at(-1)?.failure?.code).toBe('audio-player'), within);
  expect(String(outputs.at(-1)?.failure?.params['why'])).toMatch(/open/);
  const startedAt = performance.now();
  const { seen, isOver } = play(sound, tone(5_000));
  await isOver();
  expect(seen.ended?.failure?.code).toBe('audio-player');
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
