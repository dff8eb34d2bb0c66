import { expect, test } from 'vitest';
import type { Remark } from '../../emulator/centre/remarks.ts';
import type { StoredReceipt } from '../../emulator/centre/receipt.ts';
import { mindsOf, takenTwice, withoutEnd } from './lives.ts';

const receipt = (number: number, stage: string, broadcast: string | null = null): StoredReceipt => ({
  ...{ box: 'b', type: '', arrivedAt: 0, hash: '', signed: '', signature: '' },
  receipt: {
    ...{ number, at: { mono: 0, wall: 0, trust: 'trusted' }, trace: 'order-1', alert: null, broadcast, status: null },
    body: { stage },
  },
});

const told = (...receipts: readonly StoredReceipt[]) => ({ receipts: () => receipts });

const remark = (code: Remark['code']): Remark => ({ at: 0, box: 'b', code, field: null, detail: '7' });

test('an order that a box takes again after a power cut is told', () => {
  expect(takenTwice(told(receipt(1, 'verified'), receipt(2, 'queued', 'b1')))).toEqual([]);
  expect(takenTwice(told(receipt(1, 'verified'), receipt(2, 'verified')))).toEqual(['order order-1 was taken 2 times']);
});

test('a broadcast that was queued before a power cut and never ends is told', () => {
  expect(withoutEnd(told(receipt(1, 'queued', 'b1'), receipt(2, 'ended', 'b1')))).toEqual([]);
  expect(withoutEnd(told(receipt(1, 'queued', 'b1')))).toEqual(['broadcast b1 has no end']);
});

test('what the centre minds of a memory that went back is told, a late answer is not', () => {
  const minds = mindsOf({ remarks: () => [remark('centre-nonce'), remark('centre-receipt-back')] });
  expect(minds).toEqual(['centre-receipt-back 7']);
});
