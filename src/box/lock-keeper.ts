import { lockFolder, type FolderLock } from './lock.ts';
import type { Failure } from '../words/failure.ts';

export interface KeepLockPorts {
  readonly dir: string;
  /** As it was taken at the start. */
  readonly lock: FolderLock;
  readonly every: (ms: number, call: () => void) => () => void;
  /** Another box has taken the folder: this one is to end, and to write nothing there any more. Called once. */
  readonly onTaken: (failure: Failure) => void;
}

export interface LockKeeper {
  readonly isTaken: () => boolean;
  readonly isHeld: () => boolean;
  readonly release: () => void;
}

/** So soon after the disk has room is the folder locked, or left to whoever was first. */
export const lockAgainEveryMs = 5_000;

/**
 * A box that started without its lock, for a disk that took nothing, takes it as soon as the disk does. Should another box
 * hold it by then, this one steps back as any second box does: two on one journal would tear it.
 */
export const keepLock = ({ dir, lock, every, onTaken }: KeepLockPorts): LockKeeper => {
  let held = lock;
  let taken = false;
  const stop = lock.isHeld ? () => undefined : every(lockAgainEveryMs, () => again());
  const again = (): void => {
    if (held.isHeld || taken) return;
    const tried = lockFolder(dir);
    if (tried.ok) held = tried.value;
    else if (tried.failure.code === 'already-running') taken = true;
    if (held.isHeld || taken) stop();
    if (!tried.ok && taken) onTaken(tried.failure);
  };
  return {
    isTaken: () => taken,
    isHeld: () => held.isHeld,
    release: () => {
      stop();
      held.release();
      // What guarded the folder before it could be locked.
      if (held !== lock) lock.release();
    },
  };
};
