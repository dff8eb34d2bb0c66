import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../words/failure.ts';

/** A process, by its number and when it began: numbers are given out again, also to another program after a restart. */
interface Owner {
  readonly pid: number;
  readonly began: string;
}

/** Start of a process in clock ticks after boot: field 22 of /proc/PID/stat (proc(5)); null when it does not run. */
const beganAt = (pid: number | 'self'): string | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, stands in brackets and may hold blanks and brackets itself.
    return (
      text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .at(19) ?? null
    );
  } catch {
    // No such process.
    return null;
  }
};

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // A system without it: the start time alone must do.
    return '';
  }
};

const ownerIn = (file: string): Owner | null => {
  try {
    const [pid = '', began = ''] = readFileSync(file, 'utf8').split('\n');
    return Number.isInteger(Number(pid)) && Number(pid) > 0 ? { pid: Number(pid), began } : null;
  } catch {
    // It went away in this very moment, or cannot be read: nobody is known to hold the folder.
    return null;
  }
};

const markOf = (began: string | null): string => `${began ?? ''} ${bootId()}`;

const holds = ({ pid, began }: Owner): boolean => beganAt(pid) !== null && markOf(beganAt(pid)) === began;

const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isThere = (error: unknown): boolean => errnoOf(error) === 'EEXIST';

/** The disk takes nothing now: full, read-only, or failing. */
const takesNothing = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(errnoOf(error));

/** The folder as this process has it. */
export interface FolderLock {
  /** False: the disk took no lock, and another box may take the folder. */
  readonly isHeld: boolean;
  readonly release: () => void;
}

const held = (file: string): FolderLock => ({
  isHeld: true,
  release: () => {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      // Nothing but a disk that takes nothing: the next start clears it away, for its owner is gone.
      if (!takesNothing(error)) throw error;
    }
  },
});

/** There is nothing to give back; a lock that stands there later is another's. */
export const notHeld: FolderLock = { isHeld: false, release: () => undefined };

/**
 * Takes the state folder for this process; two boxes on one journal would tear it. What a dead process left behind, also
 * one whose number has been given out again, is cleared away once. A disk that takes nothing takes no lock either: the box
 * starts without one, guarded without the disk (folder-guard.ts), for a village must not stay silent for its disk, and takes
 * it later (lock-keeper.ts). Errors: `already-running`, `state-folder-unusable`.
 */
export const lockFolder = (dir: string): Result<FolderLock> => {
  const file = join(dir, 'mingluo.pid');
  const take = (): void => writeFileSync(file, `${process.pid}\n${markOf(beganAt('self'))}\n`, { flag: 'wx' });
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    try {
      take();
    } catch (error) {
      if (!isThere(error)) throw error;
      const owner = ownerIn(file);
      if (owner !== null && holds(owner)) return failed('already-running', { dir, pid: owner.pid });
      rmSync(file, { force: true });
      take();
    }
  } catch (error) {
    if (takesNothing(error)) return ok(notHeld);
    return failed('state-folder-unusable', { dir, detail: error instanceof Error ? error.message : String(error) });
  }
  return ok(held(file));
};
