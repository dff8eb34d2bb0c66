import { describe, expect, it } from 'vitest';
import type { FrameNote, Lane, Reply } from '../../src/bus/line.ts';
import { read, write } from './support/frames.ts';
import { VirtualWire } from './support/virtual-wire.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const ask = (unit: number, pdu: Uint8Array, lane: Lane = 'poll', turnaroundMs = 20) => ({
  ...{ lane, unit, pdu, turnaroundMs, trace: null },
});
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.failure.code);
const wordOf = (reply: Reply): number => (reply.ok ? (reply.pdu[2]! << 8) | reply.pdu[3]! : -1);

/** A line that is at an exchange: what is handed in now has to wait for its turn. */
const busyLine = async () => {
  const wire = new VirtualWire(range(5));
  const line = wire.line();
  const first = line.submit(ask(1, read(3, 0, 10)));
  await wire.clock.run(5);
  return { wire, line, first };
};

describe('turn-taking', () => {
  it('answers every exchange of many units with its own registers and never breaks the silence of t3.5', async () => {
    const wire = new VirtualWire(range(16));
    const line = wire.line();
    const replies = await wire.clock.until(
      Promise.all(range(160).map((n) => line.submit(ask(1 + (n % 16), read(3, n % 50, 4))))),
    );
    replies.forEach((reply, at) => {
      const n = at + 1;
      expect(wordOf(reply)).toBe((1 + (n % 16)) * 256 + (n % 50));
    });
    expect(wire.violations).toBe(0);
    expect(wire.collisions).toBe(0);
    expect(line.health()).toMatchObject({ exchanges: 160, replies: 160, timeouts: 0, silenceForced: 0 });
  });

  it('wastes no time: the line is used for more than 97 % of what frames, turnaround and silence need', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    await wire.clock.until(line.submit(ask(1, read(3, 0, 10))));
    const start = wire.clock.now();
    await wire.clock.until(Promise.all(range(100).map(() => line.submit(ask(1, read(3, 0, 10))))));
    const charMs = 10_000 / 9600;
    const ideal = 100 * ((8 + 25) * charMs + wire.replyAfterMs + 3.5 * charMs);
    expect(ideal / (wire.clock.now() - start)).toBeGreaterThan(0.97);
  });

  it('sends an alarm right after the exchange on the wire, however many polls and read-backs wait', async () => {
    const wire = new VirtualWire(range(200));
    const line = wire.line();
    const polls = range(200).map((unit) => line.submit(ask(unit, read(3, 0, 10))));
    const readBacks = range(20).map((unit) => line.submit(ask(unit, read(1, 0, 8), 'read-back')));
    await wire.clock.run(100);
    const before = wire.seen.length;
    const submittedAt = wire.clock.now();
    const alarm = line.submit({ ...ask(7, write(5, 0, 0xff00), 'alarm'), trace: 'order-1' });
    const reply = await wire.clock.until(alarm);
    expect(reply.ok).toBe(true);
    expect(wire.seen[before]!.frame.startsWith('0705')).toBe(true);
    const longestExchange = (8 + 25) * (10_000 / 9600) + wire.replyAfterMs + 3.65;
    expect(wire.seen[before]!.at - submittedAt).toBeLessThanOrEqual(longestExchange + 0.1);
    expect(reply.timing.queuedMs).toBeCloseTo(wire.seen[before]!.at - submittedAt, 3);
    await wire.clock.until(Promise.all([...polls, ...readBacks]));
    const order = wire.seen.slice(before + 1).map(({ frame }) => frame.slice(2, 4));
    expect(order.lastIndexOf('01')).toBeLessThan(order.indexOf('03'));
  });

  it('sends upkeep after alarms and before read-backs', async () => {
    const { wire, line, first } = await busyLine();
    const later = [
      line.submit(ask(2, read(3, 0, 1), 'read-back')),
      line.submit(ask(3, write(6, 0, 1), 'upkeep')),
      line.submit(ask(4, write(6, 0, 1), 'alarm')),
    ];
    await wire.clock.until(Promise.all([first, ...later]));
    expect(wire.seen.map(({ frame }) => frame.slice(0, 4))).toEqual(['0103', '0406', '0306', '0203']);
  });

  it('never sends upkeep that waited when a newer order for the same unit came, and says so to whoever asked', async () => {
    const { wire, line, first } = await busyLine();
    const upkeep = [
      line.submit(ask(2, write(6, 0, 1), 'upkeep')),
      line.submit(ask(3, write(6, 0, 1), 'upkeep')),
      line.submit(ask(2, read(3, 0, 1), 'upkeep')),
      line.submit(ask(0, write(6, 0, 1), 'upkeep')),
    ];
    const orders = [line.submit(ask(2, write(6, 0, 0), 'alarm')), line.submit(ask(1, read(3, 0, 1), 'alarm'))];
    const replies = await wire.clock.until(Promise.all(upkeep));
    expect(replies.map(codeOf)).toEqual(['exchange-superseded', 'ok', 'ok', 'exchange-superseded']);
    await wire.clock.until(Promise.all([first, ...orders]));
    expect(wire.seen.map(({ frame }) => frame.slice(0, 4))).toEqual(['0103', '0206', '0103', '0306', '0203']);
    const all = line.submit(ask(0, write(6, 0, 0), 'alarm'));
    const behind = line.submit(ask(3, write(6, 0, 1), 'upkeep'));
    const replied = await wire.clock.until(Promise.all([all, behind]));
    expect(replied.map(codeOf)).toEqual(['ok', 'ok']);
  });

  it('keeps alarms first in first out', async () => {
    const wire = new VirtualWire(range(8));
    const line = wire.line();
    await wire.clock.run(10);
    const units = [5, 2, 8, 1];
    await wire.clock.until(Promise.all(units.map((unit) => line.submit(ask(unit, write(5, 0, 0xff00), 'alarm')))));
    expect(wire.seen.map(({ unit }) => unit)).toEqual(units);
  });

  it('waits for no reply to a broadcast, only for the quiet time the units need', async () => {
    const wire = new VirtualWire(range(3));
    const line = wire.line();
    await wire.clock.run(10);
    const start = wire.clock.now();
    const told = await wire.clock.until(line.submit(ask(0, write(5, 2, 0xff00), 'alarm', 30)));
    expect(told).toMatchObject({ ok: true });
    expect(wire.clock.now() - start).toBeLessThan(11);
    await wire.clock.until(line.submit(ask(1, read(1, 0, 8))));
    expect(wire.seen[1]!.at - wire.seen[0]!.end).toBeGreaterThanOrEqual(30);
    expect(range(3).map((unit) => wire.units.coils.get(unit)![2])).toEqual([1, 1, 1]);
    expect(line.health().broadcasts).toBe(1);
  });

  it('refuses what is no exchange with a named error and sends nothing', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    await wire.clock.run(10);
    const bad = [
      ask(256, read(3, 0, 1)),
      ask(1, new Uint8Array(0)),
      ask(1, new Uint8Array(254).fill(3)),
      ask(1, Uint8Array.of(0x83, 1)),
      ask(0, read(3, 0, 1)),
      ask(1, read(3, 0, 1), 'poll', Number.NaN),
      { ...ask(1, read(3, 0, 1)), attempts: 9 },
    ];
    const replies = await wire.clock.until(Promise.all(bad.map((exchange) => line.submit(exchange))));
    expect(replies.map(codeOf)).toEqual(bad.map(() => 'exchange-invalid'));
    expect(wire.seen).toHaveLength(0);
  });

  it('tells exceptions with their code', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    const reply = await wire.clock.until(line.submit(ask(1, read(3, 60, 10))));
    expect(reply).toMatchObject({
      ok: false,
      failure: { code: 'modbus-exception', params: { exception: 2, unit: 1 } },
    });
  });

  it('gives up the oldest poll when the queue is full, never an alarm', async () => {
    const wire = new VirtualWire(range(2));
    const line = wire.line();
    const settled: string[] = [];
    const polls = range(1030).map((n) => line.submit(ask(1, read(3, n % 60, 1))).then((r) => settled.push(codeOf(r))));
    const alarms = range(50).map(() => line.submit(ask(2, write(5, 0, 0xff00), 'alarm')));
    const replies = await wire.clock.until(Promise.all(alarms), 300_000);
    expect(replies.every((reply) => reply.ok)).toBe(true);
    await wire.clock.until(Promise.all(polls), 300_000);
    expect(settled.filter((code) => code === 'line-busy')).toHaveLength(56);
    expect(settled.filter((code) => code === 'ok')).toHaveLength(974);
  });

  it('logs every frame under the trace of its order', async () => {
    const wire = new VirtualWire([1]);
    const notes: FrameNote[] = [];
    const line = wire.line({}, { onFrame: (note) => notes.push(note) });
    await wire.clock.until(line.submit({ ...ask(1, write(5, 0, 0xff00), 'alarm'), trace: 'order-7' }));
    expect(notes.map(({ direction, trace }) => [direction, trace])).toEqual([
      ['sent', 'order-7'],
      ['received', 'order-7'],
    ]);
    expect(Buffer.from(notes[0]!.bytes).toString('hex')).toBe('01050000ff008c3a');
    expect(notes[1]!.bytes).toEqual(notes[0]!.bytes);
  });
});
