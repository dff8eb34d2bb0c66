import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { bytesInCheckpoint, whoLeaves } from '../../src/core/queue-room.ts';
import type { Broadcast } from '../../src/core/village.ts';
import { alert, Hamlet, hamlet, plan, siren, speaker } from './hamlet.ts';

const liveIn = (village: Hamlet): readonly Broadcast[] => Object.values(village.village.durable.broadcasts);

/** Broadcasts as core makes them, one for each. */
const made = (...alerts: readonly Alert[]): readonly Broadcast[] => {
  const village = new Hamlet();
  for (const one of alerts) village.issue({ kind: 'issue', alert: one });
  return liveIn(village);
};

describe('what a broadcast may take in a checkpoint', () => {
  const tone = { play: 'tone', tone: 'steady' } as const;
  const words = { play: 'speech', text: null, clip: null } as const;
  const [one] = (() => {
    const village = new Hamlet({ ...hamlet, plans: [plan('move-now', { playlist: [tone, words, words] })] });
    village.issue({ kind: 'issue', alert: alert('a', { headline: '红色', text: '水来了', zones: ['east'] }) });
    return liveIn(village);
  })();
  const terminals = [siren('s', 'east'), speaker('t', 'east'), speaker('u', 'west')];

  test('is its rest, its characters, items, terminals and zones, each with its most', () => {
    if (one === undefined) throw new Error('nothing was made');
    const spoken = one.items.map((item) => (item.play === 'speech' ? item.text : ''));
    expect([one.items.length, spoken.filter((text) => text !== '').length]).toEqual([3, 2]);
    const characters = 2 + 3 + spoken.join('').length;
    expect(bytesInCheckpoint({ terminals }, one)).toBe(1_000 + 3 * characters + 3 * 200 + 2 * 250 + 250);
  });
});

describe('who leaves a queue', () => {
  const [low, lower, equal, newcomer] = made(
    alert('low', { severity: 'yellow' }),
    alert('lower', { severity: 'blue' }),
    alert('equal', { severity: 'red' }),
    alert('new', { severity: 'red' }),
  ) as readonly [Broadcast, Broadcast, Broadcast, Broadcast];
  const bytesOf = ({ alert: { id } }: Broadcast): number => ({ low: 10, lower: 1, equal: 30, new: 8 })[id] ?? 100;
  const leave = (live: readonly Broadcast[], count: number, bytes: number): readonly string[] | null =>
    whoLeaves(newcomer, live, { count, bytes, bytesOf })?.map(({ alert: { id } }) => id) ?? null;

  test('nobody where there is room for one more, to the last place and the last byte', () => {
    expect(leave([], 1, 8)).toEqual([]);
    expect(leave([low, lower], 3, 19)).toEqual([]);
  });

  test('the lowest where there is no place more, or not a byte', () => {
    expect(leave([low, lower], 2, 1_000)).toEqual(['lower']);
    expect(leave([low, lower], 10, 18)).toEqual(['lower']);
  });

  test('as many as it takes, and no more', () => {
    expect(leave([low, lower], 10, 17)).toEqual(['lower', 'low']);
    expect(leave([equal, low, lower], 10, 38)).toEqual(['lower', 'low']);
    expect(leave([low, lower], 1, 1_000)).toEqual(['lower', 'low']);
  });

  test('nobody, and the newcomer is refused, where one that is not below it would have to', () => {
    expect(leave([equal], 1, 1_000)).toBeNull();
    expect(leave([equal, lower], 10, 37)).toBeNull();
    expect(leave([equal, lower], 10, 38)).toEqual(['lower']);
  });

  test('the newest of one rank', () => {
    const later = { ...lower, id: 'later', alert: { ...lower.alert, id: 'later' }, sequence: lower.sequence + 50 };
    expect(leave([later, lower], 2, 1_000)).toEqual(['later']);
    expect(leave([lower, later], 2, 1_000)).toEqual(['later']);
  });

  test('what the newcomer replaces makes place for it, however full the queue, and counts for nothing', () => {
    const before = { ...newcomer, id: 'before' };
    expect(leave([before, equal], 2, 38)).toEqual([]);
    expect(leave([before, equal], 1, 38)).toEqual([]);
    expect(leave([before, equal], 2, 37)).toBeNull();
  });
});
