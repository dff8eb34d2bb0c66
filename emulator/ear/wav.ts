import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** All recordings of the village: 16 kHz, mono, 16 bits. */
export const sampleRate = 16_000;
const headBytes = 44;

const headOf = (samples: number): Buffer => {
  const head = Buffer.alloc(headBytes);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(headBytes - 8 + 2 * samples, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(2 * sampleRate, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(2 * samples, 40);
  return head;
};

export interface WavFile {
  /** Samples in −1…1, clipped beyond; what is never written is silence and takes no room on the disk. */
  write(fromSample: number, samples: Float32Array): void;
  close(): void;
}

/** Creates a WAV file of a known length. Throws as node:fs does. */
export const createWav = (path: string, samples: number): WavFile => {
  const file = openSync(path, 'w');
  writeSync(file, headOf(samples));
  ftruncateSync(file, headBytes + 2 * samples);
  return {
    write: (fromSample, floats) => {
      const bytes = Buffer.alloc(2 * floats.length);
      floats.forEach((value, index) =>
        bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32_767), 2 * index),
      );
      writeSync(file, bytes, 0, bytes.length, headBytes + 2 * fromSample);
    },
    close: () => closeSync(file),
  };
};

/** The samples of a file written by `createWav`, in −1…1. */
export const readWav = (path: string): Float32Array => {
  const bytes = readFileSync(path);
  const samples = new Float32Array(Math.max(0, (bytes.length - headBytes) >> 1));
  for (let index = 0; index < samples.length; index += 1)
    samples[index] = bytes.readInt16LE(headBytes + 2 * index) / 32_768;
  return samples;
};
