import { expect, test } from 'vitest';
import { turnLoop, type Loop } from '../../src/box/loop.ts';
import { openMemory, stateHash, type Memory } from '../../src/box/memory.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { scanSegment } from '../../src/store/scan.ts';
import { blockBytes } from '../../src/store/sector.ts';
import { alert, mondayNine, order } from '../core/hamlet.ts';

const open = async (disk: MemoryDisk): Promise<Memory> => {
  const memory = await openMemory(disk, { stateDir: '/s', toCentre: true });
  if (!memory.ok) throw new Error(memory.failure.code);
  return memory.value;
};

const turn = (memory: Memory): Loop => {
  let mono = 0;
  return turnLoop(memory.recovered.village, {
    now: () => ({ mono: (mono += 1), wall: mondayNine + mono, trust: 'trusted' }),
    setTimer: () => () => undefined,
    append: (entry) => memory.append(entry, 0),
    carryOut: () => undefined,
    release: () => undefined,
    answer: () => undefined,
    stateHash,
    report: () => undefined,
  });
};

const issue = (counter: number) => ({
  kind: 'order' as const,
  order: order({ kind: 'issue', alert: alert(`a${counter}`) }, { counter }),
});

/** Is this counter open: would a box that found these windows take an order with it? */
const isOpen = (memory: Memory, counter: number): boolean => {
  const { high, window } = memory.recovered.village.durable.senders['county'] ?? { high: 0, window: '0' };
  return counter > high || ((BigInt(`0x${window}`) >> BigInt(high - counter)) & 1n) === 0n;
};

test('rot in the newest flush leaves no order open that may have stood in it below the highest known counter', async () => {
  const disk = new MemoryDisk();
  const memory = await open(disk);
  const loop = turn(memory);
  await loop.tell(issue(20));
  await loop.tell(issue(15));
  await memory.journal.close();
  const names = await disk.list('/s/journal');
  const segment = `/s/journal/${(names.ok ? names.value : []).find((name) => name.startsWith('segment-')) ?? ''}`;
  expect(isOpen(await open(disk.afterKill()), 15)).toBe(false);
  disk.tamper(segment, (bytes) => {
    const last = scanSegment(bytes, 0).frames.at(-1);
    const rotten = Buffer.from(bytes);
    rotten[(last?.block ?? 0) * blockBytes + 100] = 0xff;
    return rotten;
  });
  const found = await open(disk.afterKill());
  expect(found.notes.map(({ code }) => code)).toContain('journal-damaged');
  expect([15, 14, 19, 20, 21].map((counter) => isOpen(found, counter))).toEqual([false, false, false, false, true]);
});
