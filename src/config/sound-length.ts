import { wavDurationMs } from './wav.ts';

const text = (bytes: Uint8Array, offset: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(offset, offset + length));

/** Kilobits a second by the four bits of a layer III header; version 1, then versions 2 and 2.5. */
const kilobits = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
] as const;
const rates = [44_100, 48_000, 32_000, 0] as const;

/** Length and duration of the layer III frame at a place; null where none stands. */
const mp3Frame = (bytes: Uint8Array, at: number): { readonly size: number; readonly ms: number } | null => {
  const [sync = 0, kind = 0, third = 0] = bytes.subarray(at, at + 3);
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2) return null;
  const version = (kind >> 3) & 3;
  const bitRate = 1000 * (kilobits[version === 3 ? 0 : 1][third >> 4] ?? 0);
  const rate = (rates[(third >> 2) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4);
  if (version === 1 || bitRate === 0 || rate === 0) return null;
  const samples = version === 3 ? 1152 : 576;
  const size = Math.floor((samples * bitRate) / (8 * rate)) + ((third >> 1) & 1);
  return { size, ms: (1000 * samples) / rate };
};

/** Tags before the sound are as long as they say, seven bits a byte. */
const afterTag = (bytes: Uint8Array): number => {
  if (text(bytes, 0, 3) !== 'ID3') return 0;
  return 10 + bytes.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
};

const mp3Ms = (bytes: Uint8Array): number | null => {
  let ms = 0;
  let at = afterTag(bytes);
  while (at + 4 <= bytes.length) {
    const frame = mp3Frame(bytes, at);
    ms += frame?.ms ?? 0;
    at += frame?.size ?? 1;
  }
  return ms === 0 ? null : Math.round(ms);
};

/** Ogg Opus tells its length in the last page: 48 kHz samples from the beginning, less those that are skipped. */
const opusMs = (bytes: Uint8Array): number | null => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = head.indexOf('OpusHead');
  const last = head.lastIndexOf('OggS');
  if (start === -1 || start > 100 || start + 12 > bytes.length || last + 14 > bytes.length) return null;
  const samples = Number(head.readBigUInt64LE(last + 6)) - head.readUInt16LE(start + 10);
  return samples > 0 && samples < 48_000 * 86_400 ? Math.round(samples / 48) : null;
};

/** Length of a WAV, MP3 or Ogg Opus file in ms, from its own words; null for anything else. Total over all bytes. */
export const soundMs = (bytes: Uint8Array): number | null => {
  const mark = text(bytes, 0, 4);
  if (mark === 'RIFF') return wavDurationMs(bytes);
  if (mark === 'OggS') return opusMs(bytes);
  return mark.startsWith('ID3') || mp3Frame(bytes, 0) !== null ? mp3Ms(bytes) : null;
};
