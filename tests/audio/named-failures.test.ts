import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createDecoder } from '../../src/audio/make/decoder.ts';
import { forkChild } from '../../src/audio/make/helper-child.ts';
import { createSoundChild, forkSound, type RunEvents, type SoundChild } from '../../src/audio/sound-child.ts';
import type { OutputWiring } from '../../src/core/wiring.ts';
import { explain } from '../../src/words/error-codes.ts';
import type { Failure } from '../../src/words/failure.ts';
import { distEntry } from '../support/dist.ts';
import { heard, sineWav } from './sound.ts';

/** Each code is raised by the real processes of sound, as a broken card, key or machine would. */

const folder = mkdtempSync(join(tmpdir(), 'mingluo-named-'));
const within = { timeout: 20_000, interval: 10 };
// Longer than what a test waits for: what never comes is then told by its name.
vi.setConfig({ testTimeout: 60_000 });
let child: SoundChild | null = null;

beforeAll(() => {
  for (const entry of ['sound.entry', 'decode.entry']) distEntry(entry);
}, 120_000);
afterEach(async () => {
  await child?.close();
  child = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (outputs: readonly OutputWiring[]) => {
  const told: (Failure | null)[] = [];
  const start = () => forkSound(pathToFileURL(distEntry('sound.entry')));
  child = createSoundChild({
    setup: { outputs, ears: [], maker: { cacheFolder: null } },
    onOutput: (_, failure) => told.push(failure),
    onTrouble: () => undefined,
    start,
  });
  return { sound: child, told };
};

const loudspeaker = (keyFile: string): OutputWiring => ({
  id: 'yard',
  via: { kind: 'pcm-tcp', host: '127.0.0.1', port: 1, keyFile },
});

test.each([
  ['that is not there', null, 'ENOENT'],
  ['of 31 bytes', randomBytes(31).toString('base64'), '31 bytes'],
  ['that is empty', '', '0 bytes'],
])('a network loudspeaker with a key file %s is lost as audio-output-key, and says why', async (name, text, why) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.key`);
  if (text !== null) writeFileSync(file, text);
  const { told } = open([loudspeaker(file)]);
  await vi.waitFor(() => expect(told.at(-1)?.code).toBe('audio-output-key'), within);
  const words = told.at(-1) ?? null;
  if (words !== null) for (const said of Object.values(explain(words))) expect(said).toContain(why);
});

test('an item for an output that the sound process does not have ends as audio-output-unknown', async () => {
  const { sound } = open([]);
  let ended: Parameters<RunEvents['onEnded']>[0] | null = null;
  const run = sound.begin('nowhere', [[{ make: 'tone', pattern: 'steady', durationMs: 100 }]], {
    onSounding: () => expect.fail('it sounded'),
    onQuiet: () => undefined,
    onInstead: () => undefined,
    onHeard: () => undefined,
    onEnded: (end) => (ended = end),
  });
  run.start(0);
  await vi.waitFor(() => expect(ended).not.toBeNull(), within);
  expect(ended).toMatchObject({ ms: 0, failure: { code: 'audio-output-unknown', params: { output: 'nowhere' } } });
});

test('a decoder whose child dies each time it is asked gives audio-died, after a second try', async () => {
  let started = 0;
  const mortal = createDecoder({
    start: () => {
      started += 1;
      const one = forkChild(pathToFileURL(distEntry('decode.entry')), 96);
      return {
        ...one,
        send: (message) => {
          one.send(message);
          one.kill();
        },
      };
    },
  });
  const { pcm, failure } = await heard(
    mortal.bytes(sineWav({ rate: 24_000, channels: 1, bits: 16 }, 60_000), { longestMs: 60_000 }),
  );
  mortal.close();
  expect(failure).toMatchObject({ code: 'audio-died', params: { helper: 'decode' } });
  expect(pcm.length).toBe(0);
  expect(started).toBe(2);
});
