import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type * as lock from '../../src/box/lock.ts';
import { machinePorts } from '../../src/box/ports.ts';
import { startBox } from '../../src/main.ts';
import { openJournal } from '../../src/store/journal.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { ok } from '../../src/words/failure.ts';

const folder = { isHeld: false };

vi.mock('../../src/box/lock.ts', async (load) => ({
  ...(await load<typeof lock>()),
  lockFolder: () => ok({ isHeld: folder.isHeld, release: () => undefined }),
}));

/** What a box without memory has written of its stop, which ends once its card can be read. */
const recordsAfterStop = async (isHeld: boolean): Promise<number> => {
  folder.isHeld = isHeld;
  const stateDir = mkdtempSync(join(tmpdir(), 'mingluo-unlocked-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const disk = new MemoryDisk();
  disk.settings = { fault: () => 'EIO' };
  const files = { configDir: 'config', devicesDir: 'devices', stateDir, environment: {} };
  const started = await startBox({ ...files, ports: { ...machinePorts, disk } });
  if (!started.ok) throw new Error(started.failures.map(({ code }) => code).join());
  void started.value.loop.tell({ kind: 'stop', source: 'panel', person: 'panel:stop', id: 's1' });
  disk.settings = {};
  await started.value.stop();
  const journal = await openJournal({ disk, dir: join(stateDir, 'journal') });
  if (!journal.ok) throw new Error(journal.failure.code);
  await journal.value.journal.close();
  return journal.value.recovered.records.length;
};

test('a box that holds no lock of its folder writes no stop there: it may be another’s by then', async () => {
  expect(await recordsAfterStop(false)).toBe(0);
});

test('a box that holds the lock of its folder writes the stop of its life without memory', async () => {
  expect(await recordsAfterStop(true)).toBeGreaterThan(0);
});
