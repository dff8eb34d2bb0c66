import { describe, expect, it } from 'vitest';
import { laneLimits, Lanes } from '../../src/bus/lanes.ts';
import type { Lane } from '../../src/bus/line.ts';

interface Item {
  readonly lane: Lane;
  readonly n: number;
}

const fill = (lanes: Lanes<Item>, lane: Lane, count: number): void => {
  for (let n = 0; n < count; n += 1) lanes.add({ lane, n });
};

describe('what is dropped when the queue of a line is full', () => {
  it('is the oldest poll first, then the oldest read-back, and only for something higher', () => {
    const lanes = new Lanes<Item>();
    fill(lanes, 'read-back', laneLimits.together - 1);
    fill(lanes, 'poll', 1);
    expect(lanes.add({ lane: 'poll', n: 7 })).toEqual({ lane: 'poll', n: 7 });
    expect(lanes.add({ lane: 'alarm', n: 8 })).toEqual({ lane: 'poll', n: 0 });
    expect(lanes.add({ lane: 'alarm', n: 9 })).toEqual({ lane: 'read-back', n: 0 });
    expect(lanes.add({ lane: 'read-back', n: 10 })).toEqual({ lane: 'read-back', n: 10 });
    fill(lanes, 'poll', 1);
    expect(lanes.length).toBe(laneLimits.together);
  });

  it('is never an alarm: alarms have room of their own, and behind it the newcomer is refused', () => {
    const lanes = new Lanes<Item>();
    for (let n = 0; n < laneLimits.alarms; n += 1) expect(lanes.add({ lane: 'alarm', n })).toBeNull();
    expect(lanes.add({ lane: 'alarm', n: -1 })).toEqual({ lane: 'alarm', n: -1 });
    expect(lanes.take('alarm', () => true)).toEqual({ lane: 'alarm', n: 0 });
  });

  it('takes out all that must go, and keeps the order of the others', () => {
    const lanes = new Lanes<Item>();
    fill(lanes, 'upkeep', 5);
    fill(lanes, 'poll', 2);
    expect(lanes.takeAll(({ lane, n }) => lane === 'upkeep' && n % 2 === 1).map(({ n }) => n)).toEqual([1, 3]);
    expect([...lanes].map(({ lane, n }) => `${lane} ${n}`)).toEqual([
      'upkeep 0',
      'upkeep 2',
      'upkeep 4',
      'poll 0',
      'poll 1',
    ]);
  });

  it('takes the first that may go, and keeps the order of the others', () => {
    const lanes = new Lanes<Item>();
    fill(lanes, 'poll', 4);
    expect(lanes.take('poll', ({ n }) => n > 1)?.n).toBe(2);
    expect([...lanes].map(({ n }) => n)).toEqual([0, 1, 3]);
    expect(lanes.clear()).toHaveLength(3);
    expect(lanes.length).toBe(0);
  });
});
