import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSoundChild, forkSound, type SoundChild } from '../../src/audio/sound-child.ts';
import { sineWav } from '../audio/sound.ts';
import { distEntry } from '../support/dist.ts';
import { pause } from '../support/waiting.ts';
import type { FileCard } from './file-card.ts';
import type { Workshop } from './tools.ts';

/** From the word to play a stored file to its first loud sample out of the card, ms, one for each time. */
export interface Plays {
  readonly oursMs: readonly number[];
  /** The same file by starting aplay for it. */
  readonly aplayMs: readonly number[];
}

const withinMs = 5_000;
const restMs = 150;
const clipMs = 2_000;
const firstAfter = async (card: FileCard, from: bigint): Promise<number> => {
  const first = await card.first(from, withinMs);
  if (first === null) throw new Error('nothing was heard');
  return Number(first.at - from) / 1e6;
};

const byAplay = async (card: FileCard, file: string): Promise<number> => {
  const from = process.hrtime.bigint();
  const player = spawn('aplay', ['-q', '-D', 'default', file], {
    env: { ...process.env, ALSA_CONFIG_PATH: card.config },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => player.once('exit', resolve));
  const ms = await firstAfter(card, from);
  player.kill('SIGKILL');
  await ended;
  await card.quiet(restMs);
  return ms;
};

const byUs = async (sound: SoundChild, card: FileCard, file: string): Promise<number> => {
  const from = process.hrtime.bigint();
  let over = (): void => undefined;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const run = sound.begin('card', [[{ make: 'file', path: file, longestMs: 60_000 }]], {
    ...{ onSounding: () => undefined, onQuiet: () => undefined, onInstead: () => undefined, onHeard: () => undefined },
    onEnded: () => over(),
  });
  run.start(0);
  const ms = await firstAfter(card, from);
  run.stop();
  await ended;
  await card.quiet(restMs);
  return ms;
};

/** The compiled sound process of the box with its player on this card, and the file made ahead as a site's clips are. */
const openSound = async (card: FileCard, cacheFolder: string, file: string): Promise<SoundChild> => {
  const before = process.env['ALSA_CONFIG_PATH'];
  process.env['ALSA_CONFIG_PATH'] = card.config;
  let [isOpen, isMade] = [false, false];
  const sound = createSoundChild({
    setup: { outputs: [{ id: 'card', via: { kind: 'alsa', device: 'default' } }], ears: [], maker: { cacheFolder } },
    onOutput: (_, failure) => (isOpen = failure === null),
    onTrouble: () => undefined,
    onPrepared: (made, of) => (isMade = made === of),
    start: () => forkSound(pathToFileURL(distEntry('sound.entry'))),
  });
  if (before === undefined) delete process.env['ALSA_CONFIG_PATH'];
  else process.env['ALSA_CONFIG_PATH'] = before;
  sound.prepare([{ make: 'file', path: file, longestMs: 60_000 }]);
  const giveUpAt = performance.now() + 20_000;
  while (!isOpen || !isMade) {
    if (performance.now() > giveUpAt) throw new Error('the sound process does not open its card');
    await pause(10);
  }
  return sound;
};

/** Each in turn, so that a busy minute of the machine meets both. */
export const playsOf = async (workshop: Workshop, card: FileCard, count: number): Promise<Plays> => {
  const dir = mkdtempSync(join(workshop.dir, 'clip-'));
  const file = join(dir, 'clip.wav');
  writeFileSync(file, sineWav({ rate: 24_000, channels: 1, bits: 16 }, clipMs));
  const sound = await openSound(card, join(dir, 'cache'), file);
  try {
    const [oursMs, aplayMs]: [number[], number[]] = [[], []];
    for (let n = 0; n < count; n += 1) {
      aplayMs.push(await byAplay(card, file));
      oursMs.push(await byUs(sound, card, file));
    }
    return { oursMs, aplayMs };
  } finally {
    await sound.close();
  }
};
