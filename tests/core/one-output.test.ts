import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { cardTerminals, fed, zonesNamed } from './card.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';

const words = (...texts: readonly string[]) => ({
  playlist: texts.map((text) => ({ play: 'speech', text, clip: null }) as const),
  repeats: 2,
});

/** Three zones on one card, the middle one with a chip too, the last with a siren; a fourth has a card of its own. */
const site: Site = {
  ...hamlet,
  zones: zonesNamed('east', 'west', 'hill', 'far'),
  terminals: [...cardTerminals, fed('far-card', 'far', { output: 'other-card' })],
  plans: [
    plan('move-now'),
    plan('words', words('一')),
    plan('twice', words('一', '二')),
    plan('say', { ...words('一'), drill: { ...words('甲', '乙'), repeats: 1, sirenUnlockMs: 0 } }),
  ],
};

const issue = (village: Hamlet, id: string, zones: readonly string[], more: Parameters<typeof alert>[1] = {}): void =>
  void village.issue(
    { kind: 'issue', alert: alert(id, { plan: 'words', zones, ...more }) },
    { class: more.status === 'drill' ? 'drill' : 'alarm' },
  );
const low = { severity: 'blue' } as const;
const ended = (village: Hamlet, ...terminals: readonly string[]): void =>
  void village.tell({
    kind: 'evidence',
    findings: terminals.map((terminal) => village.finding(terminal, 'ended', { grade: 'switched' })),
  });
const heardAt = (village: Hamlet, terminal: string): readonly number[] =>
  village.heard().flatMap((one) => (one.terminal === terminal ? [one.at] : []));
const play = (village: Hamlet, zone: string) => village.village.durable.plays[zone];
const progress = (village: Hamlet, zone: string) =>
  Object.values(village.village.durable.broadcasts).flatMap((one) => one.zones[zone] ?? []);
const degraded = (village: Hamlet): readonly string[] =>
  village.receipts().flatMap(({ body }) => (body.stage === 'degraded' ? [`${body.zone} ${body.reason}`] : []));

describe('an output that a higher rank takes', () => {
  test('is silenced in the other zone, and whoever has a voice of its own there goes on', () => {
    const village = new Hamlet(site);
    issue(village, 'low', ['west'], low);
    village.run(500);
    issue(village, 'high', ['east']);
    expect(village.effects('silence')).toMatchObject([{ terminals: ['west-card'], cause: 'preempted' }]);
    expect(play(village, 'west')).toMatchObject({ phase: 'item', startedAt: 0, speaking: ['west-chip'] });
    expect(degraded(village)).toEqual(['west output-shared']);
  });

  test('leaves the siren of a tone sounding', () => {
    const village = new Hamlet(site);
    issue(village, 'low', ['hill'], { ...low, plan: 'move-now' });
    village.run(500);
    issue(village, 'high', ['east']);
    expect(village.effects('silence')).toMatchObject([{ terminals: ['hill-card'] }]);
    expect(play(village, 'hill')).toMatchObject({ phase: 'item', startedAt: 0, speaking: [] });
    expect(play(village, 'hill')?.tone?.starts.map(({ terminal }) => terminal)).toEqual(['hill-siren']);
  });

  test('is the only one: a zone with another card does not notice', () => {
    const village = new Hamlet(site);
    issue(village, 'low', ['far'], low);
    village.run(500);
    issue(village, 'high', ['east']);
    issue(village, 'equal', ['far', 'east'], { ...low, id: 'equal' });
    expect(village.effects('silence')).toEqual([]);
    expect(degraded(village).filter((one) => one.startsWith('far'))).toEqual([]);
    expect(play(village, 'far')).toMatchObject({ phase: 'item', speaking: ['far-card'] });
  });

  test.each([
    ['an alert', 'actual', 1],
    ['a drill', 'drill', 0],
  ] as const)('makes %s wait, and it begins its item, or from its mark', (_, status, item) => {
    const village = new Hamlet(site);
    issue(village, 'low', ['east'], { ...low, status, plan: status === 'drill' ? 'say' : 'twice' });
    village.run(500);
    ended(village, 'east-card');
    village.run(500);
    expect(progress(village, 'east')[0]?.item).toBe(1);
    issue(village, 'high', ['hill']);
    expect(play(village, 'east')).toMatchObject({ phase: 'waiting', startedAt: 1_000, endsAt: 4_000, speaking: [] });
    expect(progress(village, 'east')[0]).toMatchObject({ item, passes: 0, state: 'playing' });
  });
});

describe('a zone whose every item needs an output that a higher rank has', () => {
  test('waits, counts no pass, says so once, and begins when it is free', () => {
    const village = new Hamlet(site);
    issue(village, 'high', ['hill']);
    village.run(500);
    issue(village, 'low', ['east'], { ...low, plan: 'twice' });
    expect(play(village, 'east')).toMatchObject({ phase: 'waiting', startedAt: 500 });
    expect(progress(village, 'east').at(-1)).toMatchObject({ item: 0, passes: 0, state: 'playing' });
    village.run(3_500);
    expect(play(village, 'east')?.phase).toBe('waiting');
    expect(degraded(village)).toEqual(['east output-shared']);
    village.issue({ kind: 'cancel', alertId: 'high' });
    expect(heardAt(village, 'east-card')).toEqual([village.mono]);
    expect(degraded(village)).toEqual(['east output-shared', 'east restored']);
  });

  test('plays meanwhile what does not need it', () => {
    const village = new Hamlet(site);
    issue(village, 'high', ['east'], { plan: 'twice' });
    village.run(500);
    issue(village, 'low', ['hill'], { ...low, plan: 'move-now' });
    expect(heardAt(village, 'hill-siren')).toEqual([500]);
    expect(heardAt(village, 'hill-card')).toEqual([]);
    village.run(10_400);
    expect(progress(village, 'hill').at(-1)).toMatchObject({ passes: 1, item: 0 });
    expect(play(village, 'hill')?.phase).toBe('pause');
  });

  test('as a drill waits for each item in its turn and leaves nothing out', () => {
    const village = new Hamlet(site);
    issue(village, 'high', ['east']);
    village.run(500);
    issue(village, 'd', ['west'], { status: 'drill', plan: 'say' });
    expect(heardAt(village, 'west-chip')).toEqual([500]);
    village.run(2_000);
    village.spoken('west-chip');
    expect(progress(village, 'west').at(-1)).toMatchObject({ item: 1 });
  });
});

describe('two zones that wait since the same instant', () => {
  test('have it in the order of the site, one after the other', () => {
    const village = new Hamlet(site);
    issue(village, 'first', ['hill']);
    village.run(500);
    issue(village, 'later', ['west'], {});
    issue(village, 'latest', ['east'], {});
    expect([play(village, 'east')?.phase, heardAt(village, 'west-chip')]).toEqual(['waiting', [500]]);
    ended(village, 'hill-card');
    expect(heardAt(village, 'east-card')).toEqual([500]);
    expect(heardAt(village, 'west-card')).toEqual([]);
  });
});

describe('zones of one broadcast', () => {
  test('wait three seconds for one that is about to come to the same item, and no longer', () => {
    const village = new Hamlet({ ...site, tones: [{ ...hamlet.tones[0]!, onMs: 6_000 }] });
    issue(village, 'a', ['east', 'hill'], { plan: 'move-now' });
    village.run(1_000);
    ended(village, 'east-card');
    expect(play(village, 'east')).toMatchObject({ phase: 'waiting', startedAt: 1_000, endsAt: 4_000 });
    ended(village, 'hill-card');
    village.run(2_999);
    expect(heardAt(village, 'east-card')).toEqual([0]);
    village.run(2);
    expect(heardAt(village, 'east-card')).toHaveLength(2);
  });
});
