import { spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { waitForBox } from '../../emulator/start/play-drill.ts';
import type { Heard } from '../../src/audio/out/return-ear.ts';
import { bytesOf } from '../../src/audio/out/sink.ts';
import { createSoundChild, forkSound, type SoundChild } from '../../src/audio/sound-child.ts';
import { receiptsOf, stageIs } from '../e2e/box.ts';
import { distEntry } from '../support/dist.ts';
import { needs } from '../support/needs.ts';
import { fileCard } from './alsa.ts';
import { quiet, soundVillage } from './sound-village.ts';

const within = { timeout: 60_000, interval: 20 };
const pumpMs = 20;
/** What the microphone hears of the horn: a quarter. */
const echo = 0.25;

let child: SoundChild | null = null;
let unplug: () => void = () => undefined;
beforeAll(() => void distEntry('sound.entry'), 120_000);
afterEach(async () => {
  await child?.close();
  child = null;
  unplug();
});

/** A card, and before its horn a microphone that hears it, or whose horn is dead: then it hears silence at the same pace. */
const cardWithMicrophone = (isHornAlive: boolean): void => {
  const card = fileCard();
  const pipe = join(card.folder, 'mic');
  spawnSync('mkfifo', [pipe]);
  appendFileSync(
    join(card.folder, 'asound.conf'),
    `\npcm.mic { type file slave.pcm "null" file "/dev/null" infile "${pipe}" format "raw" }\n`,
  );
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  let given = 0;
  const timer = setInterval(() => {
    const fresh = card.samples().subarray(given);
    given += fresh.length;
    // Nobody records while nothing plays: what does not fit into the pipe is not heard.
    if (fresh.length > 0 && fresh.length < 24_000)
      writeSync(fd, bytesOf(fresh.map((sample) => (isHornAlive ? Math.round(echo * sample) : 0))));
  }, pumpMs);
  unplug = () => {
    clearInterval(timer);
    closeSync(fd);
    unplug = () => undefined;
  };
};

const heardByMicrophone = async (isHornAlive: boolean): Promise<Heard | undefined> => {
  cardWithMicrophone(isHornAlive);
  const states: (string | null)[] = [];
  child = createSoundChild({
    setup: {
      outputs: [{ id: 'card', via: { kind: 'alsa', device: 'default' } }],
      ears: [{ terminal: 'hall', output: 'card', via: { kind: 'alsa', device: 'mic' } }],
      maker: { cacheFolder: null },
    },
    onOutput: (_, failure) => states.push(failure?.code ?? null),
    onTrouble: () => undefined,
    start: () => forkSound(pathToFileURL(distEntry('sound.entry'))),
  });
  await vi.waitFor(() => expect(states.at(-1)).toBeNull(), within);
  const heard: Heard[] = [];
  let isOver = false;
  const run = child.begin('card', [[{ make: 'tone', pattern: 'steady', durationMs: 3_000 }]], {
    onSounding: () => undefined,
    onQuiet: () => undefined,
    onInstead: () => undefined,
    onHeard: (told) => heard.push(told.heard),
    onEnded: () => (isOver = true),
  });
  run.start(0);
  await vi.waitFor(() => expect(isOver).toBe(true), within);
  return heard.at(-1);
};

test('a microphone on a card hears the horn, and how loud', async () => {
  if (!needs('alsa-utils', 'arecord')) return;
  const heard = await heardByMicrophone(true);
  expect(heard).toMatchObject({ verdict: 'sounding' });
  expect(heard?.dbfs).toBeCloseTo(-21, 0);
}, 90_000);

test('a microphone on a card that hears silence while the horn should sound is evidence of silence', async () => {
  if (!needs('alsa-utils', 'arecord')) return;
  expect(await heardByMicrophone(false)).toMatchObject({ verdict: 'silent' });
}, 90_000);

const site = [
  [
    '    proof: { line: amps, unit: 2, channel: 7 }\n    sound: { output: xuexiao-net }\n',
    '    sound: { output: xuexiao-net }\n    returnAudio: { kind: pcm-tcp }\n',
  ],
] as const;
const plan = [
  ['  - { play: tone, tone: evacuate-prepare }\n', '  - { play: tone, tone: all-clear }\n'],
  ['repeats: 3', 'repeats: 1'],
] as const;

test('what a network loudspeaker sends back is told upstream: sounded with its level, and failed where its amplifier is dead', async () => {
  const village = await soundVillage({ site, plan });
  try {
    expect(await waitForBox(village, quiet, within.timeout)).toBe(true);
    const { first } = receiptsOf(village);
    const verdictOf = async (text: string) => {
      const sent = await village.centre.issue({
        ...{ status: 'actual', class: 'emergency', stage: 'now', severity: 'red' },
        ...{ zones: ['xuexiao'], plan: 'any-emergency', text },
      });
      if (!sent.ok) throw new Error(sent.failure.code);
      const told = stageIs('terminal', { terminal: 'xuexiao-speaker-2' });
      const { body } = await first((one) => one.trace === sent.value.id && told(one), within.timeout);
      await first((one) => one.trace === sent.value.id && stageIs('ended')(one), within.timeout);
      return body;
    };
    const sounded = await verdictOf('请往高处走。');
    expect(sounded).toMatchObject({ verdict: 'sounded', grade: 'microphone', unit: 'dBFS' });
    expect(Number(sounded['value'])).toBeGreaterThan(-40);
    village.world.core.faults.add({ target: 'xuexiao-speaker-2', fault: 'dead-amplifier', value: null });
    expect(await verdictOf('请马上走。')).toMatchObject({ verdict: 'failed', grade: 'microphone', reason: 'no-sound' });
  } finally {
    await village.close();
  }
}, 150_000);
