import { openJournal, type Journal, type JournalSettings, type Recovered } from '../../src/store/journal.ts';
import { MemoryDisk, type DiskCall, type MemoryDiskSettings } from '../../src/store/memory-disk.ts';
import type { RetryClock } from '../../src/store/retry-clock.ts';
import type { Result } from '../../src/words/failure.ts';

export const dir = '/box/journal';

/** Small segments, so that a short test rotates. 15 blocks of records each; 24 segments, 512 KiB of bodies. */
export const small = { dir, segmentBytes: 65_536, maxBytes: 2_097_152 } as const;

export const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};

export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.failure.code);

export const openOn = async (
  disk: MemoryDisk,
  settings: Partial<JournalSettings> = {},
): Promise<{ readonly journal: Journal; readonly recovered: Recovered }> =>
  valueOf(await openJournal({ ...small, disk, ...settings }));

export const payloadsOf = (recovered: { readonly records: Recovered['records'] }): unknown[] =>
  recovered.records.map(({ payload }) => payload);

/** No sync works any more. */
export const noSync = { fault: ({ act }: DiskCall): string | null => (act === 'datasync' ? 'EIO' : null) } as const;

/** `{ n: 1 }` on the device and `newest` in the cache only: the process was killed after the sync of that had failed. */
export const killedAfterFailedSync = async (newest: unknown, settings: MemoryDiskSettings): Promise<MemoryDisk> => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  await journal.append({ n: 1 });
  disk.settings = noSync;
  await journal.append(newest);
  return disk.afterKill(settings);
};

/** A clock that moves only when it is told to. */
export class HandClock implements RetryClock {
  #now = 0;
  #due: { readonly at: number; readonly act: () => void }[] = [];

  after(delayMs: number, act: () => void): () => void {
    const entry = { at: this.#now + delayMs, act };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  get waiting(): number {
    return this.#due.length;
  }

  /** Runs what falls due and lets everything it began on a disk in memory come to its end. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#due.filter(({ at }) => at <= this.#now);
    this.#due = this.#due.filter(({ at }) => at > this.#now);
    for (const { act } of due) act();
    await settle();
  }
}

/** One turn of the event loop: all promises of a disk in memory are through. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
