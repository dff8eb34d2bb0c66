import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { scanSegment } from '../../src/store/scan.ts';
import { blockBytes } from '../../src/store/sector.ts';
import { segmentIdOf } from '../../src/store/segment-header.ts';
import type { Stage } from './stage.ts';

/** Something is done to the disk between two lives of the box. */
export type Hurt = (stage: Stage) => Promise<void>;

export const checkpointFiles = ['/state/checkpoint/checkpoint-1.json', '/state/checkpoint/checkpoint-2.json'] as const;

const present = (disk: MemoryDisk): readonly string[] => checkpointFiles.filter((path) => disk.peek(path) !== null);

/** Flips a few bits of one generation. */
const rotCheckpoint: Hurt = ({ village, dice }) => {
  const disk = village.disk();
  const files = present(disk);
  if (files.length < 2) return Promise.resolve();
  const path = dice.oneOf(files);
  village.note(`rot in ${path}`);
  disk.tamper(path, (bytes) => {
    const rotten = Buffer.from(bytes);
    for (let flips = dice.whole(1, 4); flips > 0 && rotten.length > 0; flips -= 1) {
      const at = dice.whole(0, rotten.length - 1);
      rotten[at] = (rotten[at] ?? 0) ^ (1 << dice.whole(0, 7));
    }
    return rotten;
  });
  return Promise.resolve();
};

const loseCheckpoint: Hurt = async ({ village, dice }) => {
  const disk = village.disk();
  const files = present(disk);
  if (files.length < 2) return;
  const path = dice.oneOf(files);
  village.note(`lost ${path}`);
  await disk.unlink(path);
  await disk.syncDir('/state/checkpoint');
};

/** Keeps a copy of the checkpoint, for whoever puts it back later. */
export const copyCheckpoint = ({ village, history }: Stage): void => {
  const disk = village.disk();
  const files = present(disk);
  if (files.length < checkpointFiles.length || history.oldCheckpoints.length > 8) return;
  history.oldCheckpoints.push(new Map(files.map((path) => [path, disk.peek(path) ?? Buffer.alloc(0)])));
};

/** What no start needs any more: blocks whose records both generations of the checkpoint already hold. */
const needlessBlocks = (bytes: Buffer, neededFrom: number): readonly number[] =>
  scanSegment(bytes, 0).frames.flatMap(({ first, records, block, blocks }) =>
    first + records.length <= neededFrom ? Array.from({ length: blocks }, (_, index) => block + index) : [],
  );

interface Generation {
  readonly record: number;
  readonly owedFrom: number;
}

/** What a generation of the checkpoint holds; nothing where rot leaves it no document. */
const generationIn = (file: Buffer): Generation => {
  try {
    const [json = ''] = file.toString('utf8').split('\n');
    const { data } = JSON.parse(json) as { readonly data?: Generation };
    return data ?? { record: 0, owedFrom: 0 };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { record: 0, owedFrom: 0 };
  }
};

/** What each generation of the checkpoint holds up to, and from where on it needs the journal for what it owes. */
const generations = (disk: MemoryDisk): readonly Generation[] =>
  checkpointFiles.map((path) => generationIn(disk.peek(path) ?? Buffer.from('{}')));

const neededFrom = (disk: MemoryDisk): number =>
  Math.min(...generations(disk).map(({ record, owedFrom }) => Math.min(record + 1, owedFrom)));

/** The newest record that a checkpoint holds. */
export const checkpointed = (disk: MemoryDisk): number => Math.max(...generations(disk).map(({ record }) => record));

export const segmentPaths = async (disk: MemoryDisk): Promise<readonly string[]> => {
  const names = await disk.list('/state/journal');
  const segments = (names.ok ? names.value : []).filter((name) => segmentIdOf(name) !== null);
  return segments.sort().map((name) => `/state/journal/${name}`);
};

/**
 * Bits of the journal flip where only its history stands: the box must start whole, and know which records are gone. Rot in
 * records that nothing else holds comes at the end of a run (lasting-hurts.ts).
 */
const rotJournal: Hurt = async ({ village, history, dice }) => {
  const disk = village.disk();
  if (present(disk).length < 2) return;
  const segments = await segmentPaths(disk);
  if (segments.length === 0) return;
  const path = dice.oneOf(segments);
  const blocks = needlessBlocks(disk.peek(path) ?? Buffer.alloc(0), neededFrom(disk));
  if (blocks.length === 0) return;
  const at = dice.oneOf(blocks) * blockBytes + dice.whole(0, blockBytes - 1);
  village.note(`rot in ${path} at ${at}`);
  history.counts.set('journal rots indeed', (history.counts.get('journal rots indeed') ?? 0) + 1);
  disk.tamper(path, (bytes) => {
    const rotten = Buffer.from(bytes);
    rotten[at] = (rotten[at] ?? 0) ^ (1 << dice.whole(0, 7));
    return rotten;
  });
};

/**
 * Both generations as they once were; the journal, which is the truth, goes on from there. A copy so old that the journal has
 * let go of what came after it is another thing: what is on no disk is lost, which a start tells (tests/loop/memory.test.ts).
 */
const oldCheckpoint: Hurt = async ({ village, history, dice }) => {
  const disk = village.disk();
  const files = present(disk);
  const [oldest] = await segmentPaths(disk);
  const first =
    oldest === undefined ? undefined : scanSegment(disk.peek(oldest) ?? Buffer.alloc(0), 0).frames[0]?.first;
  const old = history.oldCheckpoints.filter(
    (copy) => first !== undefined && [...copy.values()].some((bytes) => generationIn(bytes).record + 1 >= first),
  );
  if (files.length < 2 || old.length === 0) return;
  const copy = dice.oneOf(old);
  village.note('an old checkpoint is put back');
  for (const path of files) {
    const bytes = copy.get(path);
    if (bytes !== undefined) disk.tamper(path, () => bytes);
  }
};

export const hurts = { rotCheckpoint, loseCheckpoint, oldCheckpoint, rotJournal } as const;
