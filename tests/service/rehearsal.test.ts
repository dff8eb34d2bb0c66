import { afterEach, describe, expect, it } from 'vitest';
import { createRehearsal, keepRehearsing, type RehearsalParts } from '../../src/box/rehearsal.ts';
import { counterNames, type CounterName, type Exchange, type ModbusLine } from '../../src/bus/line.ts';
import { cleanUp } from '../centre/support.ts';
import { until } from '../support/waiting.ts';
import { bringUp } from './live-rig.ts';

afterEach(cleanUp);

const noCounts = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>;

/** A line that nothing may be sent on. */
const deafLine = (id: string): ModbusLine => ({
  ...{ id, state: 'open', onState: () => undefined, close: () => Promise.resolve() },
  submit: () => {
    throw new Error('a rehearsal must not send');
  },
  health: () => ({ ...noCounts, quarantined: [] }),
});

const setUp = async () => {
  const { begin, exchanges, centre } = await bringUp();
  const box = await begin();
  const { ties, loop } = box.tied;
  await until('a village', () => loop.village().durable.site !== null);
  const rehearsed: Exchange[] = [];
  const modbus = ties.files.loaded.wiring.lines.filter(({ speaks }) => speaks !== 'bytes');
  const parts: RehearsalParts = {
    files: ties.files,
    lines: new Map(modbus.map(({ id }) => [id, deafLine(id)])),
    onExchange: (exchange) => void rehearsed.push(exchange),
    village: loop.village,
    now: ties.clock.now,
  };
  return { box, centre, exchanges, rehearsal: createRehearsal(parts), rehearsed };
};

describe('a rehearsal', () => {
  it('goes the whole way of an alarm, each time: message, signature, decision, frames', async () => {
    const { rehearsal, rehearsed } = await setUp();
    let frames = 0;
    await until('that the outputs are read', () => rehearsal.round().includes('sound'));
    for (let turn = 1; turn <= 24; turn += 1) {
      rehearsed.length = 0;
      expect(rehearsal.round(), `turn ${turn}`).toContain('sound');
      expect(rehearsed.every(({ lane, pdu }) => lane === 'alarm' && pdu[0]! > 4)).toBe(true);
      frames += rehearsed.length;
    }
    expect(frames).toBeGreaterThan(3);
  }, 60_000);

  it('sends, records and tells nothing, and leaves the village as it was', async () => {
    const { box, centre, exchanges, rehearsal } = await setUp();
    const { loop, ties } = box.tied;
    await until('its start', () => exchanges.length > 0 && centre.connected().length === 1);
    const before = { village: structuredClone(loop.village().durable), head: ties.memory.journal.head() };
    for (let turn = 0; turn < 40; turn += 1) rehearsal.round();
    await Promise.resolve();
    expect(loop.village().durable).toEqual(before.village);
    expect(ties.memory.journal.head()).toEqual(before.head);
    expect(exchanges.filter(({ trace }) => trace === '0'.repeat(32))).toEqual([]);
    expect(centre.receipts().filter(({ receipt }) => receipt.body.stage === 'received')).toEqual([]);
  }, 60_000);
});

describe('rehearsals', () => {
  const pace = { first: 30, everyMs: 1000 };

  /** Time that passes only by rounds and by waiting. */
  const stage = (roundMs: number) => {
    let [now, rounds] = [0, 0];
    let next: { at: number; call: () => void } | null = null;
    const waits: number[] = [];
    const stop = keepRehearsing({ round: () => ((now += roundMs), (rounds += 1), []) }, pace, {
      stopwatch: () => now,
      after: (ms, call) => {
        waits.push(ms);
        next = { at: now + ms, call };
        return () => (next = null);
      },
    });
    const run = (until: number): void => {
      for (let due = next; due !== null && due.at <= until; due = next) {
        next = null;
        now = due.at;
        due.call();
      }
    };
    return { run, stop, rounds: () => rounds, waits, spent: () => rounds * roundMs };
  };

  it('are held often at first, in a tenth of the time, and then one a second', () => {
    const quick = stage(1);
    quick.run(3_400);
    expect(quick.rounds()).toBe(30);
    expect(quick.waits.slice(1).every((ms) => ms >= 45)).toBe(true);
    quick.run(13_400);
    expect(quick.rounds()).toBe(40);
  });

  it('leave a slow machine nine tenths of its time, too', () => {
    const slow = stage(40);
    slow.run(8_000);
    expect(slow.spent()).toBeLessThanOrEqual(560);
    expect(slow.rounds()).toBeGreaterThan(5);
  });

  it('end when the box does', () => {
    const quick = stage(1);
    quick.run(3_100);
    const before = quick.rounds();
    expect(before).toBeGreaterThan(0);
    quick.stop();
    quick.run(20_000);
    expect(quick.rounds()).toBe(before);
  });
});
