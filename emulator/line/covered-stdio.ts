import { openSync, readdirSync } from 'node:fs';

type Own = 'ignore' | 'pipe' | 'ipc';

let nothing: number | null = null;

/**
 * The `stdio` of a child process that inherits nothing of the village. The near ends of pseudo-terminals carry no
 * close-on-exec flag: a child that is started while they are open keeps them alive, and a pulled plug would never hang up.
 * Every higher descriptor of the child is therefore covered with /dev/null (Node's own `ignore` leaves them as they are).
 */
export const coveredStdio = (...own: readonly Own[]): (Own | number)[] => {
  const cover = (nothing ??= openSync('/dev/null', 'r'));
  const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
  const covers = Array.from({ length: Math.max(0, highest + 1 - own.length) }, () => cover);
  return [...own, ...covers];
};
