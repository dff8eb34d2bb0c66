import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { SenderKey } from '../../src/core/order.ts';
import { emptyVillage, type Durable } from '../../src/core/village.ts';
import { keepFacts } from '../../src/box/recover.ts';
import { alert, order } from '../core/hamlet.ts';

const old: SenderKey = {
  id: 'old',
  publicKey: 'x',
  name: 'old',
  authority: 'county',
  classes: ['keys'],
  scope: '',
  practice: false,
};
const at = { mono: 5, wall: 5, trust: 'guessed' } as const;
const kept = (event: Event): Durable =>
  keepFacts({ ...emptyVillage.durable, nextReceipt: 9 }, { at, event, receipts: [] });

describe('a record that cannot be folded any more keeps its facts', () => {
  test('an order is seen, by the short hash core compares', () => {
    const taken = order({ kind: 'issue', alert: alert('a') }, { hash: 'ab'.repeat(32) });
    expect(kept({ kind: 'order', order: taken }).seen[taken.id]).toMatchObject({ hash: 'ab'.repeat(8), at: 5 });
  });

  test('what was acknowledged stays so, and no counter of a satellite report is used twice', () => {
    expect(kept({ kind: 'acknowledged', receipt: 4 }).acknowledged).toBe(4);
    expect(kept({ kind: 'satellite-report' }).satelliteReports).toBe(1);
  });

  test('keys that were set stay set', () => {
    const taken = order({ kind: 'set-keys', keys: [] });
    const done = { number: 9, at, trace: taken.id, alert: null, broadcast: null, status: null } as const;
    const before = { ...emptyVillage.durable, keys: [old] };
    const event = { kind: 'order', order: taken } as const;
    const receipts = [{ ...done, body: { stage: 'done', what: 'keys-set' } as const }];
    expect(keepFacts(before, { at, event, receipts }).keys).toEqual([]);
    expect(keepFacts(before, { at, event, receipts: [] }).keys).toHaveLength(1);
  });
});
