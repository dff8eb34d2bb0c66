import { describe, expect, it } from 'vitest';
import type { Lane, Reply } from '../../src/bus/line.ts';
import { read, testFrame, write } from './support/frames.ts';
import { VirtualWire } from './support/virtual-wire.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const ask = (unit: number, pdu: Uint8Array, lane: Lane = 'poll', turnaroundMs = 20) => ({
  ...{ lane, unit, pdu, turnaroundMs, trace: null },
});
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.failure.code);
const wordOf = (reply: Reply): number => (reply.ok ? (reply.pdu[2]! << 8) | reply.pdu[3]! : -1);

describe('units that do not behave', () => {
  it('a dead unit costs its first-byte timeout, not the time of a reply', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    await wire.clock.run(10);
    const start = wire.clock.now();
    expect(codeOf(await wire.clock.until(line.submit(ask(9, read(3, 0, 10)))))).toBe('unit-silent');
    expect(wire.clock.now() - start).toBeLessThan(8 * 1.05 + 1.1 + 20 + 1.1 + 2.5);
  });

  it('a reply that comes late is never taken for the answer to another register', async () => {
    const wire = new VirtualWire([1]);
    wire.script = ({ unit, pdu, nth }) => [
      { afterMs: nth === 0 ? 450 : 5, bytes: testFrame(unit, ...wire.units.answer(unit, pdu)) },
    ];
    const line = wire.line();
    const [late, ...others] = await wire.clock.until(
      Promise.all([0, 5, 9].map((address) => line.submit(ask(1, read(3, address, 1), 'poll', 50)))),
    );
    expect(codeOf(late!)).toBe('unit-silent');
    expect(others.map(wordOf)).toEqual([256 + 5, 256 + 9]);
    expect(line.health().lateReplies).toBe(1);
    expect(wire.collisions).toBe(0);
  });

  it('a unit that is always half a second late never gives a wrong value, and other units go on meanwhile', async () => {
    const wire = new VirtualWire([1, 2]);
    wire.script = ({ unit, pdu }) => [
      { afterMs: unit === 1 ? 500 : 5, bytes: testFrame(unit, ...wire.units.answer(unit, pdu)) },
    ];
    const line = wire.line();
    const slow = range(12).map((n) => line.submit(ask(1, read(3, n, 1), 'poll', 50)));
    const brisk = range(40).map((n) => line.submit(ask(2, read(3, n, 1), 'poll', 50)));
    const replies = await wire.clock.until(Promise.all(brisk));
    replies.forEach((reply, at) => expect(reply.ok ? wordOf(reply) : 512 + at + 1).toBe(512 + at + 1));
    expect(replies.filter(({ ok }) => ok).length).toBeGreaterThan(36);
    const codes = (await wire.clock.until(Promise.all(slow))).map(codeOf);
    expect(new Set(codes)).toEqual(new Set(['unit-silent', 'unit-quarantined']));
  });

  it('does not believe the echo of an earlier write of other values', async () => {
    const wire = new VirtualWire([1]);
    const fc16 = (value: number) => Uint8Array.of(16, 0, 0, 0, 1, 2, value >> 8, value & 0xff);
    // The first echo is late and comes while the second request waits; the second one was lost.
    wire.script = ({ nth }) => (nth === 0 ? [{ afterMs: 40, bytes: testFrame(1, 16, 0, 0, 0, 1) }] : []);
    const line = wire.line();
    const [first, second] = await wire.clock.until(
      Promise.all([1, 2].map((value) => line.submit(ask(1, fc16(value), 'alarm', 20)))),
    );
    expect([codeOf(first!), codeOf(second!)]).toEqual(['unit-silent', 'reply-doubtful']);
  });

  it('sends the order that cannot wait even while a late reply is owed, and knows its echo by address and value', async () => {
    const wire = new VirtualWire([1]);
    wire.script = ({ unit, pdu, nth }) => [
      { afterMs: nth === 0 ? 45 : 5, bytes: testFrame(unit, ...wire.units.answer(unit, pdu)) },
    ];
    const line = wire.line();
    const on = line.submit(ask(1, write(5, 0, 0xff00), 'alarm'));
    const off = line.submit({ ...ask(1, write(5, 1, 0xff00), 'alarm'), attempts: 1 });
    expect(codeOf(await wire.clock.until(on))).toBe('unit-silent');
    const start = wire.clock.now();
    await wire.clock.until(off);
    expect(wire.clock.now() - start).toBeLessThan(60);
  });

  it('names a unit that answers with a wrong id, a broken reply and a reply of other content', async () => {
    const wire = new VirtualWire([]);
    const line = wire.line();
    const cases: [string, Uint8Array][] = [
      ['reply-wrong-unit', testFrame(9, 3, 2, 0, 1)],
      ['reply-garbled', testFrame(1, 3, 2, 0, 1).map((byte, at) => (at === 4 ? byte ^ 1 : byte))],
      ['reply-garbled', testFrame(1, 3, 2, 0, 1).slice(0, 4)],
      ['reply-mismatch', testFrame(1, 3, 4, 0, 1, 0, 2)],
    ];
    for (const [code, bytes] of cases) {
      wire.script = () => [{ afterMs: 5, bytes }];
      await wire.clock.run(1500);
      expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe(code);
      wire.script = () => [{ afterMs: 5, bytes: testFrame(1, 3, 2, 0, 1) }];
      await wire.clock.run(1500);
      expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('ok');
    }
    expect(line.health()).toMatchObject({ wrongUnit: 1, garbled: 2, mismatched: 1, quarantines: 0 });
  });

  it('hears a reply behind noise, and drops the surplus frame behind it', async () => {
    const wire = new VirtualWire([1]);
    wire.script = ({ unit, pdu }) => {
      const frame = testFrame(unit, ...wire.units.answer(unit, pdu));
      return [{ afterMs: 5, bytes: Uint8Array.from([0xff, 0x01, 0x03, ...frame, ...frame]) }];
    };
    const line = wire.line();
    const replies = await wire.clock.until(Promise.all(range(10).map((n) => line.submit(ask(1, read(3, n, 1))))));
    expect(replies.map(wordOf)).toEqual(range(10).map((n) => 256 + n));
    expect(wire.violations).toBe(0);
  });

  it('tries reads of the alarm and read-back lanes twice, and an order that may not be repeated once', async () => {
    const wire = new VirtualWire([1]);
    const broken = (unit: number, pdu: Uint8Array): Uint8Array => {
      const frame = testFrame(unit, ...wire.units.answer(unit, pdu));
      frame[3]! ^= 0x10;
      return frame;
    };
    wire.script = ({ unit, pdu, nth }) => (nth === 0 ? [{ afterMs: 5, bytes: broken(unit, pdu) }] : null);
    const readBack = wire.line();
    expect(codeOf(await wire.clock.until(readBack.submit(ask(1, read(1, 0, 8), 'read-back'))))).toBe('ok');
    expect(wire.seen).toHaveLength(2);
    const other = new VirtualWire([]);
    const line = other.line();
    await other.clock.until(line.submit(ask(1, write(5, 0x0200, 7), 'alarm')));
    expect(other.seen).toHaveLength(1);
    await other.clock.until(line.submit({ ...ask(2, write(5, 0x0200, 7), 'alarm'), attempts: 3 }));
    expect(other.seen).toHaveLength(4);
  });

  it('reads a reply whose length only silence tells', async () => {
    const wire = new VirtualWire([1]);
    wire.script = () => [{ afterMs: 5, bytes: testFrame(1, 0x41, 1, 2, 3) }];
    const line = wire.line();
    const reply = await wire.clock.until(line.submit(ask(1, Uint8Array.of(0x41, 9))));
    expect(reply.ok && [...reply.pdu]).toEqual([0x41, 1, 2, 3]);
  });
});
