import { describe, expect, test } from 'vitest';
import { step } from '../../src/core/step.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import type { JournalEntry } from '../../src/box/loop.ts';
import { recover } from '../../src/box/recover.ts';
import { alert, hamlet, order } from '../core/hamlet.ts';
import { Bench, configuredWith, stateHash } from './loop-bench.ts';

const configured = configuredWith(hamlet);

describe('the order of acts', () => {
  test('an emergency is on the wire before its record is durable, its receipts only after', async () => {
    const bench = new Bench();
    void bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    expect(bench.kinds()).toContain('sound');
    expect(bench.released).toHaveLength(0);
    await bench.disk('durable');
    expect(bench.released.map((receipt) => receipt.body.stage)).toEqual(['received', 'verified', 'queued', 'started']);
  });

  test('routine waits for its record', async () => {
    const bench = new Bench();
    const notice = alert('n', { class: 'routine', plan: 'notice' });
    void bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: notice }, { class: 'routine' }) });
    expect(bench.kinds()).not.toContain('sound');
    await bench.disk('durable');
    expect(bench.kinds()).toContain('sound');
  });

  test('while the disk fails emergencies sound, nothing is acknowledged, and everything is recorded once it works', async () => {
    const bench = new Bench();
    const told = bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    await bench.disk('failing');
    expect(await told).toBe(false);
    expect(bench.kinds()).toContain('sound');
    expect(bench.loop.isDurable()).toBe(false);
    void bench.loop.tell({ kind: 'stop', source: 'cli', person: 'li', id: 's' });
    expect(bench.carried.at(-2)?.do === 'silence' || bench.kinds().includes('silence')).toBe(true);
    expect(bench.released).toHaveLength(0);
    bench.advance(1_000);
    await bench.disk('durable');
    expect(bench.loop.isDurable()).toBe(true);
    expect(bench.released.map((receipt) => receipt.number)).toEqual(
      [...bench.released.keys()].map((index) => index + (bench.released[0]?.number ?? 0)),
    );
  });

  test('while the disk fails routine is refused by its code', async () => {
    const bench = new Bench();
    void bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    await bench.disk('failing');
    const notice = alert('n', { class: 'routine', plan: 'notice', zones: ['west'] });
    const { receipts } = bench.loop.ask({
      kind: 'order',
      order: order({ kind: 'issue', alert: notice }, { class: 'routine' }),
    });
    expect(receipts.map(({ body }) => body)).toEqual([
      expect.objectContaining({ stage: 'refused', code: 'routine-undurable' }),
    ]);
  });

  test('one timer is set, to the next wake of core', () => {
    const bench = new Bench();
    void bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    expect(bench.timers.filter((timer) => timer.at > 0)).toHaveLength(1);
    bench.advance(11_000);
    expect(bench.kinds().filter((kind) => kind === 'sound')).toHaveLength(2);
  });
});

describe('recovery', () => {
  const ran = (): { bench: Bench; entries: { number: number; entry: JournalEntry }[] } => {
    const bench = new Bench();
    void bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    for (let time = 0; time < 40; time += 1) {
      bench.advance(100);
      void bench.loop.tell({ kind: 'noted', code: 'x', detail: String(time) });
    }
    return { bench, entries: bench.entries.map((entry, index) => ({ number: index + 1, entry })) };
  };
  const checkpoint = { record: 0, hash: '', durable: configured.durable, owedFrom: 1 };

  test('checkpoint and journal fold to the state the box had, hash for hash', () => {
    const { bench, entries } = ran();
    const recovered = recover(checkpoint, entries, stateHash);
    expect(canonicalJson(recovered.village.durable)).toBe(canonicalJson(bench.loop.village().durable));
    expect(recovered.troubles).toEqual([]);
    expect(entries.some(({ entry }) => entry.state !== undefined)).toBe(true);
  });

  test('receipts that were not acknowledged are owed, in order and without gaps', () => {
    const { entries } = ran();
    const { owed, village } = recover(checkpoint, entries, stateHash);
    expect(owed.map(({ receipt }) => receipt.number)).toEqual(owed.map((_, index) => index + 1));
    expect(owed).toHaveLength(village.durable.nextReceipt - 1);
  });

  test('a tail that newer rules fold differently is reported, and no receipt number is given out twice', () => {
    const { entries } = ran();
    const altered = entries.map(({ number, entry }) =>
      entry.state === undefined ? { number, entry } : { number, entry: { ...entry, state: 'other' } },
    );
    const last = altered.at(-1);
    const future = { ...last!.entry.receipts[0]!, number: 9_999 };
    altered.push({ number: last!.number + 1, entry: { ...last!.entry, receipts: [future] } });
    const recovered = recover(checkpoint, altered, stateHash);
    expect(recovered.troubles[0]).toMatchObject({ code: 'fold-differs' });
    expect(recovered.village.durable.nextReceipt).toBe(10_000);
  });

  test('over missing records no receipt number is left out, and no order that may have stood in them is taken', () => {
    const { entries } = ran();
    // The order that filled the zones stood in the first record; without it no rule makes the receipts that followed.
    const [first, ...rest] = entries;
    const late = order({ kind: 'issue', alert: alert('b') }, { counter: 7 });
    const happening = { at: rest[0]!.entry.at, event: { kind: 'order', order: late } } as const;
    const receipts = [{ ...first!.entry.receipts[0]!, number: 1 }];
    const gap = { number: 60, entry: { ...happening, receipts } };
    const { village } = recover(checkpoint, [gap], stateHash);
    expect(village.durable.nextReceipt).toBe(2);
    const again = step(village, {
      ...happening,
      event: { ...happening.event, order: { ...late, id: 'c', counter: 3 } },
    });
    expect(again.effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt.body] : []))).toEqual([
      expect.objectContaining({ stage: 'refused', code: 'order-replayed' }),
    ]);
  });
});
