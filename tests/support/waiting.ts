import { setTimeout } from 'node:timers/promises';

const lookEveryMs = 2;

/**
 * Real time goes by: between two looks at a process, or while something is measured or watched for that long. Whoever
 * waits for a thing to happen asks for that thing, by `until` or `within`. One that is cut fails.
 */
export const pause = (ms: number, cut?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, cut === undefined ? {} : { signal: cut });

/** Looks until it holds; false when it did not in that time. */
export const within = async (ms: number, holds: () => boolean, everyMs = lookEveryMs): Promise<boolean> => {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) return false;
    await pause(everyMs);
  }
  return true;
};

/** Looks until it holds; one that never does is a failure that names it. */
export const until = async (what: string, holds: () => boolean, withinMs = 30_000): Promise<void> => {
  if (!(await within(withinMs, holds))) throw new Error(`never: ${what}`);
};

/** Looks until it is there, and gives it; one that never comes is a failure that names it. */
export const found = async <T extends object>(
  what: string,
  find: () => T | undefined,
  withinMs = 30_000,
): Promise<T> => {
  let one = find();
  await until(what, () => (one ??= find()) !== undefined, withinMs);
  return one ?? Promise.reject(new Error(`never: ${what}`));
};
