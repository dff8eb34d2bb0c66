/** What a file is by its first bytes. The names of what is not played are told to the person who sent it. */
export type SoundFormat = 'wav' | 'mp3' | 'opus';

export type Sniffed =
  { readonly plays: true; readonly format: SoundFormat } | { readonly plays: false; readonly looksLike: string };

const textAt = (bytes: Uint8Array, offset: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(offset, offset + length));

const others: readonly (readonly [number, string, string])[] = [
  [0, 'fLaC', 'FLAC'],
  [4, 'ftyp', 'MP4/M4A'],
  [0, '#!AMR', 'AMR'],
  [0, 'FORM', 'AIFF'],
  [0, 'RF64', 'RF64'],
  [0, '\x1aE\xdf\xa3', 'WebM/Matroska'],
  [0, '\x30\x26\xb2\x75', 'WMA'],
  [0, 'PK\x03\x04', 'ZIP'],
  [0, '\x1f\x8b', 'gzip'],
  [0, '%PDF', 'PDF'],
  [0, '\x89PNG', 'PNG'],
  [0, '\xff\xd8\xff', 'JPEG'],
  [0, 'GIF8', 'GIF'],
  [0, 'MThd', 'MIDI'],
  [0, 'RIFF', 'RIFF (AVI…)'],
  [0, '\x7fELF', 'ELF'],
  [0, '#!', 'script'],
  [0, '<', 'HTML/XML'],
  [0, '{', 'JSON'],
];

/** MPEG layer III: eleven sync bits, a version and layer that exist, a bit rate and sample rate that exist. */
const isMpegFrame = (bytes: Uint8Array): boolean => {
  const [first = 0, second = 0, third = 0] = bytes;
  const isLayer3 = (second & 0xe6) === 0xe2;
  const isVersion = (second & 0x18) !== 0x08;
  return first === 0xff && isLayer3 && isVersion && third >> 4 !== 15 && third >> 4 !== 0 && (third & 0x0c) !== 0x0c;
};

const oggCodec = (bytes: Uint8Array): string => {
  const head = textAt(bytes, 26, 60);
  if (head.includes('OpusHead')) return 'opus';
  if (head.includes('vorbis')) return 'Ogg Vorbis';
  return head.includes('fLaC') || head.includes('FLAC') ? 'Ogg FLAC' : 'Ogg';
};

/** Total over all bytes. */
export const sniff = (bytes: Uint8Array): Sniffed => {
  if (textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WAVE') return { plays: true, format: 'wav' };
  if (textAt(bytes, 0, 4) === 'OggS') {
    const codec = oggCodec(bytes);
    return codec === 'opus' ? { plays: true, format: 'opus' } : { plays: false, looksLike: codec };
  }
  if (textAt(bytes, 0, 3) === 'ID3' || isMpegFrame(bytes)) return { plays: true, format: 'mp3' };
  const other = others.find(([offset, mark]) => textAt(bytes, offset, mark.length) === mark);
  return { plays: false, looksLike: other?.[2] ?? '?' };
};
