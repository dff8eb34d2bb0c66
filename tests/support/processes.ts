import { readFileSync } from 'node:fs';

/**
 * True while a process runs. One that has ended but that nobody has collected yet (state Z or X of proc_pid_stat(5)) holds
 * no file, no card and no memory: it is gone, though a signal still finds its number.
 */
export const isRunning = (pid: number): boolean => {
  try {
    const [state = 'X'] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return !['Z', 'X'].includes(state);
  } catch {
    // Its folder is gone, and so is it.
    return false;
  }
};
