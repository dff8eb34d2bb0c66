import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

const tone = { play: 'tone', tone: 'steady' } as const;
const words = { play: 'speech', text: '请转移', clip: null } as const;

const villageOf = (more: Partial<Site>): Hamlet => new Hamlet({ ...hamlet, ...more });
const issue = (village: Hamlet, id: string, more: Parameters<typeof alert>[1] = {}): void =>
  void village.issue({ kind: 'issue', alert: alert(id, more) });
const told = (village: Hamlet, ...stages: readonly string[]): readonly unknown[] =>
  village.receipts().flatMap(({ alert: id, body }) => (stages.includes(body.stage) ? [[id, body]] : []));

describe('the items of a zone', () => {
  test('that nothing there can play are passed over, and the next keeps its own place', () => {
    const village = villageOf({
      terminals: [speaker('chip', 'east')],
      plans: [plan('move-now', { playlist: [tone, tone, words], repeats: 1 })],
    });
    issue(village, 'a');
    const [, zone, place, terminal] = village.lastCue('chip')?.id.split('|') ?? [];
    expect([zone, place, terminal]).toEqual(['east', '0.2', 'chip']);
    village.spoken('chip');
    expect(told(village, 'ended')).toMatchObject([['a', { how: 'completed', due: 1 }]]);
  });

  test('end by switching off who has no lease, and no one else', () => {
    const village = villageOf({
      terminals: [siren('held', 'east', { lease: { kind: 'held', retrigger: 'unknown' } }), siren('timed', 'east')],
      plans: [plan('move-now', { playlist: [tone], repeats: 1 })],
    });
    issue(village, 'a');
    village.run(60_000);
    const offs = village.log.flatMap(({ at, effect }) =>
      effect.do === 'silence' ? [[at, effect.terminals, effect.cause]] : [],
    );
    expect(offs).toEqual([
      [10_000, ['held'], 'segment-over'],
      [10_300, ['held'], 'segment-over'],
    ]);
  });
});

describe('equal ranks', () => {
  const site = { terminals: [siren('s', 'east')], plans: [plan('move-now', { playlist: [tone], repeats: 2 })] };

  test('take turns, each is told once to have started, and nobody is preempted', () => {
    const village = villageOf(site);
    issue(village, 'a');
    issue(village, 'b');
    village.run(120_000);
    expect(told(village, 'started', 'preempted', 'resumed')).toEqual([
      ['a', { stage: 'started', zone: 'east', pass: 1 }],
      ['b', { stage: 'started', zone: 'east', pass: 1 }],
    ]);
    expect(village.heard()).toHaveLength(4);
  });

  test('give way in a pause: who comes then begins at once, and who paused waits for its turn', () => {
    const village = villageOf(site);
    issue(village, 'a');
    village.run(11_000);
    issue(village, 'b');
    expect(village.heard().map(({ at }) => at)).toEqual([0, 11_000]);
    expect(Object.values(village.village.durable.broadcasts).map(({ zones }) => zones['east'])).toMatchObject([
      { state: 'waiting', passes: 1, resume: null },
      { state: 'playing', passes: 0, resume: null },
    ]);
    expect(told(village, 'preempted')).toEqual([]);
  });
});

describe('a higher rank', () => {
  test('silences what it takes the zone from, which comes back to the item it had come to', () => {
    const village = villageOf({
      terminals: [siren('s', 'east'), speaker('chip', 'east')],
      plans: [plan('move-now', { playlist: [tone, words], repeats: 1 })],
    });
    issue(village, 'low', { severity: 'blue' });
    village.run(11_000);
    expect(village.lastCue('chip')?.id.split('|')[2]).toBe('0.1');
    village.log.length = 0;
    issue(village, 'high');
    expect(village.effects('silence')).toMatchObject([{ terminals: ['chip'], cause: 'preempted' }]);
    village.run(11_000);
    village.spoken('chip');
    expect(village.lastCue('chip')?.id.split('|')[2]).toBe('0.1');
    expect(told(village, 'preempted', 'resumed')).toMatchObject([
      ['low', { stage: 'preempted', zone: 'east' }],
      ['low', { stage: 'resumed', zone: 'east', pass: 1, rule: 'preempted' }],
    ]);
    expect(village.heard().filter(({ play }) => play === 'tone')).toHaveLength(1);
  });
});

test('a zone in which nothing can play it is told once, and the others play it to its end', () => {
  const village = villageOf({
    terminals: [siren('s', 'east'), speaker('chip', 'west')],
    plans: [plan('move-now', { playlist: [tone], repeats: 2 })],
  });
  issue(village, 'a', { zones: ['east', 'west'] });
  village.run(24_000);
  expect(told(village, 'ended')).toEqual([]);
  village.run(60_000);
  expect(told(village, 'degraded', 'ended')).toMatchObject([
    ['a', { stage: 'degraded', zone: 'west', reason: 'nothing-to-play' }],
    ['a', { stage: 'ended', how: 'completed' }],
  ]);
  expect(village.heard().map(({ at }) => at)).toEqual([0, 14_300]);
});
