import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/order.ts';
import { alert, order } from '../core/hamlet.ts';
import { Bench, note } from './loop-bench.ts';

const emergency = order({ kind: 'issue', alert: alert('a') });
const accepted = (of: Order) => ({ do: 'answer', order: of.id, via: of.via, outcome: { stage: 'accepted' } });

describe('an order that comes again', () => {
  test('is answered at once where everything before it is recorded', async () => {
    const bench = new Bench();
    bench.order(emergency);
    await bench.disk('durable');
    bench.order(emergency);
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('while its own record is under way is answered behind it, and behind the receipts of it', async () => {
    const bench = new Bench();
    bench.order(emergency);
    bench.order(emergency);
    expect(bench.answered).toEqual([]);
    await bench.disk('durable');
    expect(bench.answered).toEqual([accepted(emergency)]);
    expect(bench.released).not.toEqual([]);
  });

  test('waits for no record that was told after it', async () => {
    const bench = new Bench();
    bench.order(emergency);
    bench.order(emergency);
    void bench.loop.tell(note);
    await bench.disk('durable', 'oldest');
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('waits for its record also where a later one came to the disk before it', async () => {
    const bench = new Bench();
    bench.order(emergency);
    void bench.loop.tell(note);
    bench.order(emergency);
    await bench.disk('durable', 'newest');
    expect(bench.answered).toEqual([]);
    await bench.disk('durable');
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('is never answered from a record that the disk did not take; asked again once it did, it is', async () => {
    const bench = new Bench();
    bench.order(emergency);
    bench.order(emergency);
    await bench.disk('failing');
    bench.order(emergency);
    bench.advance(1_000);
    await bench.disk('failing');
    expect([bench.answered, bench.released]).toEqual([[], []]);
    await bench.works();
    expect(bench.answered).toEqual([]);
    bench.order(emergency);
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('is answered no more than so many times for one record, however often it comes', async () => {
    const bench = new Bench();
    for (let time = 0; time < 1_000; time += 1) bench.order(emergency);
    await bench.disk('durable');
    expect(bench.answered).toHaveLength(64);
  });
});
