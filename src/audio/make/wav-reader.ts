import { failed, ok, type Result } from '../../words/failure.ts';

/** A WAV file understood: where its samples lie and what they mean. */
export interface Wav {
  readonly rate: number;
  readonly channels: number;
  /** Samples of one channel. */
  readonly frames: number;
  /** The samples from one place on, all channels mixed to one, -1…1. */
  readonly mono: (from: number, count: number) => Float32Array;
}

export const wavBounds = { lowestRate: 8000, highestRate: 48_000, mostChannels: 2, mostChunks: 200 } as const;

type Read = (view: DataView, offset: number) => number;

const finite = (value: number): number => (Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0);

const readers: Readonly<Record<string, Read>> = {
  '1/8': (view, offset) => (view.getUint8(offset) - 128) / 128,
  '1/16': (view, offset) => view.getInt16(offset, true) / 32_768,
  '1/24': (view, offset) => ((view.getInt8(offset + 2) << 16) | view.getUint16(offset, true)) / 8_388_608,
  '1/32': (view, offset) => view.getInt32(offset, true) / 2_147_483_648,
  '3/32': (view, offset) => finite(view.getFloat32(offset, true)),
  '3/64': (view, offset) => finite(view.getFloat64(offset, true)),
};

const extensible = 0xfffe;

interface Chunks {
  readonly format: DataView | null;
  readonly data: DataView | null;
  /** What the header of the data promised, in bytes. */
  readonly promised: number;
}

const chunksOf = (bytes: Uint8Array, fromPipe: boolean): Chunks => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const part = (offset: number, size: number): DataView =>
    new DataView(bytes.buffer, bytes.byteOffset + offset, Math.min(size, bytes.length - offset));
  let format: DataView | null = null;
  let offset = 12;
  for (let seen = 0; seen < wavBounds.mostChunks && offset + 8 <= bytes.length; seen += 1) {
    const tag = view.getUint32(offset, false);
    const size = view.getUint32(offset + 4, true);
    // 'fmt ' and 'data'
    if (tag === 0x666d7420) format = part(offset + 8, size);
    if (tag === 0x64617461) {
      const given = fromPipe && size === 0 ? bytes.length : size;
      return { format, data: part(offset + 8, given), promised: size };
    }
    offset += 8 + size + (size % 2);
  }
  return { format, data: null, promised: 0 };
};

const broken = (why: string): Result<never> => failed('audio-broken', { format: 'WAV', why });

interface Layout {
  readonly rate: number;
  readonly channels: number;
  readonly bytes: number;
  readonly read: Read;
}

const layoutOf = (format: DataView): Result<Layout> => {
  if (format.byteLength < 16) return broken('format chunk too short');
  const given = format.getUint16(0, true);
  if (given === extensible && format.byteLength < 26) return broken('format chunk too short');
  const tag = given === extensible ? format.getUint16(24, true) : given;
  const channels = format.getUint16(2, true);
  const rate = format.getUint32(4, true);
  const bits = format.getUint16(14, true);
  const read = readers[`${tag}/${bits}`];
  if (read === undefined) return failed('audio-encoding', { encoding: tag, bits });
  if (channels < 1 || channels > wavBounds.mostChannels) return failed('audio-channels', { channels });
  if (rate < wavBounds.lowestRate || rate > wavBounds.highestRate) return failed('audio-rate', { rate });
  if (format.getUint16(12, true) !== (channels * bits) / 8) return broken('block size does not fit');
  return ok({ rate, channels, bytes: bits / 8, read });
};

/** Programs that write to a pipe cannot know the length: they promise 2 or 4 GB, or nothing. */
const isOpenEnded = (promised: number): boolean => promised === 0 || promised >= 0x7fff_0000;

/**
 * Reads the header of a WAV file: PCM 8, 16, 24, 32 bit and float, one or two channels, 8 to 48 kHz. Total over all bytes;
 * a header that promises more than the file holds is refused, for then something is missing; only of a pipe it is known
 * that its end was reached (`fromPipe`). Errors: audio-broken,
 * audio-encoding, audio-channels, audio-rate, audio-truncated, audio-empty.
 */
export const readWav = (bytes: Uint8Array, fromPipe = false): Result<Wav> => {
  const { format, data, promised } = chunksOf(bytes, fromPipe);
  if (format === null) return broken('no format chunk');
  const layout = layoutOf(format);
  if (!layout.ok) return layout;
  if (data === null) return broken('no data chunk');
  const { rate, channels, bytes: width, read } = layout.value;
  const isOpen = fromPipe && isOpenEnded(promised);
  const frames = Math.floor(data.byteLength / (width * channels));
  const promisedFrames = Math.floor(promised / (width * channels));
  if (promisedFrames > frames && !isOpen) return failed('audio-truncated', { promised, found: data.byteLength });
  if (frames === 0) return failed('audio-empty');
  const at = (frame: number): number => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += read(data, (frame * channels + channel) * width);
    return sum / channels;
  };
  const mono = (from: number, count: number): Float32Array =>
    Float32Array.from({ length: Math.max(0, Math.min(count, frames - from)) }, (_, index) => at(from + index));
  return ok({ rate, channels, frames, mono });
};

const put = (view: DataView, offset: number, text: string): void => {
  for (let index = 0; index < text.length; index += 1) view.setUint8(offset + index, text.charCodeAt(index));
};

/** A WAV file of 16 bit mono samples. */
export const wavOf = (samples: Int16Array, rate: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  put(view, 0, 'RIFF');
  view.setUint32(4, 36 + 2 * samples.length, true);
  put(view, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(view, 36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => view.setInt16(44 + 2 * index, sample, true));
  return new Uint8Array(view.buffer);
};
