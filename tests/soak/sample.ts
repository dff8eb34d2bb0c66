import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LoopDisk } from '../bench/loop-disk.ts';
import { programOf } from '../bench/village-size.ts';
import { cpuMsOf, sizeOf, treeOf } from '../bench/process-size.ts';

/** What the box holds and has used at one moment. */
export interface Sample {
  readonly atMs: number;
  /** Resident memory of the main process, MB. */
  readonly mainRssMb: number;
  /** Proportional memory of all its processes together, MB. */
  readonly treePssMb: number;
  /** That of each program by the name of its file: `mingluo`, `sound.entry`; two of one program together. */
  readonly partsMb: Readonly<Record<string, number>>;
  /** The main process and the sound, page and panel processes that live as long as it does. */
  readonly processes: number;
  readonly mainDescriptors: number;
  readonly treeDescriptors: number;
  /** Bytes that have reached, since the first look, the disk which holds nothing but its state; null where it has no disk of its own. */
  readonly writtenBytes: number | null;
  /** What the files of its state take on the disk. */
  readonly stateBytes: number;
  readonly cpuMs: number;
  /**
   * What each program keeps, MB, once all that it needs no more is collected and without what files stand behind: only this
   * can be held for ever by a fault of the box. Null in most looks: it costs every process a pause.
   */
  readonly keptMb: Readonly<Record<string, number>> | null;
}

/** 0 where the process has ended between two looks. */
const unlessGone = (read: () => number): number => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return 0;
    throw error;
  }
};

const descriptorsOf = (pid: number): number => unlessGone(() => readdirSync(`/proc/${pid}/fd`).length);

/** Blocks that are really taken (512 bytes each, stat(2)): a preallocated journal takes them at once. */
export const bytesBelow = (dir: string): number =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, name) => sum + unlessGone(() => lstatSync(join(dir, name)).blocks * 512),
    0,
  );

const partsOf = (tree: readonly number[]): Readonly<Record<string, number>> => {
  const parts: Record<string, number> = {};
  for (const one of tree) {
    const name = programOf(one);
    parts[name] = (parts[name] ?? 0) + sizeOf(one).pssMb;
  }
  return parts;
};

/** Looks at a box, its processes and its disk, as often as it is called. `pid` is the main process. */
export const createSampler = (pid: number, stateDir: string, disk: LoopDisk | null): (() => Sample) => {
  const startedAt = performance.now();
  const writtenBefore = disk?.count().bytes ?? 0;
  return () => {
    const tree = treeOf(pid);
    const sumOver = (count: (one: number) => number): number => tree.reduce((sum, one) => sum + count(one), 0);
    return {
      atMs: performance.now() - startedAt,
      mainRssMb: sizeOf(pid).rssMb,
      treePssMb: sumOver((one) => sizeOf(one).pssMb),
      partsMb: partsOf(tree),
      processes: tree.length,
      mainDescriptors: descriptorsOf(pid),
      treeDescriptors: sumOver(descriptorsOf),
      writtenBytes: disk === null ? null : disk.count().bytes - writtenBefore,
      stateBytes: bytesBelow(stateDir),
      cpuMs: sumOver(cpuMsOf),
      keptMb: null,
    };
  };
};
