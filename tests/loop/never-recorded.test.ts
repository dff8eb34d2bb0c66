import { expect, test } from 'vitest';
import { receiptsOwed } from '../../src/box/receipts-owed.ts';
import { waitingMax } from '../../src/box/recorder.ts';
import { mostRecordBytes } from '../../src/store/journal.ts';
import { openOutbox } from '../../src/uplink/outbox.ts';
import { diceOf } from '../simulate/dice.ts';
import { loadExample, simVillage } from '../simulate/sim-village.ts';
import { Bench, note } from './loop-bench.ts';

/** Takes receipts as a centre does: up to the first gap, and behind a gap that the box names. */
const centre = () => {
  const kept = new Set<number>();
  let upTo = 0;
  return {
    upTo: () => upTo,
    take: (numbers: readonly number[], gone: number): number => {
      numbers.forEach((number) => kept.add(number));
      upTo = Math.max(upTo, gone);
      while (kept.has(upTo + 1)) upTo += 1;
      return upTo;
    },
  };
};

test('receipts behind those that a failing disk made the box drop still reach the centre', async () => {
  const bench = new Bench();
  const owed = receiptsOwed([], { latestKnown: 0, toCentre: true });
  bench.onLost = owed.neverRecorded;
  bench.onReleased = (receipts) => owed.add(receipts, 1);
  for (let told = 0; told < 2; told += 1) void bench.loop.tell(note);
  await bench.disk('durable');
  for (let told = 0; told < waitingMax + 10; told += 1) void bench.loop.tell(note);
  await bench.disk('failing');
  await bench.works();
  const latest = 2 + waitingMax + 10;
  expect([bench.loop.dropped(), owed.latest()]).toEqual([10, latest]);

  const { take, upTo } = centre();
  let heard: readonly number[] = [];
  const outbox = openOutbox({
    now: () => 0,
    source: { latest: owed.latest, acknowledged: () => 0, read: owed.read },
    send: (receipts) => {
      heard = [...heard, ...receipts.map(({ number }) => number)];
      return true;
    },
    onAcknowledge: owed.acknowledge,
    onGone: () => undefined,
    report: () => undefined,
  });
  outbox.restart();
  for (let look = 0; look < 1_000 && upTo() < latest; look += 1) {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    const number = take(heard, owed.gone());
    if (number > 0) outbox.acknowledge(number);
    heard = [];
    outbox.repeat();
  }
  expect(upTo()).toBe(latest);
});

test('a whole box names the receipts of a record that is too large for its journal as soon as the ones before have come', async () => {
  const village = simVillage({
    ...{ dice: diceOf(1), startWallMs: Date.UTC(2026, 10, 23, 2, 0), loaded: await loadExample(process.cwd()) },
    ...{ onReceipt: () => undefined, onOwed: () => undefined, onFailure: () => undefined },
    onMemoryBack: () => undefined,
  });
  await village.start();
  await village.time.runUntil(20_000);
  const tied = village.life()?.box.tied;
  if (tied === undefined) throw new Error('no box');
  const tooLarge = tied.loop.tell({ ...note, detail: 'x'.repeat(mostRecordBytes) });
  const lost = tied.loop.village().durable.nextReceipt - 1;
  void tied.loop.tell(note);
  await village.time.runUntil(60_000);
  const { owed } = tied.ties.memory;
  expect([await tooLarge, tied.loop.dropped()]).toEqual([false, 1]);
  expect(owed.latest()).toBeGreaterThan(lost);
  expect(owed.gone()).toBe(lost);
});
