import { expect, test } from 'vitest';
import { MemoryDisk, type DiskCall } from '../../src/store/memory-disk.ts';
import { openJournal } from '../../src/store/journal.ts';
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
  small,
  valueOf,
} from './support.ts';

/** Fails the calls that `when` names. */
const failing =
  (errno: string, when: (call: DiskCall) => boolean) =>
  (call: DiskCall): string | null =>
    when(call) ? errno : null;

const isSegment = ({ path }: DiskCall): boolean => path.includes('/segment-');

test('a failed sync is never tried again on the same pages: the record goes to a new segment', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  await journal.append({ n: 1 });
  const calls: string[] = [];
  let failures = 1;
  disk.settings = {
    fault: (call) => {
      calls.push(`${call.act} ${call.path.replace(`${dir}/`, '')}`);
      return call.act === 'datasync' && failures-- > 0 ? 'EIO' : null;
    },
  };
  const mended: string[] = [];
  journal.onMended(({ code }) => mended.push(code));
  expect(valueOf(await journal.append({ n: 2 })).number).toBe(2);
  expect(journal.state).toBe('durable');
  expect(mended).toEqual(['disk-failed']);
  const failedAt = calls.indexOf('datasync segment-000000000001.journal');
  expect(failedAt).toBeGreaterThanOrEqual(0);
  expect(calls.slice(failedAt + 1).filter((call) => call.includes('segment-000000000001'))).toEqual([]);
  // What the failed sync touched may or may not come back; the record stands either way, once.
  for (let seed = 1; seed <= 20; seed += 1) {
    const after = disk.afterPowerCut(seed);
    const { recovered } = await openOn(after);
    expect(payloadsOf(recovered)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(recovered.damaged).toEqual([]);
  }
});

test('what a failed sync left in the cache is on the device before a killed box goes on, or was never there', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  await journal.append({ n: 1 });
  disk.settings = noSync;
  const mended: string[] = [];
  journal.onMended(({ code }) => mended.push(code));
  expect(codeOf(await journal.append({ n: 2 }))).toBe('journal-undurable');
  expect(mended).toEqual([]);
  const killed = disk.afterKill();
  const next = await openOn(killed);
  const found = payloadsOf(next.recovered);
  valueOf(await next.journal.append({ n: 3 }));
  for (let seed = 1; seed <= 20; seed += 1) {
    const { recovered } = await openOn(killed.afterPowerCut(seed));
    expect(payloadsOf(recovered)).toEqual([...found, { n: 3 }]);
    expect(recovered.damaged).toEqual([]);
  }
});

test('a start that cannot bring what it found to the device builds nothing on it, and calls it proven when it could', async () => {
  const killed = await killedAfterFailedSync({ n: 2 }, noSync);
  const clock = new HandClock();
  const next = await openOn(killed, { clock });
  expect(payloadsOf(next.recovered)).toEqual([{ n: 1 }, { n: 2 }]);
  expect([next.journal.state, next.journal.proven(), next.journal.head().number]).toEqual(['undurable', 1, 2]);
  expect(codeOf(await next.journal.append({ n: 3 }))).toBe('journal-undurable');
  // Whether it is there after a power cut or not, it was never anything else than the last record.
  for (let seed = 1; seed <= 20; seed += 1) {
    const { recovered } = await openOn(killed.afterPowerCut(seed));
    expect([[{ n: 1 }], [{ n: 1 }, { n: 2 }]]).toContainEqual(payloadsOf(recovered));
    expect(recovered.damaged).toEqual([]);
  }
  killed.settings = {};
  await clock.pass(1_000);
  expect([next.journal.state, next.journal.proven()]).toEqual(['durable', 2]);
  valueOf(await next.journal.append({ n: 3 }));
  for (let seed = 1; seed <= 20; seed += 1) {
    const { recovered } = await openOn(killed.afterPowerCut(seed));
    expect(payloadsOf(recovered)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  }
});

test('a flush that was mended in a new segment needs no proof at the next start, on a block that stays bad', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  await journal.append({ n: 1 });
  const badSegment = failing('EIO', (call) => call.act === 'datasync' && call.path.includes('000001'));
  disk.settings = { fault: badSegment };
  await journal.append({ n: 2 });
  const written: string[] = [];
  const killed = disk.afterKill();
  killed.settings = { fault: (call) => (call.act === 'write' ? (written.push(call.path), null) : null) };
  const next = await openOn(killed);
  expect([next.journal.state, next.journal.proven(), payloadsOf(next.recovered)]).toEqual([
    ...['durable', 2],
    [{ n: 1 }, { n: 2 }],
  ]);
  // What stands before a segment was on the device when that segment was begun.
  expect(written.map((path) => path.slice(-9, -8))).toEqual(['2']);
});

test('what is proven late is what was found, whatever the system shows of it by then', async () => {
  const killed = await killedAfterFailedSync({ n: 2 }, noSync);
  const clock = new HandClock();
  const { journal: next } = await openOn(killed, { clock });
  const names = await killed.list(dir);
  killed.settings = {};
  for (const name of (names.ok ? names.value : []).filter((one) => one.startsWith('segment-')).slice(-1))
    killed.tamper(`${dir}/${name}`, (bytes) =>
      Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192)]),
    );
  await clock.pass(1_000);
  expect([next.state, next.proven()]).toEqual(['durable', 2]);
  const { recovered } = await openOn(killed.afterPowerCut(1));
  expect(payloadsOf(recovered).at(-1)).toEqual({ n: 2 });
});

test('a write that fails with EIO is made good in a new segment', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  let failures = 1;
  disk.settings = { fault: failing('EIO', (call) => call.act === 'write' && isSegment(call) && failures-- > 0) };
  expect(valueOf(await journal.append({ n: 1 })).number).toBe(1);
  expect(journal.status().segments).toBe(2);
});

test('while no sync works the journal is undurable, says so, and becomes durable by itself when the disk works', async () => {
  const disk = new MemoryDisk();
  const clock = new HandClock();
  const { journal } = await openOn(disk, { clock });
  const states: string[] = [];
  journal.onState((state) => states.push(state));
  await journal.append({ n: 1 });
  disk.settings = noSync;
  const [second, third] = await Promise.all([journal.append({ n: 2 }), journal.append({ n: 3 })]);
  expect([codeOf(second), codeOf(third)]).toEqual(['journal-undurable', 'journal-undurable']);
  expect(journal.state).toBe('undurable');
  expect(journal.head().number).toBe(1);
  expect(codeOf(await journal.append({ n: 4 }))).toBe('journal-undurable');
  await clock.pass(1_000);
  expect(journal.state).toBe('undurable');
  disk.settings = {};
  await clock.pass(1_000);
  expect(journal.state).toBe('undurable');
  await clock.pass(1_000);
  expect(journal.state).toBe('durable');
  expect(states).toEqual(['undurable', 'durable']);
  expect(valueOf(await journal.append({ n: 5 })).number).toBe(2);
  await journal.close();
  const again = await openOn(disk);
  expect(payloadsOf(again.recovered)).toEqual([{ n: 1 }, { n: 5 }]);
  expect(again.recovered.damaged).toEqual([]);
});

test('the disk is asked again at growing intervals of at most 30 s, one timer at a time', async () => {
  const disk = new MemoryDisk();
  const clock = new HandClock();
  const { journal } = await openOn(disk, { clock });
  let tries = 0;
  disk.settings = {
    fault: ({ act, path }) => {
      if (act === 'datasync' && path.endsWith('spare.journal')) tries += 1;
      return act === 'datasync' ? 'EIO' : null;
    },
  };
  await journal.append({ n: 1 });
  tries = 0;
  for (let second = 0; second < 600; second += 1) {
    await clock.pass(1_000);
    expect(clock.waiting).toBe(1);
  }
  expect(tries).toBeGreaterThan(15);
  expect(tries).toBeLessThan(30);
  await journal.close();
  expect(clock.waiting).toBe(0);
});

test('a full disk stops nothing while the journal has room of its own', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  disk.settings = { capacityBytes: 0 };
  for (let n = 1; n <= 15; n += 1) expect(valueOf(await journal.append({ n })).number).toBe(n);
});

test('on a full disk old segments that may go are used again; without any the journal is undurable and loses nothing', async () => {
  const disk = new MemoryDisk({ capacityBytes: 3 * 65_536 + 1_000 });
  const clock = new HandClock();
  const { journal } = await openOn(disk, { clock });
  let last = await journal.append({ n: 1 });
  for (let n = 2; last.ok; n += 1) last = await journal.append({ n });
  expect(codeOf(last)).toBe('journal-undurable');
  const stood = journal.head().number;
  expect(stood).toBe(45);
  journal.keepFrom(30);
  await clock.pass(1_000);
  expect(journal.state).toBe('durable');
  expect(valueOf(await journal.append({ again: 1 })).number).toBe(stood + 1);
  await journal.close();
  const verified = valueOf(await verifyJournal(disk, dir));
  expect([verified.damaged, verified.head.number]).toEqual([[], stood + 1]);
});

test('a body that cannot be stored refuses its own record only', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  disk.settings = { fault: failing('ENOSPC', ({ path }) => path.includes('/bodies/')) };
  const [small1, large, small2] = await Promise.all([
    journal.append({ n: 1 }),
    journal.append({ text: 'x'.repeat(30_000) }),
    journal.append({ n: 2 }),
  ]);
  expect([codeOf(small1), codeOf(large), codeOf(small2)]).toEqual(['ok', 'disk-full', 'ok']);
  expect(journal.state).toBe('durable');
});

test('a read-only or dead disk at start is a named failure or an undurable journal, never an exception', async () => {
  const dead = new MemoryDisk({ fault: failing('EIO', () => true) });
  expect(codeOf(await openJournal({ ...small, disk: dead }))).toBe('disk-failed');
  const readOnly = new MemoryDisk({ fault: failing('EROFS', ({ act }) => act === 'write' || act === 'datasync') });
  const clock = new HandClock();
  const { journal } = await openOn(readOnly, { clock });
  expect(journal.state).toBe('undurable');
  expect(codeOf(await journal.append({ n: 1 }))).toBe('journal-undurable');
  readOnly.settings = {};
  await clock.pass(1_000);
  expect(valueOf(await journal.append({ n: 1 })).number).toBe(1);
});

/** A life with a rotation and a body; gives back the payloads that were acknowledged. */
const work = async (disk: MemoryDisk, clock: HandClock): Promise<unknown[]> => {
  const acknowledged: unknown[] = [];
  const opened = await openJournal({ ...small, disk, clock });
  if (!opened.ok) return acknowledged;
  const { journal } = opened.value;
  for (let n = 1; n <= 34; n += 1) {
    const payload = n === 20 ? { n, text: 'x'.repeat(30_000) } : { n };
    const result = await journal.append(payload);
    if (result.ok) acknowledged.push(payload);
    else await clock.pass(30_000);
  }
  await journal.close();
  return acknowledged;
};

test('torture: each single call on the disk fails once, with every errno; nothing throws and nothing acknowledged is lost', async () => {
  const counted = new MemoryDisk();
  await work(counted, new HandClock());
  expect(counted.calls).toBeGreaterThan(80);
  for (const errno of ['EIO', 'ENOSPC']) {
    for (let index = 1; index <= counted.calls; index += 1) {
      const disk = new MemoryDisk({ fault: failing(errno, (call) => call.index === index) });
      const acknowledged = await work(disk, new HandClock());
      await settle();
      const { recovered } = await openOn(disk.afterPowerCut(index));
      const found = payloadsOf(recovered).map((payload) => JSON.stringify(payload));
      const lost = acknowledged.filter((payload) => !found.includes(JSON.stringify(payload)));
      expect(lost, `${errno} at call ${index}`).toEqual([]);
      expect(recovered.damaged, `${errno} at call ${index}`).toEqual([]);
    }
  }
}, 60_000);
