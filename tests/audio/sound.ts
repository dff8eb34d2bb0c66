import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { joined } from '../../src/audio/make/loudness.ts';
import { pcmRate, type Pcm } from '../../src/audio/pcm.ts';
import type { Failure, Result } from '../../src/words/failure.ts';

export const fileAt = (name: string): string => fileURLToPath(new URL(`./files/${name}`, import.meta.url));
export const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(fileAt(name)));

/** Share of the power of a sound that lies within a tenth around one pitch, by correlation over 100 ms windows. */
export const shareAt = (pcm: Pcm, hz: number): number => {
  const size = pcmRate / 10;
  let [inside, all] = [0, 0];
  for (let at = 0; at + size <= pcm.length; at += size) {
    let [cos, sin] = [0, 0];
    for (let index = 0; index < size; index += 1) {
      const sample = pcm[at + index] ?? 0;
      cos += sample * Math.cos((2 * Math.PI * hz * index) / pcmRate);
      sin += sample * Math.sin((2 * Math.PI * hz * index) / pcmRate);
      all += sample * sample;
    }
    inside += (2 * (cos * cos + sin * sin)) / size;
  }
  return all === 0 ? 0 : inside / all;
};

/** Pitch of a clean tone by its zero crossings. */
export const pitchOf = (pcm: Pcm): number => {
  let crossings = 0;
  for (let index = 1; index < pcm.length; index += 1)
    if ((pcm[index - 1] ?? 0) < 0 && (pcm[index] ?? 0) >= 0) crossings += 1;
  return (crossings * pcmRate) / pcm.length;
};

export interface Heard {
  readonly pcm: Pcm;
  readonly failure: Failure | null;
}

/** All of a sound that is given in stretches, and the failure at its end. */
export const heard = async (stretches: AsyncIterable<Result<Pcm>>): Promise<Heard> => {
  const parts: Pcm[] = [];
  for await (const stretch of stretches) {
    if (!stretch.ok) return { pcm: joined(parts), failure: stretch.failure };
    parts.push(stretch.value);
  }
  return { pcm: joined(parts), failure: null };
};

export interface WavShape {
  readonly rate: number;
  readonly channels: number;
  readonly bits: 8 | 16 | 24 | 32 | 64;
  readonly float?: boolean;
}

/** A sine in a WAV file, written here byte by byte: not by the code that reads it. */
export const sineWav = ({ rate, channels, bits, float = false }: WavShape, ms: number, hz = 440): Buffer => {
  const frames = Math.round((rate * ms) / 1000);
  const width = bits / 8;
  const data = Buffer.alloc(frames * channels * width);
  for (let index = 0; index < frames * channels; index += 1) {
    const value = 0.5 * Math.sin((2 * Math.PI * hz * Math.floor(index / channels)) / rate);
    if (float && bits === 64) data.writeDoubleLE(value, index * width);
    else if (float) data.writeFloatLE(value, index * width);
    else if (bits === 8) data.writeUInt8(Math.round(128 + 127 * value), index);
    else data.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), index * width, width);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(float ? 3 : 1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * width, 28);
  header.writeUInt16LE(channels * width, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
};
