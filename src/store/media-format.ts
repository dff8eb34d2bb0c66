/** The formats a pushed recording may have, told by its first bytes and never by its name. */
export type MediaFormat = 'wav' | 'mp3' | 'opus';

const startsWith = (bytes: Uint8Array, word: string, at = 0): boolean =>
  Buffer.from(bytes.subarray(at, at + word.length)).toString('latin1') === word;

/** The format that the first 64 bytes of a file show; null for any other. */
export const formatOf = (head: Uint8Array): MediaFormat | null => {
  if (startsWith(head, 'RIFF') && startsWith(head, 'WAVE', 8)) return 'wav';
  if (startsWith(head, 'OggS') && startsWith(head, 'OpusHead', 28)) return 'opus';
  const [first = 0, second = 0] = head;
  return startsWith(head, 'ID3') || (first === 0xff && (second & 0xe0) === 0xe0) ? 'mp3' : null;
};
