/** Length of a PCM WAV file in ms from its header; null for anything that is no such file. Total over all bytes. */
export const wavDurationMs = (bytes: Uint8Array): number | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (offset: number): string =>
    offset + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(offset, offset + 4)) : '';
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return null;
  let bytesPerSecond = 0;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true);
    if (tag(offset) === 'fmt ' && offset + 20 <= bytes.length) bytesPerSecond = view.getUint32(offset + 16, true);
    if (tag(offset) === 'data')
      return bytesPerSecond === 0
        ? null
        : Math.round((Math.min(size, bytes.length - offset - 8) * 1000) / bytesPerSecond);
    offset += 8 + size + (size % 2);
  }
  return null;
};
