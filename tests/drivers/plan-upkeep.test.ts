import { describe, expect, it } from 'vitest';
import { wireTiming } from '../../src/bus/timing.ts';
import type { PlannedFrame } from '../../src/drivers/guard.ts';
import { planUpkeep } from '../../src/drivers/plan-upkeep.ts';
import type { WiredLine } from '../../src/drivers/site-map.ts';
import { VirtualWire } from '../bus/support/virtual-wire.ts';
import { read, write } from '../bus/support/frames.ts';
import { catalogue, Village } from './village.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const device = catalogue.registers.get('mingluo-siren')!;

/** A line of sirens of the project's own profile. */
const lineOf = (units: number): WiredLine => ({
  ...{ id: 'a', broadcasts: true, pollEveryMs: 1_000, timing: wireTiming(9600, 'none', 1) },
  units: range(units).map((unit) => ({ unit, groupBit: unit - 1, device })),
});

const framesFor = (units: number, sounding: number): readonly PlannedFrame[] => {
  const due = range(sounding).map((unit) => ({
    ...{ unit, channel: 1, device, groupBit: unit - 1, watts: 100, durationMs: 15_000 },
  }));
  return planUpkeep(lineOf(units), due, () => true);
};

/** The longest that an order waits which comes while these frames are sent, at any of many instants. */
const longestWaitMs = async (frames: readonly PlannedFrame[]): Promise<number> => {
  let longest = 0;
  for (let afterMs = 0.5; afterMs < 150; afterMs += 2.5) {
    const wire = new VirtualWire(range(20));
    const line = wire.line();
    const first = line.submit({ lane: 'poll', unit: 1, pdu: read(3, 0, 1), turnaroundMs: 30, trace: null });
    await wire.clock.until(first);
    const upkeep = frames.map(({ unit, pdu, turnaroundMs }) =>
      line.submit({ lane: 'upkeep', unit, pdu, turnaroundMs, trace: null, attempts: 1 }),
    );
    await wire.clock.run(afterMs);
    const submittedAt = wire.clock.now();
    const order = line.submit({ lane: 'alarm', unit: 20, pdu: write(6, 0x10, 100), turnaroundMs: 30, trace: 'order' });
    await wire.clock.until(Promise.all([order, ...upkeep]));
    longest = Math.max(longest, wire.seen.find(({ unit }) => unit === 20)!.at - submittedAt);
  }
  return longest;
};

describe('what sounds already is renewed', () => {
  it('one by one where they are few: an order that comes meanwhile waits for one short exchange, no group frame', async () => {
    const frames = framesFor(20, 2);
    expect(frames.map(({ unit }) => unit)).toEqual([1, 2]);
    expect(await longestWaitMs(frames)).toBeLessThan(30);
  });

  it('by one group frame where they are many, which is quicker than all of theirs', () => {
    const frames = framesFor(247, 40);
    expect(frames.map(({ unit, outputs }) => [unit, outputs.length])).toEqual([[0, 40]]);
  });

  it('by whichever keeps an order waiting for less: nine one by one, ten by one frame', () => {
    expect(framesFor(247, 9)).toHaveLength(9);
    expect(framesFor(247, 10)).toHaveLength(1);
  });

  it('by one short frame where everybody on the line sounds', () => {
    expect(framesFor(6, 6).map(({ unit, pdu }) => [unit, pdu.length])).toEqual([[0, 5]]);
  });

  it('each once, whichever way is taken', () => {
    for (const sounding of range(30)) {
      const renewed = framesFor(60, sounding).flatMap(({ outputs }) => outputs.map(({ unit }) => unit));
      expect([...renewed].sort((a, b) => a - b)).toEqual(range(sounding));
    }
  });

  it('so by the drivers, too, while the order that began them went out as one frame', async () => {
    const village = new Village();
    for (const unit of range(12)) village.deadMan(`siren-${unit}`, unit, unit - 1);
    village.tone(['siren-1', 'siren-2'], 60_000);
    await village.clock.advance(5_000);
    village.drivers.carryOut({ do: 'renew', terminals: ['siren-1', 'siren-2'], holdMs: 15_000 });
    await village.clock.advance(200);
    const sent = village.line.sent.map(({ unit, lane }) => `${unit} ${lane}`);
    expect(sent.filter((one) => one.endsWith('alarm'))).toEqual(['0 alarm']);
    expect(sent.filter((one) => one.endsWith('upkeep'))).toEqual(['1 upkeep', '2 upkeep']);
    expect(range(3).map((unit) => village.line.units.get(unit)!.on()[0])).toEqual([true, true, false]);
  });
});
