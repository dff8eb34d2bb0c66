import { describe, expect, test } from 'vitest';
import { byPrecedence } from '../../src/core/precedence.ts';
import type { Broadcast } from '../../src/core/village.ts';
import { alert, hamlet, Hamlet } from './hamlet.ts';

/** Real broadcasts of these alerts, in received order. */
const broadcastsOf = (...severities: readonly ('red' | 'orange')[]): readonly Broadcast[] => {
  const village = new Hamlet(hamlet);
  for (const [index, severity] of severities.entries())
    village.issue({ kind: 'issue', alert: alert(`a${index}`, { severity }) });
  return Object.values(village.village.durable.broadcasts);
};

const passed = (broadcast: Broadcast, lastPassAt: number | null): Broadcast => {
  const east = broadcast.zones['east'];
  return east === undefined ? broadcast : { ...broadcast, zones: { east: { ...east, lastPassAt } } };
};

const order = (...all: readonly Broadcast[]): readonly string[] =>
  [...all].sort(byPrecedence('east')).map((broadcast) => broadcast.alert.id);

describe('the order in which a zone takes its broadcasts', () => {
  const [a, b, c] = broadcastsOf('orange', 'red', 'orange');
  if (a === undefined || b === undefined || c === undefined) throw new Error('three broadcasts were issued');

  test('is the rank first, whatever was played or received before', () => {
    expect(order(a, passed(b, 99), c)).toEqual(['a1', 'a0', 'a2']);
  });

  test('is then whose last full pass is longest ago, and whoever had none before all', () => {
    expect(order(passed(a, 200), passed(c, 100))).toEqual(['a2', 'a0']);
    expect(order(passed(a, 0), passed(c, null))).toEqual(['a2', 'a0']);
    expect(order(passed(c, 0), passed(a, null))).toEqual(['a0', 'a2']);
  });

  test('is then the order in which they were received', () => {
    expect(order(c, a)).toEqual(['a0', 'a2']);
    expect(order(passed(c, 7), passed(a, 7))).toEqual(['a0', 'a2']);
    expect(byPrecedence('east')(a, a)).toBe(0);
  });

  test('counts a zone that one of them is not for as never played there', () => {
    expect([...[passed(c, 5), passed(a, 5)]].sort(byPrecedence('west')).map(({ sequence }) => sequence)).toEqual([
      1, 3,
    ]);
  });
});
