import { expect, test } from 'vitest';
import { diskFailure, type Disk } from '../../src/store/disk.ts';
import { openJournal } from '../../src/store/journal.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { codeOf, HandClock, noSync, openOn, payloadsOf, small, valueOf } from './support.ts';

/** As a file system mounted read-only answers. */
const readOnlyOf = (disk: Disk): Disk => {
  const refused = (act: string) => (path: string) => Promise.resolve(diskFailure(act, path, 'EROFS'));
  return {
    open: (path, how) => (how === 'read' ? disk.open(path, how) : refused('open')(path)),
    ...{ rename: refused('rename'), link: refused('link'), unlink: refused('unlink') },
    makeDir: (path) => disk.makeDir(path),
    list: (path) => disk.list(path),
    syncDir: (path) => disk.syncDir(path),
  };
};

test('a disk that became read-only keeps what it holds readable, also behind a segment in which nothing stands yet', async () => {
  const disk = new MemoryDisk();
  const clock = new HandClock();
  const { journal } = await openOn(disk, { clock });
  valueOf(await journal.append({ n: 1 }));
  disk.settings = noSync;
  expect(codeOf(await journal.append({ n: 2 }))).not.toBe('ok');
  disk.settings = {};
  await clock.pass(30_000);
  expect(journal.state).toBe('durable');
  const again = valueOf(await openJournal({ ...small, disk: readOnlyOf(disk.afterKill({})) }));
  expect([again.journal.state, payloadsOf(again.recovered)]).toEqual(['undurable', [{ n: 1 }]]);
});
