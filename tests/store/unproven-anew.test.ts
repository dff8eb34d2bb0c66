import { expect, test } from 'vitest';
import { MemoryDisk, type DiskCall, type MemoryDiskSettings } from '../../src/store/memory-disk.ts';
import { seededRandom } from '../../src/store/seeded-random.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import {
  codeOf,
  dir,
  HandClock,
  killedAfterFailedSync,
  noSync,
  openOn,
  payloadsOf,
  settle,
  valueOf,
} from './support.ts';

const oldSegment = 'segment-000000000001';

/** The block under the newest record stays bad: nothing can be written there any more, and no sync of it works. */
const badBlock = ({ act, path }: DiskCall): string | null =>
  (act === 'write' || act === 'datasync') && path.includes(oldSegment) ? 'EIO' : null;

/** Large enough for more than one block, so that a power cut can tear it. */
const second = { n: 2, text: 'x'.repeat(9_000) };

const killedAfterFailure = (settings: MemoryDiskSettings): Promise<MemoryDisk> =>
  killedAfterFailedSync(second, settings);

test('what was found and cannot be proven on its own block is written anew in a new segment, and stands', async () => {
  const written: string[] = [];
  const disk = await killedAfterFailure({
    fault: (call) => {
      if (call.act === 'write') written.push(call.path.replace(`${dir}/`, ''));
      return badBlock(call);
    },
  });
  const { journal, recovered } = await openOn(disk);
  expect(payloadsOf(recovered)).toEqual([{ n: 1 }, second]);
  expect([journal.state, journal.proven(), journal.head().number]).toEqual(['durable', 2, 2]);
  for (let seed = 1; seed <= 20; seed += 1) {
    expect(payloadsOf((await openOn(disk.afterPowerCut(seed))).recovered)).toEqual([{ n: 1 }, second]);
  }
  written.length = 0;
  valueOf(await journal.append({ n: 3 }));
  expect(written.filter((path) => path.includes(oldSegment))).toEqual([]);
  for (let seed = 1; seed <= 20; seed += 1) {
    const after = disk.afterPowerCut(seed, { fault: badBlock });
    const next = await openOn(after);
    expect(payloadsOf(next.recovered)).toEqual([{ n: 1 }, second, { n: 3 }]);
    expect([next.journal.state, next.recovered.damaged]).toEqual(['durable', []]);
    expect(valueOf(await verifyJournal(after, dir)).damaged).toEqual([]);
  }
  expect(valueOf(await journal.read(1)).records.map(({ number }) => number)).toEqual([1, 2, 3]);
});

test('of all that was tried in vain nothing comes back: the disk fails for a time, the block for good', async () => {
  const disk = await killedAfterFailure(noSync);
  const clock = new HandClock();
  const { journal } = await openOn(disk, { clock });
  const mended: string[] = [];
  journal.onMended(({ code }) => mended.push(code));
  for (const act of ['datasync', 'syncDir', 'rename', 'unlink'] as const) {
    disk.settings = { fault: (call) => (call.act === act || call.act === 'unlink' ? 'EIO' : badBlock(call)) };
    await clock.pass(30_000);
    if (act !== 'unlink') expect([journal.state, journal.proven()]).toEqual(['undurable', 1]);
  }
  expect([journal.state, journal.proven(), mended]).toEqual(['durable', 2, ['disk-failed']]);
  disk.settings = { fault: badBlock };
  valueOf(await journal.append({ n: 3 }));
  for (let seed = 1; seed <= 40; seed += 1) {
    const next = await openOn(disk.afterPowerCut(seed, { fault: badBlock }));
    expect(payloadsOf(next.recovered)).toEqual([{ n: 1 }, second, { n: 3 }]);
    expect([next.recovered.damaged, next.journal.state]).toEqual([[], 'durable']);
  }
});

test('a segment that was never given its name is nothing that a later one is made of', async () => {
  const disk = await killedAfterFailure(noSync);
  const clock = new HandClock();
  await openOn(disk, { clock });
  // Each try counts flushes on, so that what the last one leaves is numbered far above what the next start finds.
  for (let tries = 1; tries <= 5; tries += 1) await clock.pass(30_000);
  let renames = 0;
  disk.settings = {
    fault: badBlock,
    takeTime: ({ act }) => (act === 'rename' && ++renames === 2 ? new Promise(() => undefined) : Promise.resolve()),
  };
  await clock.pass(30_000);
  expect(renames).toBe(2);
  let writes = 0;
  const onceMore = ({ act, path }: DiskCall): string | null =>
    act === 'write' && path.includes(oldSegment) && ++writes > 1 ? 'EIO' : null;
  const healed = disk.afterKill({ fault: onceMore });
  expect(healed.peek(`${dir}/new-segment.journal`)).not.toBeNull();
  const { journal } = await openOn(healed);
  expect(healed.peek(`${dir}/new-segment.journal`)).toBeNull();
  for (let n = 3; n <= 6; n += 1) {
    valueOf(await journal.append({ n }));
    const found = valueOf(await verifyJournal(healed, dir));
    expect([found.damaged, found.tornTail, found.head.number]).toEqual([[], false, n]);
  }
});

const bounds = { segmentBytes: 65_536, maxBytes: 262_144 };

/** All three segments in use, none to give up, and record 33 of the third in the cache only. */
const fullAndKilled = async (settings: MemoryDiskSettings): Promise<MemoryDisk> => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk, bounds);
  for (let n = 1; n <= 32; n += 1) valueOf(await journal.append({ n }));
  expect(journal.status().segments).toBe(3);
  disk.settings = noSync;
  expect(codeOf(await journal.append({ n: 33 }))).toBe('journal-full');
  return disk.afterKill(settings);
};

test('a full journal has no room to write anew: it stays undurable, and builds nothing on what it cannot prove', async () => {
  const badThird = ({ act, path }: DiskCall): string | null =>
    (act === 'write' || act === 'datasync') && path.includes('segment-000000000003') ? 'EIO' : null;
  const clock = new HandClock();
  const { journal } = await openOn(await fullAndKilled({ fault: badThird }), { ...bounds, clock });
  await clock.pass(1_000);
  expect([journal.state, journal.proven(), journal.head().number]).toEqual(['undurable', 32, 33]);
  journal.keepFrom(20);
  await clock.pass(2_000);
  expect([journal.state, journal.proven()]).toEqual(['durable', 33]);
});

test('a journal that is full when the disk works again is full, not undurable: with room it goes on', async () => {
  const disk = await fullAndKilled(noSync);
  const clock = new HandClock();
  const { journal } = await openOn(disk, { ...bounds, clock });
  expect(journal.state).toBe('undurable');
  disk.settings = {};
  await clock.pass(1_000);
  expect([journal.state, journal.proven(), clock.waiting]).toEqual(['durable', 33, 0]);
  expect(codeOf(await journal.append({ n: 34 }))).toBe('journal-full');
  journal.keepFrom(20);
  expect(valueOf(await journal.append({ n: 34 })).number).toBe(34);
});

/** Opens a journal and appends until the power fails; what was acknowledged is in `ledger`, behind what was found. */
const live = async (disk: MemoryDisk, ledger: unknown[], records: number): Promise<void> => {
  const { journal, recovered } = await openOn(disk);
  expect(recovered.damaged).toEqual([]);
  const found = payloadsOf(recovered);
  expect(found.slice(0, ledger.length)).toEqual(ledger);
  // Found and proven is acknowledged as well; what is only found may be taken by the next cut.
  ledger.splice(0, Infinity, ...found.slice(0, journal.proven()));
  for (let count = 1; count <= records; count += 1) {
    const payload = { n: ledger.length + 1, text: 'y'.repeat((count * 3_000) % 10_000) };
    const appended = await journal.append(payload);
    if (appended.ok) ledger.push(payload);
  }
};

test('a power cut or a kill at each call of such a start loses nothing and brings back nothing that was left', async () => {
  const counted = await killedAfterFailure({ fault: badBlock });
  await live(counted, [], 3);
  expect(counted.calls).toBeGreaterThan(20);
  for (let cutAtCall = 1; cutAtCall <= counted.calls; cutAtCall += 1) {
    for (let seed = 1; seed <= 4; seed += 1) {
      const random = seededRandom(seed * 7919 + cutAtCall);
      const ledger: unknown[] = [{ n: 1 }];
      const fault = (): MemoryDiskSettings => (random() < 0.5 ? { fault: badBlock } : {});
      let disk = await killedAfterFailure({ fault: badBlock, cutAtCall });
      await Promise.race([live(disk, ledger, 3), disk.cut]);
      await settle();
      for (let life = 1; life <= 2; life += 1) {
        disk = random() < 0.5 ? disk.afterKill(fault()) : disk.afterPowerCut(seed, fault());
        disk.settings = { ...disk.settings, cutAtCall: 1 + Math.floor(random() * 60) };
        await Promise.race([live(disk, ledger, 18), disk.cut]);
        await settle();
      }
      const last = disk.afterPowerCut(seed, fault());
      await live(last, ledger, 2);
      const verified = valueOf(await verifyJournal(last, dir));
      expect([verified.damaged, verified.head.number], `cut at ${cutAtCall}, seed ${seed}`).toEqual([
        [],
        ledger.length,
      ]);
    }
  }
}, 240_000);
