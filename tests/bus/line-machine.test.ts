import { describe, expect, it } from 'vitest';
import type { FrameNote, Lane, Reply, UnitNote } from '../../src/bus/line.ts';
import { read, testFrame, write } from './support/frames.ts';
import { VirtualWire } from './support/virtual-wire.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const ask = (unit: number, pdu: Uint8Array, lane: Lane = 'poll', turnaroundMs = 20) => ({
  ...{ lane, unit, pdu, turnaroundMs, trace: null },
});
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.failure.code);
const wordOf = (reply: Reply): number => (reply.ok ? (reply.pdu[2]! << 8) | reply.pdu[3]! : -1);

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

describe('adapters and babble', () => {
  it('skips the local echo of an adapter, for writes too, where echo and reply are the same bytes', async () => {
    const wire = new VirtualWire([1]);
    wire.echoes = true;
    const line = wire.line({ echoes: true });
    const replies = await wire.clock.until(
      Promise.all([
        line.submit(ask(1, read(3, 4, 2))),
        line.submit(ask(1, write(6, 4, 99))),
        line.submit(ask(1, read(3, 4, 1))),
        line.submit(ask(2, write(6, 4, 99))),
      ]),
    );
    expect(replies.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'unit-silent']);
    expect(wordOf(replies[2])).toBe(99);
    expect(line.health()).toMatchObject({ strayBytes: 0, echoDamaged: 0 });
  });

  it('names a damaged echo, and does not blame the unit for it', async () => {
    const wire = new VirtualWire([]);
    const line = wire.line({ echoes: true });
    wire.script = () => [{ afterMs: 0, bytes: new Uint8Array(8).fill(0x55) }];
    for (let n = 0; n < 5; n += 1) {
      expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('echo-damaged');
    }
    expect(line.health()).toMatchObject({ echoDamaged: 5, quarantines: 0 });
  });

  it('a babbling line holds an alarm back for a bounded time and is named', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    await wire.clock.run(10);
    wire.put(new Uint8Array(4000).fill(0x5a));
    await wire.clock.run(50);
    const start = wire.clock.now();
    const reply = await wire.clock.until(line.submit(ask(1, write(5, 0, 0xff00), 'alarm')));
    expect(wire.seen[0]!.at - start).toBeLessThan(64 * 1.05 + 20);
    expect(['ok', 'line-babbling']).toContain(codeOf(reply));
    await wire.clock.run(5000);
    const poll = await wire.clock.until(line.submit(ask(1, read(3, 0, 1))));
    expect(codeOf(poll)).toBe('ok');
    expect(line.health().babbles).toBeGreaterThan(0);
    expect(line.health().quarantines).toBe(0);
  });

  it('waits for silence when somebody speaks unasked', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    await wire.clock.run(10);
    wire.put(new Uint8Array(10).fill(0x5a));
    await wire.clock.run(5);
    await wire.clock.until(line.submit(ask(1, read(3, 0, 1))));
    expect(wire.violations).toBe(0);
    expect(wire.collisions).toBe(0);
  });
});

describe('quarantine', () => {
  const pollAll = async (wire: VirtualWire, line: ReturnType<VirtualWire['line']>, forMs: number, units: number[]) => {
    const until = wire.clock.now() + forMs;
    while (wire.clock.now() < until) {
      await wire.clock.until(Promise.all(units.map((unit) => line.submit(ask(unit, read(3, 0, 4), 'poll', 100)))));
      await wire.clock.run(20);
    }
  };

  it('gives probes of eight dead units at most 10 % of the line, and has all back within 10 s of answering', async () => {
    const wire = new VirtualWire(range(24));
    const notes: UnitNote[] = [];
    const line = wire.line({}, { onUnit: (note) => notes.push(note) });
    const dead = range(8);
    for (const unit of dead) wire.units.alive.delete(unit);
    await pollAll(wire, line, 20_000, range(24));
    expect([...line.health().quarantined].sort((a, b) => a - b)).toEqual(dead);
    const before = line.health();
    const start = wire.clock.now();
    await pollAll(wire, line, 60_000, range(24));
    const after = line.health();
    expect((after.probeMs - before.probeMs) / (wire.clock.now() - start)).toBeLessThanOrEqual(0.1);
    expect(after.probes).toBeGreaterThan(before.probes + 40);
    for (const unit of dead) wire.units.alive.add(unit);
    const backFrom = wire.clock.now();
    await pollAll(wire, line, 10_000, range(24));
    const back = notes.filter(({ state, at }) => state === 'back' && at > backFrom);
    expect(back.map(({ unit }) => unit).sort((a, b) => a - b)).toEqual(dead);
    expect(line.health().quarantined).toEqual([]);
    expect(wire.violations).toBe(0);
  });

  it('has a whole line back within 10 s after the cable was mended', async () => {
    const wire = new VirtualWire(range(64));
    const line = wire.line();
    for (const unit of range(64)) wire.units.alive.delete(unit);
    await pollAll(wire, line, 60_000, range(64));
    expect(line.health().quarantined).toHaveLength(64);
    for (const unit of range(64)) wire.units.alive.add(unit);
    await wire.clock.run(10_000);
    expect(line.health().quarantined).toEqual([]);
  });

  it('still sends an alarm to a quarantined unit, once, and refuses polls without line time', async () => {
    const wire = new VirtualWire([1]);
    wire.units.alive.delete(1);
    const line = wire.line();
    for (let n = 0; n < 3; n += 1) await wire.clock.until(line.submit(ask(1, read(3, 0, 1))));
    await wire.clock.run(10);
    const before = wire.seen.length;
    expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('unit-quarantined');
    expect(wire.seen).toHaveLength(before);
    const off = { ...ask(1, write(5, 0, 0), 'alarm'), attempts: 3 };
    expect(codeOf(await wire.clock.until(line.submit(off)))).toBe('unit-silent');
    expect(wire.seen).toHaveLength(before + 1);
    wire.units.alive.add(1);
    expect(codeOf(await wire.clock.until(line.submit(off)))).toBe('ok');
    expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('ok');
  });
});

describe('a line that goes and comes back', () => {
  it('fails everything that waits with line-gone, opens again by itself with back-off, and works', async () => {
    const wire = new VirtualWire([1]);
    const line = wire.line();
    const states: string[] = [];
    line.onState((state) => states.push(state));
    expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('ok');
    const waiting = range(5).map(() => line.submit(ask(1, read(3, 0, 1))));
    wire.refuseOpen = true;
    wire.unplug();
    expect((await wire.clock.until(Promise.all(waiting))).map(codeOf)).toEqual(range(5).map(() => 'line-gone'));
    expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('line-gone');
    const opens = wire.opens;
    await wire.clock.run(20_000);
    expect(wire.opens - opens).toBeLessThan(16);
    wire.refuseOpen = false;
    await wire.clock.run(2500);
    expect(line.state).toBe('open');
    expect(codeOf(await wire.clock.until(line.submit(ask(1, read(3, 0, 1)))))).toBe('ok');
    expect(states).toEqual(['open', 'gone', 'open']);
    await line.close();
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('line-closed');
    expect(wire.clock.pending).toBe(0);
  });

  it('opens a port anew that answers nothing for long', async () => {
    const wire = new VirtualWire([]);
    const line = wire.line();
    for (let n = 0; n < 60; n += 1) {
      await wire.clock.until(line.submit(ask(1 + (n % 30), read(3, 0, 1), 'poll', 300)));
      await wire.clock.run(200);
    }
    expect(wire.opens).toBeGreaterThan(1);
    expect(wire.opens).toBeLessThan(4);
  });
});
