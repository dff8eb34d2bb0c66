import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { lockFolder, notHeld, type FolderLock } from './lock.ts';
import { failed, ok, type Result } from '../words/failure.ts';

/** flock(1) answers at once; one that cannot even be started in this time guards nothing. */
const answerMs = 5_000;
/** What flock(1) is told to end with when another holds the lock: its own errors end with others. */
const isTakenStatus = 75;

/** Opens the folder itself, which a full and a read-only disk allow; null where it cannot even be read. */
const opened = (dir: string): number | null => {
  try {
    return openSync(dir, 'r');
  } catch {
    // A failing disk: then nothing guards it, as nothing locks it.
    return null;
  }
};

/**
 * Keeps a second box out of a folder in which the disk takes no lock file: flock(2) on the folder itself needs no room and
 * ends with the process, however that ends. Node cannot call it; flock(1) does, on a descriptor that both share, so that the
 * lock stays after it has ended. Where it cannot be had the box starts without, for a village must not stay silent for its
 * disk. Errors: `already-running`.
 */
export const guardFolder = (dir: string): Result<FolderLock> => {
  const fd = opened(dir);
  if (fd === null) return ok(notHeld);
  const args = ['--exclusive', '--nonblock', '--conflict-exit-code', String(isTakenStatus), '3'];
  const { status } = spawnSync('flock', args, {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    timeout: answerMs,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return ok({ isHeld: false, release: () => closeSync(fd) });
  closeSync(fd);
  return status === isTakenStatus ? failed('already-running', { dir, pid: '?' }) : ok(notHeld);
};

/**
 * Takes the state folder for this process: locked, and guarded where the disk takes no lock now. Errors: those of
 * `lockFolder`, and `already-running` of a box that is guarded itself.
 */
export const takeFolder = (dir: string, lock = lockFolder): Result<FolderLock> => {
  const locked = lock(dir);
  return !locked.ok || locked.value.isHeld ? locked : guardFolder(dir);
};
