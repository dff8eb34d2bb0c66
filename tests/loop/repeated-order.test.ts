import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/order.ts';
import { alert, order } from '../core/hamlet.ts';
import { Bench } from './loop-bench.ts';

const emergency = order({ kind: 'issue', alert: alert('a') });
const note = { kind: 'noted', code: 'x', detail: '' } as const;
const accepted = (of: Order) => ({ do: 'answer', order: of.id, via: of.via, outcome: { stage: 'accepted' } });

const tell = (bench: Bench, one: Order): void => void bench.loop.tell({ kind: 'order', order: one });

const works = async (bench: Bench): Promise<void> => {
  for (let second = 0; second < 3; second += 1) {
    bench.advance(1_000);
    await bench.disk('durable');
  }
  expect(bench.loop.isDurable()).toBe(true);
};

describe('an order that comes again', () => {
  test('is answered at once where everything before it is recorded', async () => {
    const bench = new Bench();
    tell(bench, emergency);
    await bench.disk('durable');
    tell(bench, emergency);
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('while its own record is under way is answered behind it, and behind the receipts of it', async () => {
    const bench = new Bench();
    tell(bench, emergency);
    tell(bench, emergency);
    expect(bench.answered).toEqual([]);
    await bench.disk('durable');
    expect(bench.answered).toEqual([accepted(emergency)]);
    expect(bench.released).not.toEqual([]);
  });

  test('waits for no record that was told after it', async () => {
    const bench = new Bench();
    tell(bench, emergency);
    tell(bench, emergency);
    void bench.loop.tell(note);
    await bench.disk('durable', 'oldest');
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('waits for its record also where a later one came to the disk before it', async () => {
    const bench = new Bench();
    tell(bench, emergency);
    void bench.loop.tell(note);
    tell(bench, emergency);
    await bench.disk('durable', 'newest');
    expect(bench.answered).toEqual([]);
    await bench.disk('durable');
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('is never answered from a record that the disk did not take; asked again once it did, it is', async () => {
    const bench = new Bench();
    tell(bench, emergency);
    tell(bench, emergency);
    await bench.disk('failing');
    tell(bench, emergency);
    bench.advance(1_000);
    await bench.disk('failing');
    expect([bench.answered, bench.released]).toEqual([[], []]);
    await works(bench);
    expect(bench.answered).toEqual([]);
    tell(bench, emergency);
    expect(bench.answered).toEqual([accepted(emergency)]);
  });

  test('is answered no more than so many times for one record, however often it comes', async () => {
    const bench = new Bench();
    for (let time = 0; time < 1_000; time += 1) tell(bench, emergency);
    await bench.disk('durable');
    expect(bench.answered).toHaveLength(64);
  });
});
