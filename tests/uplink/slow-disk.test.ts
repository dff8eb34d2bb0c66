import { expect, it } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { openOutbox } from '../../src/uplink/outbox.ts';
import { receiptOf, settle } from './fixture.ts';

/** An outbox of two receipts whose disk answers when it is let. */
const slowOutbox = () => {
  const reads: { readonly answer: () => void; readonly fail: () => void }[] = [];
  const [sent, reports]: [number[], string[]] = [[], []];
  const both: readonly Receipt[] = [receiptOf(1), receiptOf(2)];
  const outbox = openOutbox({
    now: () => 0,
    source: {
      latest: () => 2,
      acknowledged: () => 0,
      read: () =>
        new Promise((resolve, reject) => {
          reads.push({ answer: () => resolve(both), fail: () => reject(new Error('disk gone')) });
        }),
    },
    send: (receipts) => sent.push(...receipts.map(({ number }) => number)) > 0,
    ...{ onAcknowledge: () => undefined, onGone: () => undefined, report: ({ code }) => reports.push(code) },
  });
  return { outbox, reads, sent, reports };
};

it('receipts are read once while the disk is slow, however often they are asked for', async () => {
  const { outbox, reads, sent } = slowOutbox();
  for (let times = 0; times < 100; times += 1) outbox.wake();
  await settle();
  expect(reads).toHaveLength(1);
  reads[0]?.answer();
  await settle();
  expect([reads.length, sent]).toEqual([1, [1, 2]]);
});

it('receipts that came while a read failed are read at once, and not again before somebody asks', async () => {
  const { outbox, reads, sent, reports } = slowOutbox();
  outbox.wake();
  await settle();
  outbox.wake();
  reads[0]?.fail();
  await settle();
  expect(reads).toHaveLength(2);
  reads[1]?.fail();
  await settle();
  expect([reads.length, reports.length]).toEqual([2, 2]);
  outbox.wake();
  await settle();
  reads[2]?.answer();
  await settle();
  expect(sent).toEqual([1, 2]);
});
