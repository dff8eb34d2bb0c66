import { expect, test } from 'vitest';
import { openMemory, type Memory } from '../../src/box/memory.ts';
import { isFresh, unheard } from '../../src/core/replay-window.ts';
import { openJournal } from '../../src/store/journal.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { order } from '../core/hamlet.ts';

const at = { mono: 1_000, wall: 1_783_688_400_000, trust: 'trusted' };
const receipt = {
  ...{ number: 7, at, trace: 'a'.repeat(32), alert: null, broadcast: null, status: 'actual' },
  body: { stage: 'received' },
};
const good = { at, event: { kind: 'noted', code: 'x', detail: 'y' }, receipts: [receipt] };

/** A journal whose records are whole, whoever wrote them, opened as the box opens it. */
const openedOver = async (payloads: readonly unknown[]): Promise<Memory> => {
  const disk = new MemoryDisk();
  const journal = await openJournal({ disk, dir: '/state/journal', segmentBytes: 65_536 });
  if (!journal.ok) throw new Error(journal.failure.code);
  for (const payload of payloads) await journal.value.journal.append(payload);
  await journal.value.journal.close();
  const memory = await openMemory(disk, { stateDir: '/state', toCentre: true });
  if (!memory.ok) throw new Error(memory.failure.code);
  return memory.value;
};

test.each([
  ['without receipts', { at, event: { kind: 'wake' } }],
  ['with words for receipts', { at, event: { kind: 'wake' }, receipts: 'trusted' }],
  ['with an event of no kind', { at, event: {}, receipts: [] }],
  ['at no time', { at: {}, event: { kind: 'wake' }, receipts: [] }],
  ['that acknowledges nothing', { at, event: { kind: 'acknowledged' }, receipts: [] }],
  ['of an order without id', { at, event: { kind: 'order', order: { body: {} } }, receipts: [] }],
  ['that is no object', 7],
])('a record %s is told, and the box starts with the others', async (_, strange) => {
  const { recovered } = await openedOver([good, strange, { ...good, receipts: [{ ...receipt, number: 8 }] }]);
  expect(recovered.troubles).toEqual([{ code: 'record-unfoldable', record: 2 }]);
  expect(recovered.village.durable.nextReceipt).toBe(9);
  expect(recovered.owed.map(({ receipt: { number } }) => number)).toEqual([7, 8]);
});

test('which orders stood in strange records behind the last one that can be read nobody knows: none of before is taken', async () => {
  const taken = (counter: number) => ({
    ...{ at, receipts: [] },
    event: { kind: 'order', order: order({ kind: 'cancel', alertId: 'a' }, { counter }) },
  });
  const { recovered } = await openedOver([taken(9), { at, event: { kind: 'of-tomorrow' } }]);
  expect(isFresh(recovered.village.durable.senders['county'] ?? unheard, 8)).toBe(false);
  const whole = await openedOver([taken(9)]);
  expect(isFresh(whole.recovered.village.durable.senders['county'] ?? unheard, 8)).toBe(true);
});
