/** A recording as an order names it (order-envelope.md). */
export interface AudioFacts {
  readonly format: 'wav' | 'mp3' | 'opus';
  readonly durationMs: number;
}

const wordAt = (bytes: Buffer, at: number, length = 4): string => bytes.toString('latin1', at, at + length);

/** The `data` chunk of a WAV file over its bytes a second. */
const wavMs = (bytes: Buffer): number | null => {
  let perSecond = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    if (wordAt(bytes, at) === 'fmt ' && at + 20 <= bytes.length) perSecond = bytes.readUInt32LE(at + 16);
    if (wordAt(bytes, at) === 'data') return perSecond === 0 ? null : (1000 * size) / perSecond;
    at += 8 + size + (size % 2);
  }
  return null;
};

/** The position in the last Ogg page, in 48 kHz samples, less what the head says is to be skipped. */
const opusMs = (bytes: Buffer): number | null => {
  const last = bytes.lastIndexOf('OggS');
  const head = bytes.indexOf('OpusHead');
  if (last < 0 || head < 0 || last + 14 > bytes.length || head + 12 > bytes.length) return null;
  return (Number(bytes.readBigUInt64LE(last + 6)) - bytes.readUInt16LE(head + 10)) / 48;
};

const kilobits: Readonly<Record<1 | 2, readonly number[]>> = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const rates = [44_100, 48_000, 32_000];

/** The frame of MPEG layer III that begins here: its bytes and how long it sounds; null where none does. */
const mp3Frame = (bytes: Buffer, at: number): { readonly bytes: number; readonly ms: number } | null => {
  const word = bytes.readUInt32BE(at);
  const version = (word >>> 19) & 3;
  if (word >>> 21 !== 0x7ff || version === 1 || ((word >>> 17) & 3) !== 1) return null;
  const generation = version === 3 ? 1 : 2;
  const bits = kilobits[generation][(word >>> 12) & 15];
  const base = rates[(word >>> 10) & 3];
  if (bits === undefined || bits === 0 || base === undefined) return null;
  const rate = base / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const samples = generation === 1 ? 1152 : 576;
  return { bytes: Math.floor((samples * bits * 125) / rate) + ((word >>> 9) & 1), ms: (1000 * samples) / rate };
};

const mp3Ms = (bytes: Buffer): number | null => {
  const id3 = wordAt(bytes, 0, 3) === 'ID3' && bytes.length > 10;
  const tag = id3 ? 10 + [6, 7, 8, 9].reduce((size, at) => size * 128 + (bytes[at] ?? 0), 0) : 0;
  let ms = 0;
  for (let at = tag; at + 4 <= bytes.length;) {
    const frame = mp3Frame(bytes, at);
    at += frame?.bytes ?? 1;
    ms += frame?.ms ?? 0;
  }
  return ms === 0 ? null : ms;
};

/** Format and length of a recording, read from the file itself; null when it is none that a box can play. */
export const readAudioFacts = (bytes: Buffer): AudioFacts | null => {
  const format = wordAt(bytes, 0) === 'RIFF' ? 'wav' : wordAt(bytes, 0) === 'OggS' ? 'opus' : 'mp3';
  const ms = { wav: wavMs, opus: opusMs, mp3: mp3Ms }[format](bytes);
  return ms === null || ms < 1 ? null : { format, durationMs: Math.round(ms) };
};
