import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from './words/failure.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const ownerOf = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid) ? pid : null;
  } catch {
    // No lock file, or none that can be read: nobody holds the folder.
    return null;
  }
};

/** Takes the state folder for this process; two boxes on one journal would tear it. Returns how to give it back. */
export const lockFolder = (dir: string): Result<() => void> => {
  const file = join(dir, 'mingluo.pid');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const pid = ownerOf(file);
    if (pid !== null) return failed('already-running', { dir, pid });
    writeFileSync(file, String(process.pid));
  } catch (error) {
    return failed('state-folder-unusable', { dir, detail: error instanceof Error ? error.message : String(error) });
  }
  return ok(() => rmSync(file, { force: true }));
};
