import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

/** More programs want to run than there are processors. */
export const isBusy = (): boolean => (loadavg()[0] ?? 0) > availableParallelism();

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

/** Every process below one, by its id and command line. */
export const processesBelow = (pid: number): readonly { readonly pid: number; readonly command: string }[] => {
  const rows = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/stat`)) return [];
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), parent, command }];
    } catch (error) {
      // It ended between two looks.
      return error instanceof Error ? [] : [];
    }
  });
  const below = (from: number): readonly { pid: number; command: string }[] =>
    rows.filter(({ parent }) => parent === from).flatMap((row) => [row, ...below(row.pid)]);
  return below(pid);
};
