import { afterEach, expect, test, vi } from 'vitest';
import type { OutputWiring } from '../../src/core/wiring.ts';
import { createSoundChild, forkSound, type RunEvents, type SoundChild } from '../../src/audio/sound-child.ts';
import type { Ways } from '../../src/audio/out/part-feed.ts';
import type { Failure } from '../../src/words/failure.ts';
import { pathToFileURL } from 'node:url';
import { distEntry } from '../support/dist.ts';
import { needs } from '../support/needs.ts';
import { envelope, fileCard } from './alsa.ts';

const tone = (durationMs: number): Ways => [[{ make: 'tone', pattern: 'steady', durationMs }]];
const card: OutputWiring = { id: 'card', via: { kind: 'alsa', device: 'default', player: 'aplay' } };

let child: SoundChild | null = null;
const outputs: { output: string; failure: Failure | null; at: number }[] = [];
const open = (output: OutputWiring): SoundChild => {
  outputs.length = 0;
  child = createSoundChild({
    setup: { outputs: [output], ears: [], maker: { cacheFolder: null } },
    onOutput: (name, failure) => outputs.push({ output: name, failure, at: performance.now() }),
    onTrouble: () => undefined,
    start: () => forkSound(pathToFileURL(distEntry('sound.entry'))),
  });
  return child;
};
const isOpen = () => vi.waitFor(() => expect(outputs.at(-1)?.failure).toBeNull(), 5_000);

const play = (sound: SoundChild, ways: Ways, leadMs = 0) => {
  const seen: { sounding: number | null; ended: Parameters<RunEvents['onEnded']>[0] | null; endedAt: number } = {
    sounding: null,
    ended: null,
    endedAt: 0,
  };
  const run = sound.begin('card', ways, {
    onSounding: (at) => (seen.sounding = at),
    onInstead: () => undefined,
    onHeard: () => undefined,
    onEnded: (ended) => {
      seen.ended = ended;
      seen.endedAt = performance.now();
    },
  });
  run.start(leadMs);
  return { run, seen };
};

afterEach(async () => {
  await child?.close();
  child = null;
});

test('a tone is played as long and as loud as it is, and its level is told', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const recorded = fileCard();
  const sound = open(card);
  await isOpen();
  const { seen } = play(sound, tone(600), 200);
  await vi.waitFor(() => expect(seen.ended).not.toBeNull(), 5_000);
  expect(seen.ended?.failure).toBeNull();
  expect(seen.ended?.ms).toBe(600);
  expect(seen.ended?.level.rmsDbfs).toBeCloseTo(-9, 0);
  const frames = envelope(recorded.samples());
  const loud = frames.filter((peak) => peak > 0.1).length;
  expect(loud).toBe(30);
  expect(frames.findIndex((peak) => peak > 0.1)).toBe(10);
});
