import { describe, expect, test } from 'vitest';
import { gatherFrames } from '../../src/box/frame-log.ts';
import type { FrameNote } from '../../src/bus/line.ts';
import type { Event } from '../../src/core/event.ts';
import { openJournal } from '../../src/store/journal.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';

const sent = (trace: string | null, byte: number, direction: FrameNote['direction'] = 'sent'): FrameNote => ({
  line: 'l1',
  direction,
  bytes: Uint8Array.of(byte),
  at: 0,
  trace,
});

const bench = (onTold: (event: Event) => void = () => undefined) => {
  const told: Event[] = [];
  const timers: { ms: number; call: () => void }[] = [];
  const frames = gatherFrames({
    mono: () => 7,
    after: (ms, call) => {
      const timer = { ms, call };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    tell: (event) => {
      told.push(event);
      onTold(event);
    },
  });
  return { told, timers, frames };
};

describe('frames that left for an order', () => {
  test('go with the next record in one flush, and cost no sync of their own', async () => {
    const disk = new MemoryDisk();
    const opened = await openJournal({ disk, dir: '/j' });
    if (!opened.ok) throw new Error(opened.failure.code);
    const { journal } = opened.value;
    await journal.append({ n: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    const written: Promise<unknown>[] = [];
    const { told, timers, frames } = bench((event) => void written.push(journal.append(event)));
    const append = frames.beside((n: number) => journal.append({ n }));
    frames.note(sent('t', 1));
    frames.note(sent('t', 2));
    expect([told.length, timers.map(({ ms }) => ms)]).toEqual([0, [2_000]]);
    const calls = disk.calls;
    written.push(append(1));
    await Promise.resolve();
    await Promise.all(written);
    expect(told).toEqual([
      {
        kind: 'frames',
        frames: [
          { trace: 't', line: 'l1', hex: '01', atMs: 7 },
          { trace: 't', line: 'l1', hex: '02', atMs: 7 },
        ],
      },
    ]);
    expect(disk.calls - calls).toBe(2);
    expect(timers).toEqual([]);
  });

  test('wait for no record longer than two seconds, and for none at the stop', () => {
    const { told, timers, frames } = bench();
    frames.note(sent('t', 1));
    timers[0]?.call();
    expect(told).toHaveLength(1);
    frames.note(sent('t', 2));
    frames.stop();
    expect(told).toHaveLength(2);
    frames.note(sent('t', 3));
    expect(timers).toEqual([]);
  });

  test('are those of an order only: polls and what came back are not recorded', () => {
    const { told, frames } = bench();
    frames.note(sent(null, 1));
    frames.note(sent('t', 1, 'received'));
    frames.stop();
    expect(told).toEqual([]);
  });
});
