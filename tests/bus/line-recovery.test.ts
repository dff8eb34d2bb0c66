import { describe, expect, it } from 'vitest';
import type { Lane, Reply, UnitNote } from '../../src/bus/line.ts';
import { hex, read, write } from './support/frames.ts';
import { VirtualWire } from './support/virtual-wire.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const ask = (unit: number, pdu: Uint8Array, lane: Lane = 'poll', turnaroundMs = 20) => ({
  ...{ lane, unit, pdu, turnaroundMs, trace: null },
});
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.failure.code);

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
    expect(replies[2].ok && hex(replies[2].pdu)).toBe('03020063');
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
