import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { failed, ok, type Result } from '../../words/failure.ts';

/** No file of sound is larger. */
export const mostFileBytes = 20 * 1024 * 1024;

/** A regular file within the limit, read whole. Errors: audio-unreadable, audio-large, audio-empty. */
export const readSoundFile = async (path: string): Promise<Result<Uint8Array>> => {
  try {
    // A pipe in place of a file must not hold us up, hence not blocking.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = await handle.stat().then((stat) => (stat.isFile() ? stat : { size: -1 }));
      if (size === -1) return failed('audio-unreadable', { file: path, why: 'not a file' });
      if (size > mostFileBytes) return failed('audio-large', { bytes: size, most: mostFileBytes });
      if (size === 0) return failed('audio-empty');
      const bytes = new Uint8Array(size);
      const { bytesRead } = await handle.read(bytes, 0, size, 0);
      return ok(bytes.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return failed('audio-unreadable', { file: path, why });
  }
};
