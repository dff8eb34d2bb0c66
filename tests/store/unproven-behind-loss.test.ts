import { expect, test } from 'vitest';
import { MemoryDisk, type DiskCall } from '../../src/store/memory-disk.ts';
import { blockBytes } from '../../src/store/sector.ts';
import { codeOf, dir, killedAfterFailedSync, noSync, openOn, payloadsOf, valueOf } from './support.ts';

const oldSegment = 'segment-000000000001';
const badBlock = ({ act, path }: DiskCall): string | null =>
  (act === 'write' || act === 'datasync') && path.includes(oldSegment) ? 'EIO' : null;

test('a flush with a loss behind it is not written anew: the number that was lost is never given again', async () => {
  const disk = await killedAfterFailedSync({ n: 2 }, {});
  // The second record's block rots: it may have been acknowledged, so its number is not used again.
  disk.tamper(`${dir}/${oldSegment}.journal`, (bytes) => bytes.fill(7, 2 * blockBytes, 3 * blockBytes));
  const failing = disk.afterKill({ fault: badBlock });
  const { journal, recovered } = await openOn(failing);
  expect(recovered.damaged).toMatchObject([{ first: 2, last: 2 }]);
  expect(journal.state).toBe('undurable');
  const next = await openOn(failing.afterKill());
  expect(next.recovered.damaged).toMatchObject([{ first: 2, last: 2 }]);
  expect(valueOf(await next.journal.append({ n: 3 })).number).toBe(3);
});

test('a flush that failed is still to be proven where the segment begun after it cannot say so', async () => {
  const disk = new MemoryDisk();
  const { journal } = await openOn(disk);
  valueOf(await journal.append({ n: 1 }));
  // The flush fails, the header of the next segment stands, the flush there fails too.
  disk.settings = { fault: ({ act, path }) => (act === 'datasync' && path.includes('segment-') ? 'EIO' : null) };
  expect(codeOf(await journal.append({ n: 2 }))).not.toBe('ok');
  const killed = disk.afterKill(noSync);
  killed.tamper(`${dir}/segment-000000000002.journal`, (bytes) => bytes.fill(7, 0, blockBytes).fill(0, blockBytes));
  const again = await openOn(killed);
  expect(payloadsOf(again.recovered)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(again.journal.proven()).toBe(1);
});
