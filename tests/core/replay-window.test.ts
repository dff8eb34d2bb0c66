import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accept, isFresh, unheard } from '../../src/core/replay-window.ts';
import { runs } from '../support/runs.ts';
import { alert, Hamlet, order } from './hamlet.ts';

const width = 1024;
const after = (counters: readonly number[]) => counters.reduce(accept, unheard);

describe('the counters of one sender', () => {
  test('each is taken once; one that was overtaken is still taken, unless it fell out of the window', () => {
    const state = after([5_000]);
    expect(isFresh(state, 5_000)).toBe(false);
    expect(isFresh(state, 5_001)).toBe(true);
    expect(isFresh(state, 5_000 - width + 1)).toBe(true);
    expect(isFresh(state, 5_000 - width)).toBe(false);
    expect(isFresh(accept(state, 4_990), 4_990)).toBe(false);
    expect(accept(state, 4_990).high).toBe(5_000);
  });

  test('in whatever order they come, none is ever fresh again, and the state keeps its size', () => {
    const jumps = fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(jumps, fc.integer({ min: 1, max: 6_000 }), (counters, probe) => {
        let state = unheard;
        const taken = new Set<number>();
        for (const counter of counters) {
          const high = Math.max(0, ...taken);
          expect(isFresh(state, counter)).toBe(!taken.has(counter) && counter > high - width);
          if (!isFresh(state, counter)) continue;
          state = accept(state, counter);
          taken.add(counter);
          expect(state.high).toBe(Math.max(high, counter));
          expect(state.window.length).toBeLessThanOrEqual(width / 4);
        }
        const high = Math.max(...taken);
        expect(isFresh(state, probe)).toBe(!taken.has(probe) && probe > high - width);
      }),
      runs(300),
    );
  });

  test('an order whose id was forgotten is refused by its counter alone', () => {
    const village = new Hamlet();
    const first = order({ kind: 'issue', alert: alert('a') }, { counter: 10_000_000, sender: 'far' });
    village.tell({ kind: 'order', order: first });
    village.tell({
      kind: 'order',
      order: { ...first, id: 'e'.repeat(32), hash: 'other', counter: 10_000_000 - width },
    });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'order-replayed' });
  });
});

describe('new keys', () => {
  test('that would lock everybody out are refused, and the old ones stay', () => {
    const village = new Hamlet();
    const before = village.village.durable.keys;
    village.issue({ kind: 'set-keys', keys: [] }, { class: 'keys' });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'keys-without-keyholder' });
    expect(village.village.durable.keys).toBe(before);
  });
});
