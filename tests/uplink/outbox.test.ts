import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { acknowledgedTo, nextToSend, openOutbox, rewound } from '../../src/uplink/outbox.ts';
import { firstWindow, widestWindow } from '../../src/uplink/pace.ts';
import { receiptMessages, receiptTypeOf, snapshotMessage } from '../../src/uplink/outbound.ts';
import { messageMaxBytes, receiptsPerMessage } from '../../src/uplink/messages.ts';
import { type SignedReceipt } from '../../src/uplink/receipt-message.ts';
import { openUplink } from '../../src/uplink/session.ts';
import { boxSigned, boxSigner, FakeStore, makeBench, numbersIn, receiptOf, settle, snapshotOf } from './fixture.ts';

/** A small deterministic source of random numbers (mulberry32), so that a failure can be played again. */
const dice = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

describe('the cursor of the outbox', () => {
  it('sends in order, at most a window ahead of what is acknowledged', () => {
    const next = (acknowledged: number, sent: number, latest: number) =>
      nextToSend({ acknowledged, sent }, latest, widestWindow);
    expect(next(0, 0, 0)).toBeNull();
    expect(next(0, 0, 5)).toEqual({ from: 1, limit: 5 });
    expect(next(0, 5, 1000)).toEqual({ from: 6, limit: receiptsPerMessage });
    expect(next(0, widestWindow, 1000)).toBeNull();
    expect(next(1, widestWindow, 1000)).toEqual({ from: widestWindow + 1, limit: 1 });
    expect(nextToSend({ acknowledged: 0, sent: 0 }, 1000, 8)).toEqual({ from: 1, limit: 4 });
  });

  it('never goes back, and refuses an acknowledgement of what does not exist', () => {
    expect(acknowledgedTo({ acknowledged: 5, sent: 9 }, 3, 9)).toEqual({
      ok: true,
      value: { acknowledged: 5, sent: 9 },
    });
    expect(acknowledgedTo({ acknowledged: 5, sent: 5 }, 8, 9)).toEqual({
      ok: true,
      value: { acknowledged: 8, sent: 8 },
    });
    expect(acknowledgedTo({ acknowledged: 5, sent: 9 }, 10, 9)).toMatchObject({
      ok: false,
      failure: { code: 'uplink-acknowledge-ahead' },
    });
    expect(rewound({ acknowledged: 5, sent: 9 })).toEqual({ acknowledged: 5, sent: 5 });
  });
});

describe('receipts over a link that is cut again and again', () => {
  it.each([1, 2, 3, 4])('arrive all, in order, each kept once by its number, over 50 cuts (seed %i)', async (seed) => {
    const random = dice(seed);
    const bench = makeBench({ random });
    const uplink = openUplink(bench.options);
    if (!uplink.ok) throw new Error(uplink.failure.code);
    const kept = new Map<number, string>();
    let repeats = 0;
    let cuts = 0;
    let read = 0;
    while (cuts < 50 || kept.size < bench.store.newest) {
      const link = bench.newest();
      if (!link.ended && link.sent.length === 0) link.open();
      if (cuts < 50) bench.store.newest += Math.floor(random() * 12);
      uplink.value.wake();
      await settle();
      if (link !== bench.newest() || link.sent.length < read) read = 0;
      for (const message of link.sent.slice(read)) {
        if (message.type !== 'receipts') continue;
        for (const item of message.items) {
          const { number } = (JSON.parse(item.signed) as SignedReceipt).receipt;
          if (kept.has(number)) {
            repeats += 1;
            expect(kept.get(number)).toBe(item.signature);
          } else {
            expect(number).toBe(kept.size + 1);
            kept.set(number, item.signature);
          }
        }
        // A centre that dies between storing and acknowledging is the case that makes repeats.
        if (random() < 0.7) link.say({ type: 'acknowledge', number: kept.size });
      }
      read = link.sent.length;
      if (cuts < 50 && random() < 0.4) {
        link.cut();
        cuts += 1;
        read = 0;
        await bench.redial();
      } else {
        await bench.clock.pass(1_000);
      }
    }
    expect(kept.size).toBe(bench.store.newest);
    expect(repeats).toBeGreaterThan(0);
    expect(bench.reports.filter((code) => code !== 'uplink-closed')).toEqual([]);
  });

  it('are sent again on a living link when acknowledgements stay away for 30 s', async () => {
    const bench = makeBench();
    bench.store.newest = 2;
    openUplink(bench.options);
    bench.newest().open();
    await bench.clock.pass(65_000);
    expect(
      bench
        .newest()
        .sent.map(numbersIn)
        .filter((numbers) => numbers.length > 0),
    ).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it('wait 72 hours and a restart of the box, and go on after the last acknowledged one', async () => {
    const before = makeBench();
    before.store.newest = 10_000;
    openUplink(before.options);
    before.newest().open();
    await settle();
    before.newest().say({ type: 'acknowledge', number: 7 });
    await settle();
    before.newest().cut();
    await before.clock.pass(72 * 3_600_000);
    const after = makeBench({ outbox: before.store });
    openUplink(after.options);
    after.newest().open();
    await settle();
    const numbers = after.newest().sent.flatMap(numbersIn);
    expect(numbers).toEqual(Array.from({ length: firstWindow }, (_, index) => 8 + index));
  });

  it('begin with the oldest again, also when the store was still reading as the link was cut', async () => {
    const bench = makeBench();
    bench.store.newest = 8;
    const slow: (() => void)[] = [];
    const read = async (from: number, limit: number): Promise<readonly Receipt[]> => {
      await new Promise<void>((resolve) => slow.push(resolve));
      return bench.store.read(from, limit);
    };
    openUplink({
      ...bench.options,
      outbox: { latest: bench.store.latest, acknowledged: bench.store.acknowledged, read },
    });
    bench.newest().open();
    slow.shift()?.();
    await settle();
    expect(bench.newest().sent.flatMap(numbersIn).at(-1)).toBe(4);
    bench.newest().cut();
    await bench.redial();
    bench.newest().open();
    for (let turn = 0; turn < 5; turn += 1) {
      slow.shift()?.();
      await settle();
    }
    expect(bench.newest().sent.flatMap(numbersIn)).toEqual(Array.from({ length: 8 }, (_, index) => index + 1));
  });

  it.each(Array.from({ length: 12 }, (_, turns) => turns))(
    'that are there %i turns after the others go at once, too, and not with the next look',
    async (turns) => {
      let newest = 1;
      const sent: number[] = [];
      const outbox = openOutbox({
        now: () => 0,
        source: { latest: () => newest, acknowledged: () => 0, read: (from) => [receiptOf(from)] },
        send: (receipts) => sent.push(...receipts.map(({ number }) => number)) > 0,
        onAcknowledge: () => undefined,
        onGone: () => undefined,
        report: () => undefined,
      });
      outbox.wake();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      newest = 2;
      outbox.wake();
      await settle();
      expect(sent).toEqual([1, 2]);
    },
  );

  it('that the store no longer has are told as lost, and the rest goes on', async () => {
    const bench = makeBench();
    Object.assign(bench.store, { newest: 9, missingTo: 4 });
    openUplink(bench.options);
    bench.newest().open();
    await settle();
    bench.newest().say({ type: 'acknowledge', number: 8 });
    await settle();
    expect(bench.newest().sent.flatMap(numbersIn)).toEqual([5, 6, 7, 8, 9]);
    expect(bench.reports).toEqual(['uplink-receipts-lost']);
  });

  it('that the store no longer has are named to the centre before what comes behind them', async () => {
    const bench = makeBench();
    Object.assign(bench.store, { newest: 400, missingTo: 0 });
    openUplink(bench.options);
    bench.newest().open();
    await settle();
    // Far more is given up than a window holds, on a link that lives and hears nothing.
    Object.assign(bench.store, { newest: 900, missingTo: 600 });
    await bench.clock.pass(60_000);
    const sent = bench.newest().sent;
    const named = sent.findIndex((message) => message.type === 'status' && message.signed.includes('"gone":600'));
    const behind = sent.findIndex((message) => numbersIn(message).includes(601));
    expect(named).toBeGreaterThan(0);
    expect(behind).toBeGreaterThan(named);
    bench.newest().say({ type: 'acknowledge', number: 604 });
    await settle();
    expect(bench.newest().sent.flatMap(numbersIn)).toContain(605);
  });

  it('that cannot be read for a while are sent when they can', async () => {
    const bench = makeBench();
    Object.assign(bench.store, { newest: 3, broken: true });
    openUplink(bench.options);
    bench.newest().open();
    await settle();
    expect(bench.reports).toEqual(['uplink-outbox-unreadable']);
    bench.store.broken = false;
    await bench.clock.pass(30_000);
    expect(bench.newest().sent.flatMap(numbersIn)).toEqual([1, 2, 3]);
  });
});

describe('the size of messages', () => {
  const textOf = (length: number): string => '"'.repeat(length);

  it('never exceeds 64 kB, whatever stands in receipts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40_000 }), { minLength: 1, maxLength: 12 }), (lengths) => {
        const receipts = lengths.map((length, index) =>
          receiptOf(index + 1, { stage: 'noted', code: 'x', detail: textOf(length) }),
        );
        const messages = receiptMessages(receipts, 'shiling-01', boxSigner);
        for (const message of messages) {
          expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(messageMaxBytes);
        }
        expect(messages.flatMap(numbersIn)).toEqual(receipts.map((receipt) => receipt.number));
      }),
      { numRuns: 30 },
    );
  });

  it('of a receipt that fits nowhere is its number with a note, still signed', () => {
    const huge = receiptOf(1, { stage: 'noted', code: 'x', detail: textOf(70_000) });
    const item = receiptMessages([huge], 'shiling-01', boxSigner)[0]!.items[0]!;
    expect(item.signed).toContain('uplink-receipt-too-long');
    expect(boxSigned(item.signed, item.signature)).toBe(true);
  });

  it('of a snapshot that is too long is kept by leaving details out, and says so', () => {
    const store = new FakeStore();
    const large = snapshotOf(store, {
      terminals: Array.from({ length: 512 }, () => ({
        id: 'x'.repeat(200),
        health: 'well' as const,
        sounding: 'no' as const,
        ageMs: 1,
      })),
    });
    const message = snapshotMessage(large, 1, boxSigner);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(messageMaxBytes);
    expect(JSON.stringify(message)).toContain('uplink-snapshot-too-long');
  });

  it('of the state of 247 terminals fits with room to spare', () => {
    const full = snapshotOf(new FakeStore(), {
      terminals: Array.from({ length: 247 }, (_, index) => ({
        id: `village-${index}-siren-1`,
        health: 'well' as const,
        sounding: 'no' as const,
        ageMs: 123_456,
      })),
    });
    expect(JSON.stringify(snapshotMessage(full, 1, boxSigner))).toContain('village-246-siren-1');
  });
});

describe('the names of receipts', () => {
  it('are those of the message chain', () => {
    expect(receiptTypeOf({ stage: 'received' })).toBe('ack.received');
    expect(receiptTypeOf({ stage: 'verified' })).toBe('ack.valid');
    const terminal = {
      stage: 'terminal',
      terminal: 's',
      grade: 'current',
      reason: null,
      value: 3,
      unit: 'A',
      ageMs: 1,
    } as const;
    expect(
      (['sounded', 'failed', 'unknown'] as const).map((verdict) => receiptTypeOf({ ...terminal, verdict })),
    ).toEqual(['terminal.sounded', 'terminal.failed', 'terminal.unknown']);
  });
});
