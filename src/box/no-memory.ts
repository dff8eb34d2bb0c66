import type { HeldStops } from './held-stops.ts';
import { openMemory, stateHash, type Memory, type MemorySettings } from './memory.ts';
import { receiptsOwed } from './receipts-owed.ts';
import { recover } from './recover.ts';
import type { Disk } from '../store/disk.ts';
import type { Journal } from '../store/journal.ts';
import { emptyHead } from '../store/record.ts';
import { errorCodes } from '../words/error-codes.ts';
import { failed, ok, type Failure } from '../words/failure.ts';

/** A journal that never takes a record, and holds none. */
const closedJournal = (why: Failure): Journal => ({
  append: () => Promise.resolve(failed('memory-lost', { why: why.code })),
  head: () => emptyHead,
  proven: () => 0,
  read: () => Promise.resolve(ok({ records: [], damaged: [] })),
  keepFrom: () => undefined,
  state: 'undurable',
  onState: () => undefined,
  onMended: () => undefined,
  firstWithin: () => 0,
  status: () => ({ first: 1, segments: 0, bodyBytes: 0 }),
  close: () => Promise.resolve(),
});

/**
 * The memory of a box that cannot read its own: it knows nothing of before and keeps nothing. Local alarms, sensors and
 * stops work from what is in memory now; which orders were already carried out it does not know, so it takes none.
 */
export const withoutMemory = (why: Failure, toCentre: boolean): Memory => {
  const journal = closedJournal(why);
  return {
    journal,
    lost: why,
    recovered: recover(null, [], stateHash),
    owed: receiptsOwed([], { latestKnown: 0, toCentre }),
    notes: [failed('memory-lost', { why: why.code }).failure, why],
    endedInOrder: false,
    append: (entry) => journal.append(entry),
    settle: () => Promise.resolve(ok(null)),
    close: () => Promise.resolve(ok(null)),
  };
};

/** A card that fails once has not failed for good; without its memory the box takes no order from afar. */
const opensMost = 3;

const mayPass = ({ code }: Failure): boolean => errorCodes[code].lasting === 'transient';

/** What the box remembers, or nothing at all where that cannot be read: a village must not stay silent for its disk. */
export const openMemoryOrNone = async (disk: Disk, settings: MemorySettings): Promise<Memory> => {
  let opened = await openMemory(disk, settings);
  for (let opens = 1; opens < opensMost && !opened.ok && mayPass(opened.failure); opens += 1)
    opened = await openMemory(disk, settings);
  return opened.ok ? opened.value : withoutMemory(opened.failure, settings.toCentre);
};

/** How often a box without memory looks whether its own can be read again. */
const lookEveryMs = 30_000;
/**
 * A card that can be read but takes nothing keeps a stop waiting for so many looks, five minutes. A warning that sounds again
 * can be stopped again; a box that takes no order for as long as its card is read-only cannot warn of the next flood.
 */
const refusedMost = 10;
/** A card that hangs may answer never. The service manager kills what has not ended ten seconds after it was asked to. */
const endWithinMs = 4_000;

export interface MemoryWatchPorts {
  readonly disk: Disk;
  readonly settings: MemorySettings;
  readonly every: (ms: number, call: () => void) => () => void;
  readonly after: (ms: number, call: () => void) => () => void;
  /** What people stopped meanwhile; it is written before anything reads the journal again. */
  readonly held: HeldStops;
  /** The folder is this box's own, so that nothing of another's is written into. */
  readonly isOurs: () => boolean;
  /** Nothing sounds, so that a new start takes nothing from anybody. */
  readonly isQuiet: () => boolean;
  /** Can be read again, holds the stops, and nothing sounds: only a new start can join what was with what is. */
  readonly onBack: () => void;
}

export interface MemoryWatch {
  /**
   * Ends the looking, with one last try for the stops that are held; to be called when nobody can press any more. What the
   * card has not answered within seconds is given up.
   */
  readonly end: () => Promise<void>;
  readonly stop: () => void;
}

/** A memory that takes nothing more as soon as the box has given it up: another may have the folder then. */
const whileOurs = (memory: Memory, isOurs: () => boolean): Memory => ({
  ...memory,
  append: (entry, acknowledged) =>
    isOurs() ? memory.append(entry, acknowledged) : Promise.resolve(failed('memory-lost', { why: 'ended' })),
});

/** Looks now and then whether the memory can be read again, and gives it the stops as soon as it can. */
export const watchForMemory = (ports: MemoryWatchPorts): MemoryWatch => {
  const { disk, settings, every, after, held, isQuiet, onBack } = ports;
  let looking: Promise<boolean> | null = null;
  let refused = 0;
  let isGivenUp = false;
  const isOurs = (): boolean => !isGivenUp && ports.isOurs();
  /** Whether the memory can be read. */
  const open = async (): Promise<boolean> => {
    const opened = await openMemory(disk, settings);
    if (!opened.ok) return false;
    if (held.areAny() && isOurs()) await held.writeTo(whileOurs(opened.value, isOurs));
    await opened.value.journal.close();
    return true;
  };
  const look = async (): Promise<void> => {
    looking = open();
    const canBeRead = await looking;
    looking = null;
    if (!canBeRead || isGivenUp) return;
    refused = held.areAny() ? refused + 1 : 0;
    if (isQuiet() && (refused === 0 || refused >= refusedMost)) onBack();
  };
  const stop = every(lookEveryMs, () => {
    if (looking === null && (isQuiet() || held.areAny())) void look();
  });
  /** One after the other: two that write at once would spoil the journal. */
  const tryLast = async (): Promise<void> => {
    await looking;
    if (held.areAny() && !isGivenUp) await open();
  };
  return {
    stop,
    end: async () => {
      stop();
      await new Promise<void>((resolve) => {
        const forget = after(endWithinMs, () => {
          isGivenUp = true;
          resolve();
        });
        void tryLast().finally(() => {
          forget();
          resolve();
        });
      });
    },
  };
};
