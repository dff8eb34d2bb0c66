import type samplerate from '@alexanderolsen/libsamplerate-js';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { decodeSound } from '../../src/audio/make/decode-sound.ts';
import { createDecoder } from '../../src/audio/make/decoder.ts';
import { forkChild, type Child } from '../../src/audio/make/helper-child.ts';
import { joined } from '../../src/audio/make/loudness.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { distEntry } from '../support/dist.ts';
import { bytesOf, heard, sineWav } from './sound.ts';

const made = vi.hoisted(() => ({ count: 0 }));

/** The real converters, counted: each holds 26 MB. */
vi.mock('@alexanderolsen/libsamplerate-js', async (load) => {
  const { default: real } = await load<{ default: typeof samplerate }>();
  const create: typeof real.create = (...given) => {
    made.count += 1;
    return real.create(...given);
  };
  return { default: { ...real, create } };
});

const wavAt = (rate: number, ms = 20): Uint8Array => new Uint8Array(sineWav({ rate, channels: 1, bits: 16 }, ms));

const decoded = async (bytes: Uint8Array, longestMs = 10_000) => {
  const parts: Pcm[] = [];
  const take = (pcm: Pcm): Promise<void> => {
    parts.push(pcm);
    return Promise.resolve();
  };
  return { result: await decodeSound({ bytes, longestMs }, take), pcm: joined(parts) };
};

const changing = Buffer.concat([bytesOf('tone.mp3'), bytesOf('tone-22050.mp3')]);

test('files of forty rates, cut ones and ones that break off halfway need one converter between them', async () => {
  for (let rate = 8_000; rate < 48_000; rate += 1_000) expect((await decoded(wavAt(rate))).result.ok).toBe(true);
  for (let times = 0; times < 5; times += 1) {
    const { result, pcm } = await decoded(new Uint8Array(changing));
    expect(result).toMatchObject({ ok: false, failure: { code: 'audio-broken' } });
    expect(pcm.length).toBeGreaterThan(0);
    expect((await decoded(wavAt(16_000, 3_000), 1_000)).result).toMatchObject({ ok: true, value: { isCut: true } });
  }
  expect(made.count).toBe(1);
});

test('a file sounds the same to the last sample, whatever was decoded before it', async () => {
  const first = await decoded(wavAt(44_100, 500));
  await decoded(wavAt(8_000, 333));
  await decoded(new Uint8Array(changing));
  const again = await decoded(wavAt(44_100, 500));
  expect(first.pcm.length).toBe(12_000);
  expect(again.pcm).toEqual(first.pcm);
});

test('a decoding process that has read files of two hundred rates holds no more than after the first ones', async () => {
  const entry = pathToFileURL(distEntry('decode.entry'));
  const children: Child[] = [];
  const start = (): Child => {
    const child = forkChild(entry, 96);
    children.push(child);
    return child;
  };
  const decoder = createDecoder({ start });
  const held = (): number => children[0]?.memory() ?? 0;
  const hear = async (from: number, to: number): Promise<void> => {
    for (let rate = from; rate < to; rate += 100)
      expect((await heard(decoder.bytes(wavAt(rate), { longestMs: 1_000 }))).failure).toBeNull();
  };
  await hear(8_000, 13_000);
  const before = held();
  await hear(13_000, 33_000);
  const grown = held() - before;
  decoder.close();
  expect(children).toHaveLength(1);
  expect(before).toBeGreaterThan(10_000_000);
  expect(grown / 1e6).toBeLessThan(64);
}, 120_000);
