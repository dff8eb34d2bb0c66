import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { scanSegment, type FoundFrame } from '../../src/store/scan.ts';
import { blockBytes } from '../../src/store/sector.ts';
import { checkpointed, checkpointFiles, segmentPaths } from './disk-hurts.ts';
import type { Stage } from './stage.ts';

/** By what something may be gone for good. */
export const blows = ['rot', 'old journal', 'old disk'] as const;

/** What is gone for good: by what, and what stood in it as far as it can be named. */
export interface Lost {
  readonly by: (typeof blows)[number];
  readonly traces: ReadonlySet<string>;
  readonly broadcasts: ReadonlySet<string>;
  /** Number of the last record of what was put back; of the rotten one where it rots. */
  readonly head: number;
}

/** Null: there is nothing there that this could be done to. */
type LastingHurt = (stage: Stage) => Promise<Lost | null>;

interface Written {
  readonly event: { readonly kind: string; readonly order?: { readonly id: string } };
  readonly receipts: readonly { readonly trace: string; readonly broadcast: string | null }[];
}

const writtenIn = ({ records }: FoundFrame): readonly Written[] =>
  records.flatMap(({ inline }) => (inline === null ? [] : [JSON.parse(inline.toString('utf8')) as Written]));

const lostWith = (frame: FoundFrame): Lost => {
  const written = writtenIn(frame);
  const receipts = written.flatMap((one) => one.receipts);
  return {
    by: 'rot',
    traces: new Set([...written.flatMap(({ event }) => event.order?.id ?? []), ...receipts.map(({ trace }) => trace)]),
    broadcasts: new Set(receipts.flatMap(({ broadcast }) => broadcast ?? [])),
    head: frame.first + frame.records.length - 1,
  };
};

const framesOf = (disk: MemoryDisk, path: string): readonly FoundFrame[] =>
  scanSegment(disk.peek(path) ?? Buffer.alloc(0), 0).frames;

/** One bit of a flush that stands behind the newest checkpoint: no other copy of it is anywhere. */
const rot: LastingHurt = async ({ village, dice }) => {
  const disk = village.disk();
  const from = checkpointed(disk);
  const all = (await segmentPaths(disk)).flatMap((path) => framesOf(disk, path).map((frame) => ({ path, frame })));
  const needed = all.filter(({ frame }) => frame.first > from && frame.records.every(({ inline }) => inline !== null));
  if (needed.length === 0) return null;
  // As often as any other the newest one: what is behind the last sound record nobody can count.
  const { path, frame } = dice.chance(0.3) ? (needed.at(-1) ?? dice.oneOf(needed)) : dice.oneOf(needed);
  const at = frame.block * blockBytes + dice.whole(0, frame.blocks * blockBytes - 1);
  village.note(`rot in ${path} at ${at}`);
  disk.tamper(path, (bytes) => {
    const rotten = Buffer.from(bytes);
    rotten[at] = (rotten[at] ?? 0) ^ (1 << dice.whole(0, 7));
    return rotten;
  });
  return lostWith(frame);
};

const headOf = async (disk: MemoryDisk): Promise<number> => {
  const frames = (await segmentPaths(disk)).flatMap((path) => framesOf(disk, path));
  return Math.max(0, ...frames.map(({ first, records }) => first + records.length - 1));
};

const putBack =
  (by: 'old journal' | 'old disk'): LastingHurt =>
  async ({ village, history }) => {
    const [now, old] = [village.disk(), history.oldDisk];
    if (old === null) return null;
    const head = await headOf(old);
    const misses = checkpointFiles.some((path) => old.peek(path) === null || now.peek(path) === null);
    if (by === 'old journal' && misses) return null;
    if (by === 'old journal')
      for (const path of checkpointFiles) old.tamper(path, () => now.peek(path) ?? Buffer.alloc(0));
    village.putDisk(old);
    // A checkpoint that the old journal still reaches fits it: to the box both together are one disk of an earlier day.
    const fits = checkpointed(old) <= head;
    return { by: fits ? 'old disk' : by, traces: new Set(), broadcasts: new Set(), head };
  };

export const lastingHurts = { rot, oldJournal: putBack('old journal'), oldDisk: putBack('old disk') } as const;
