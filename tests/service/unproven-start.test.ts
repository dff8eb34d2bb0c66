import { afterEach, expect, test } from 'vitest';
import { openMemory } from '../../src/box/memory.ts';
import { machinePorts, type BoxPorts } from '../../src/box/ports.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { pingEveryMs } from '../../src/uplink/liveness.ts';
import { cleanUp } from '../centre/support.ts';
import { until } from '../support/waiting.ts';
import { bringUp } from './live-rig.ts';

afterEach(cleanUp);

const noJournal = {
  fault: ({ act, path }: { readonly act: string; readonly path: string }) =>
    act === 'datasync' && path.includes('/journal/') ? 'EIO' : null,
};

const found: Receipt = {
  number: 1,
  at: { mono: 1, wall: 1, trust: 'guessed' },
  trace: '',
  alert: null,
  broadcast: null,
  status: null,
  body: { stage: 'noted', code: 'x', detail: '' },
};

/**
 * What waits in memory for the disk is not tried again, so that no record of this life is released, and the outbox is not
 * looked after: nothing but the journal that works again can wake the way to the centre.
 */
const neverAgain: BoxPorts['after'] = (ms, call) =>
  ms === 1_000 || ms === pingEveryMs ? () => undefined : machinePorts.after(ms, call);

/** A life that ended with a record which only the system's cache holds. */
const leaveUnproven = async (disk: MemoryDisk, stateDir: string): Promise<MemoryDisk> => {
  const memory = await openMemory(disk, { stateDir, toCentre: true });
  if (!memory.ok) throw new Error(memory.failure.code);
  disk.settings = noJournal;
  const entry = { at: found.at, event: { kind: 'noted', code: 'x', detail: '' }, receipts: [found] } as const;
  expect(await memory.value.append(entry, 0)).toMatchObject({ ok: false });
  return disk.afterKill(noJournal);
};

test(
  'what a start found and could not prove reaches the centre as soon as the disk takes it, with no record of its own',
  { timeout: 60_000 },
  async () => {
    const retries: (() => void)[] = [];
    const journalClock = { after: (_: number, act: () => void) => (retries.push(act), () => undefined) };
    const { centre, dir, disk, begin } = await bringUp({ after: neverAgain, journalClock });
    const killed = await leaveUnproven(disk, dir);
    const box = await begin(killed);
    const numbers = (): readonly number[] => centre.receipts().map(({ receipt: { number } }) => number);
    await until('the state', () => (centre.boxes()[0]?.snapshot ?? null) !== null);
    await until('the trouble', () => !box.tied.loop.isDurable());
    expect([box.tied.ties.memory.owed.latest(), numbers()]).toEqual([1, []]);
    killed.settings = {};
    retries.at(-1)?.();
    await until('the receipt', () => numbers().length > 0);
    expect([numbers(), box.tied.loop.isDurable()]).toEqual([[1], false]);
  },
);
