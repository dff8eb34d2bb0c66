import { readFileSync, readdirSync } from 'node:fs';

const unlessGone = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return otherwise;
    throw error;
  }
};

const childrenOf = (pid: number): readonly number[] =>
  unlessGone(() => readdirSync(`/proc/${pid}/task`), []).flatMap((thread) =>
    unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'), '')
      .split(' ')
      .filter((text) => text.trim() !== '')
      .map(Number),
  );

/** The process and everything it started, itself first. */
export const treeOf = (pid: number): readonly number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

export interface Size {
  readonly rssMb: number;
  readonly pssMb: number;
  /** What no file stands behind: heaps, stacks, shared buffers. Other programs of Node on the machine make it neither more nor less. */
  readonly ownMb: number;
}

/** Resident memory of one process, its share where pages are shared with others, and what is its own (proc(5)); MB of 1024 KB. */
export const sizeOf = (pid: number): Size => {
  const text = unlessGone(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), '');
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { rssMb: kb('Rss') / 1024, pssMb: kb('Pss') / 1024, ownMb: (kb('Pss_Anon') + kb('Pss_Shmem')) / 1024 };
};

/** Processor time of all threads of one process that live, ms. */
export const cpuMsOf = (pid: number): number =>
  unlessGone(() => readdirSync(`/proc/${pid}/task`), [])
    .map((thread) => unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'), '0'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
