import type { Failure } from '../words/failure.ts';
import type { Done } from './disk.ts';

/**
 * Keeps the newest text, one write at a time: what comes while one runs waits, and only the newest of it is written. Nobody
 * waits for the disk; `report` is told of each write that failed.
 */
export const textKeeper = (
  write: (text: string) => Promise<Done>,
  report: (failure: Failure) => void,
): ((text: string) => void) => {
  let waiting: string | null = null;
  let isWriting = false;
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting !== null) {
      const text = waiting;
      waiting = null;
      const written = await write(text);
      if (!written.ok) report(written.failure);
    }
    isWriting = false;
  };
  return (text) => {
    waiting = text;
    if (!isWriting) void writeAll();
  };
};
