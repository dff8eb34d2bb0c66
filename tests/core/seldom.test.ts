import { describe, expect, test } from 'vitest';
import type { AlertAudio } from '../../src/core/alert.ts';
import { endBroadcast } from '../../src/core/end-broadcast.ts';
import { livesRoutine } from '../../src/core/interrupt-routine.ts';
import { nextWake } from '../../src/core/next-wake.ts';
import type { Site, Supply, Terminal } from '../../src/core/site.ts';
import { startAt } from '../../src/core/supply-starts.ts';
import { emptyVillage, type Broadcast } from '../../src/core/village.ts';
import { coreErrors } from '../../src/words/errors/core.ts';
import { latest, progressIn, putBroadcast, type Work } from '../../src/core/work.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

const tone = { play: 'tone', tone: 'steady' } as const;
const words = { play: 'speech', text: '请转移', clip: null } as const;

const villageOf = (more: Partial<Site>): Hamlet => new Hamlet({ ...hamlet, ...more });
const issue = (village: Hamlet, id: string, more: Parameters<typeof alert>[1] = {}): string =>
  village.issue({ kind: 'issue', alert: alert(id, more) }).id;
const see = (
  village: Hamlet,
  terminal: string,
  ...more: Parameters<Hamlet['finding']> extends [string, ...infer R] ? R : never
) => village.tell({ kind: 'evidence', findings: [village.finding(terminal, ...more)] });
const onAir = (village: Hamlet, zone: string) => village.village.durable.plays[zone];
const alertOnAir = (village: Hamlet, zone = 'east'): string | undefined =>
  village.village.durable.broadcasts[onAir(village, zone)?.broadcast ?? '']?.alert.id;
const only = (village: Hamlet): Broadcast => {
  const [broadcast] = Object.values(village.village.durable.broadcasts);
  if (broadcast === undefined) throw new Error('no broadcast');
  return broadcast;
};

/** A step at work on a village, as `step` makes it. */
const workOn = ({ village, at }: Hamlet, site: Site = hamlet): Work => ({
  ...{
    at,
    site,
    durable: { ...village.durable },
    senses: { ...village.senses },
    effects: [],
    urgent: false,
    trace: '',
  },
  ...{ started: new Set(), waited: new Map(), shut: new Set() },
});

describe('turns', () => {
  const loud = { terminals: [siren('s', 'east')], plans: [plan('move-now', { playlist: [tone], repeats: 3 })] };

  test('an equal rank that comes in the middle of a later pass lets that pass end', () => {
    const village = villageOf(loud);
    issue(village, 'first');
    village.run(16_000);
    expect(onAir(village, 'east')).toMatchObject({ phase: 'item', startedAt: 14_300 });
    issue(village, 'second');
    expect(alertOnAir(village)).toBe('first');
    expect(village.run(8_500).heard()).toHaveLength(2);
    expect(alertOnAir(village)).toBe('first');
    village.run(200);
    expect(alertOnAir(village)).toBe('second');
  });

  test('of two zones that wait for one output since the same instant the first of the site goes first', () => {
    const fed = (id: string, zone: string): Terminal => speaker(id, zone, { output: 'card', proof: 'none' });
    const [zone] = hamlet.zones;
    const zones = ['east', 'west', 'hill'].flatMap((id) => (zone === undefined ? [] : [{ ...zone, id }]));
    const village = villageOf({
      zones,
      terminals: zones.map(({ id }) => fed(`${id}-card`, id)),
      plans: [plan('move-now', { playlist: [words], repeats: 1 })],
    });
    issue(village, 'h', { zones: ['hill'] });
    village.run(500);
    issue(village, 'w', { zones: ['west'] });
    issue(village, 'e', { zones: ['east'] });
    expect([onAir(village, 'west'), onAir(village, 'east')]).toMatchObject([
      { phase: 'waiting', startedAt: 500 },
      { phase: 'waiting', startedAt: 500 },
    ]);
    see(village, 'hill-card', 'ended', { grade: 'switched' });
    expect(village.heard().map(({ terminal }) => terminal)).toEqual(['hill-card', 'east-card']);
    village.run(500);
    see(village, 'east-card', 'ended', { grade: 'switched' });
    expect(village.heard().map(({ terminal }) => terminal)).toEqual(['hill-card', 'east-card', 'west-card']);
  });
});

describe('evidence', () => {
  test('of a better grade for what is proven already is kept and not reported again', () => {
    const village = villageOf({ terminals: [siren('s', 'east')] });
    issue(village, 'a');
    village.run(1_000);
    see(village, 's', 'sounding', { grade: 'current' });
    village.run(1_000);
    see(village, 's', 'sounding', { grade: 'microphone' });
    expect(village.stages().filter((stage) => stage === 'terminal')).toHaveLength(1);
    expect(only(village).results['s']).toMatchObject({ verdict: 'sounded', grade: 'microphone', at: 2_000 });
  });

  test('that a loudspeaker is heard does not say that it has ended: its zone waits on', () => {
    const village = villageOf({ plans: [plan('move-now', { playlist: [words, tone], repeats: 1 })] });
    issue(village, 'a');
    village.run(500);
    see(village, 'east-speaker', 'sounding', { grade: 'sound' });
    expect(onAir(village, 'east')?.speaking).toEqual(['east-speaker']);
    village.spoken('east-speaker');
    expect(onAir(village, 'east')).toMatchObject({ speaking: [], tone: { tone: 'steady' } });
  });
});

describe('a record that fails', () => {
  test('ends notices and drills, each with its reason, and no emergency', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill', zones: ['west'] }) }, { class: 'drill' });
    issue(village, 'a');
    const before = village.receipts().length;
    expect(livesRoutine(village.village)).toBe(true);
    village.tell({ kind: 'undurable' });
    const told = village.receipts().slice(before);
    expect(told.flatMap(({ alert: id, body }) => (body.stage === 'terminal' ? [] : [[id, body]]))).toMatchObject([
      ['n', { stage: 'noted', code: 'routine-undurable', detail: coreErrors['routine-undurable'].en }],
      ['n', { stage: 'ended', how: 'interrupted' }],
      ['d', { stage: 'noted', code: 'routine-undurable', detail: coreErrors['routine-undurable'].en }],
      ['d', { stage: 'ended', how: 'interrupted' }],
    ]);
    expect([alertOnAir(village), onAir(village, 'west'), livesRoutine(village.village)]).toEqual([
      'a',
      undefined,
      false,
    ]);
  });
});

describe('a repair', () => {
  test('is not for a voice: a chip that does not answer is not asked to say it again', () => {
    const village = villageOf({ plans: [plan('move-now', { playlist: [words], repeats: 1 })] });
    issue(village, 'a');
    village.run(500);
    see(village, 'east-speaker', 'no-reply', { grade: 'none', reason: 'no-reply' });
    expect(village.heard()).toHaveLength(1);
    expect(only(village).heard).toBe(false);
    expect(village.receipts().filter(({ body }) => body.stage === 'terminal')).toMatchObject([
      { body: { terminal: 'east-speaker', verdict: 'unknown', reason: 'no-reply' } },
    ]);
  });
});

describe('a repair on a battery', () => {
  const supply: Supply = { id: 'battery', startsAtOnce: 1, startGapMs: 2_000 };
  const fed = (id: string): Terminal => siren(id, 'east', { supply: 'battery' });
  const repaired = (village: Hamlet): readonly string[] =>
    village.effects('sound').flatMap(({ repair, cues }) => (repair ? cues.map(({ terminal }) => terminal) : []));

  test('takes the place of its own start, which failed', () => {
    const village = villageOf({ supplies: [supply], terminals: [fed('s')] });
    issue(village, 'a');
    village.run(400);
    see(village, 's', 'off');
    expect(repaired(village)).toEqual(['s']);
  });

  test('counts what was repaired before: one too many waits for its next look', () => {
    const village = villageOf({ supplies: [{ ...supply, startsAtOnce: 3 }], terminals: ['s', 't', 'u'].map(fed) });
    issue(village, 'a');
    village.run(400);
    see(village, 's', 'off');
    see(village, 't', 'off');
    expect(repaired(village)).toEqual(['s']);
    village.run(1_700);
    see(village, 't', 'off');
    expect(repaired(village)).toEqual(['s', 't']);
  });
});

describe('a recording that has to make room', () => {
  const audio = (name: string): AlertAudio => ({
    ...{ sha256: name.repeat(64), bytes: 1_000, format: 'mp3', durationMs: 1_000 },
  });

  test.each([[['a', 'b', 'c']], [['c', 'b', 'a']], [['b', 'c', 'a']]])(
    'is by its name where it was named at the same instant as others: %j',
    (names) => {
      const village = villageOf({ limits: { ...hamlet.limits, audioStoreBytes: 3_000 } });
      for (const name of names) {
        village.issue({ kind: 'store-audio', audio: audio(name) });
        village.tell({ kind: 'audio-ready', sha256: audio(name).sha256 });
      }
      village.run(1);
      village.issue({ kind: 'store-audio', audio: audio('d') });
      const dropped = village.receipts().flatMap(({ body }) => (body.stage === 'noted' ? [body.detail] : []));
      expect(dropped).toEqual([audio('a').sha256]);
    },
  );
});

describe('an order', () => {
  test('that names no plan is refused where none is meant for it; an emergency always has one', () => {
    const village = villageOf({ plans: [plan('move-now', { events: ['11B'] })] });
    const routine = alert('n', { class: 'routine', plan: null });
    const refused = village.issue({ kind: 'issue', alert: routine }, { class: 'routine' }).id;
    const last = village.receipts().findLast(({ trace }) => trace === refused);
    expect(last?.body).toMatchObject({ stage: 'refused', code: 'no-such-plan' });
    expect(village.stages(issue(village, 'a', { plan: null, event: '11D02' }))).toContain('started');
  });

  test.each([
    ['routine', 'done'],
    ['alarm', 'refused'],
  ] as const)('of class %s that cancels a notice is %s', (orderClass, stage) => {
    const village = new Hamlet();
    const notice = alert('n', { class: 'routine', plan: 'notice' });
    village.issue({ kind: 'issue', alert: notice }, { class: 'routine' });
    expect(alertOnAir(village)).toBe('n');
    const { id } = village.issue({ kind: 'cancel', alertId: 'n' }, { class: orderClass });
    expect(village.stages(id).at(-1)).toBe(stage);
  });
});

describe('a start of the box', () => {
  test('interrupts an alert where it played, and not where it still waited for its turn', () => {
    const village = new Hamlet();
    issue(village, 'high', { zones: ['west'] });
    issue(village, 'low', { zones: ['east', 'west'], severity: 'blue' });
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    const low = Object.values(village.village.durable.broadcasts).find((one) => one.alert.id === 'low');
    expect(low?.zones).toMatchObject({
      east: { state: 'preempted', resume: 'resume' },
      west: { state: 'waiting', resume: null, started: false },
    });
  });

  test('has looked at nothing yet: what comes next is counted from now', () => {
    const village = new Hamlet();
    issue(village, 'a');
    village.mono = 3_000;
    expect(nextWake(village.village, village.at)).toBe(3_000);
    expect(nextWake({ durable: village.village.durable, senses: emptyVillage.senses }, village.at)).toBe(5_000);
  });
});

test('a loudspeaker of which nobody knows how long it speaks is left out, and the others speak', () => {
  const village = villageOf({
    terminals: [speaker('mute', 'east', { speech: null }), speaker('chip', 'east')],
    plans: [plan('move-now', { playlist: [words], repeats: 1 })],
  });
  issue(village, 'a');
  expect(village.heard().map(({ terminal }) => terminal)).toEqual(['chip']);
});

describe('a step at work', () => {
  const village = new Hamlet();
  issue(village, 'a');
  const broadcast = only(village);

  test('ends a broadcast once, and one that it does not know never', () => {
    const work = workOn(village);
    endBroadcast(work, broadcast.id, 'cancelled');
    const after = { ...work.durable };
    const effects = [...work.effects];
    expect(latest(work, broadcast)).toMatchObject({ ended: 'cancelled' });
    endBroadcast(work, broadcast.id, 'stopped');
    endBroadcast(work, 'b-unknown', 'stopped');
    expect(work.durable).toEqual(after);
    expect(work.effects).toEqual(effects);
  });

  test('finds the newest of a broadcast, or has what it was given', () => {
    const work = workOn(village);
    const heard = putBroadcast(work, { ...broadcast, heard: true });
    expect(latest(work, broadcast)).toBe(heard);
    const strange = { ...broadcast, id: 'b-strange' };
    expect(latest(work, strange)).toBe(strange);
  });

  test('finds nothing left of a broadcast in a zone that it is not meant for', () => {
    expect(progressIn(broadcast, 'east')).toBe(broadcast.zones['east']);
    expect(progressIn(broadcast, 'west')).toEqual({
      ...{ state: 'ended', passes: 0, item: 0, started: false, lastPassAt: null, resume: null },
    });
  });
});

test('behind the last known start of a battery lies none', () => {
  expect([0, 1, 2].map((place) => startAt([700, 1_400], place))).toEqual([700, 1_400, Infinity]);
});
