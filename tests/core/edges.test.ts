import { describe, expect, test } from 'vitest';
import type { LocalTrigger } from '../../src/core/event.ts';
import type { Site } from '../../src/core/site.ts';
import { nextWake } from '../../src/core/next-wake.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { alert, hamlet, Hamlet, mondayNine, plan, siren, speaker, trigger } from './hamlet.ts';

const bodies = (village: Hamlet) => village.receipts().map(({ body }) => body);
const codes = (village: Hamlet): readonly string[] =>
  bodies(village).flatMap((body) => (body.stage === 'refused' ? [body.code] : []));

const start = (village: Hamlet, more: Partial<LocalTrigger> = {}): void =>
  void village.tell(trigger(`t${village.mono}`, { zones: [], ...more }));

const newest = (village: Hamlet) => Object.values(village.village.durable.broadcasts).at(-1);

describe('a warning that begins on site', () => {
  test('says the name of its plan where nobody wrote words, for the zones of its plan, as the township', () => {
    const village = new Hamlet();
    start(village, { id: 't1' });
    expect(newest(village)).toMatchObject({
      id: 'b-t1',
      trace: 't1',
      source: 'li',
      kind: 'alert',
      expiresAt: 6 * 3_600_000,
      alert: {
        id: 'local-t1',
        headline: 'move-now',
        text: '',
        event: '',
        stage: 'now',
        voice: 'recorded',
        authority: 'township',
        zones: ['east'],
        class: 'emergency',
      },
    });
    expect(village.effects('sound')[0]?.urgent).toBe(true);
    expect(
      bodies(village)
        .slice(0, 3)
        .map(({ stage }) => stage),
    ).toEqual(['received', 'verified', 'queued']);
  });

  test('says the words of who began it, in the zones that were named, by the event of its plan', () => {
    const site = { ...hamlet, plans: [plan('move-now', { events: ['11D02', '11D'] })] };
    const village = new Hamlet(site);
    start(village, { zones: ['west'], text: '快走', severity: 'orange' });
    expect(newest(village)?.alert).toMatchObject({
      event: '11D02',
      text: '快走',
      headline: '快走',
      zones: ['west'],
      severity: 'orange',
    });
  });

  test('by a plan that is not there is refused', () => {
    const village = new Hamlet();
    start(village, { plan: 'gone' });
    const refused = bodies(village).at(-1);
    expect(refused).toMatchObject({ stage: 'refused', code: 'no-such-plan' });
    expect(refused?.stage === 'refused' ? refused.detail : '').toContain('gone');
  });

  test.each([
    ['a drill', { status: 'drill' as const }],
    ['routine', { plan: 'notice' }],
  ])('goes after its record where it is %s', (_, more) => {
    const village = new Hamlet();
    start(village, more);
    expect(village.effects('sound').map(({ urgent }) => urgent)).toEqual([false]);
  });

  test('sounds three times in ten minutes for one person at the console, and again when they are over', () => {
    const village = new Hamlet();
    for (let n = 0; n < 4; n += 1) {
      start(village);
      village.run(1_000);
    }
    expect(codes(village)).toEqual(['too-many-starts']);
    const refused = bodies(village).find(({ stage }) => stage === 'refused');
    expect(refused?.stage === 'refused' ? refused.detail : '').toContain('li');
    start(village, { person: 'wang', id: 'other' });
    village.run(600_000 - 4_000 - 1);
    start(village);
    expect(codes(village)).toHaveLength(2);
    village.run(1);
    start(village);
    expect(codes(village)).toHaveLength(2);
  });

  test('is not counted for a key, nor for a drill that leaves the siren silent', () => {
    const limits = { ...hamlet.limits, queueMax: 64, routinePerDay: 64 };
    const village = new Hamlet({ ...hamlet, limits });
    for (let n = 0; n < 4; n += 1) {
      start(village, { status: 'drill', id: `d${n}` });
      start(village, { source: 'panel', id: `p${n}` });
    }
    expect(codes(village)).toEqual([]);
    for (let n = 0; n < 4; n += 1)
      start(village, { status: 'drill', sirenUnlocked: true, id: `u${n}`, person: 'zhao' });
    expect(codes(village)).toEqual(['too-many-starts']);
  });

  test('leaves no more than 32 starts behind', () => {
    const village = new Hamlet();
    for (let n = 0; n < 40; n += 1) start(village, { source: 'panel', id: `p${n}`, person: `p${n}` });
    expect(village.village.durable.localStarts).toHaveLength(32);
    expect(village.village.durable.localStarts[0]?.person).toBe('p8');
  });
});

describe('the next wake', () => {
  const at = { mono: 5, wall: mondayNine, trust: 'trusted' } as const;

  test('of a box without a site, or with nothing on its way, is none', () => {
    expect(nextWake(emptyVillage, at)).toBeNull();
    const village = new Hamlet();
    expect(nextWake(village.village, village.at)).toBeNull();
  });

  test('is overdue rather than forgotten', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.mono = 60_000;
    expect(nextWake(village.village, village.at)).toBe(60_000);
  });

  test('renews a dead-man on the grid of five seconds', () => {
    const site = { ...hamlet, terminals: hamlet.terminals.filter(({ id }) => id === 'east-siren-2') };
    const village = new Hamlet(site);
    village.run(1_300);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(9_999);
    const renewed = village.log.flatMap(({ at: when, effect }) =>
      effect.do === 'renew' ? [[when, effect.holdMs]] : [],
    );
    expect(renewed).toEqual([
      [5_000, 6_300],
      [10_000, 1_300],
    ]);
  });
});

describe('a terminal that speaks', () => {
  const said = (site: Site, more: Parameters<typeof alert>[1] = {}) => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'say', ...more }) });
    return village.effects('sound').flatMap(({ cues }) => cues);
  };
  const clips = [{ id: 'song', durationMs: 7_000, track: 3 }];
  const saying = (text: string | null, clip: string | null) =>
    plan('say', { playlist: [{ play: 'speech', text, clip }] });
  const one = (more: Parameters<typeof speaker>[2]): Site => ({
    ...hamlet,
    terminals: [speaker('s', 'east', more)],
    clips,
    plans: [saying('一二三', 'song')],
  });

  test('takes as long as its words', () => {
    expect(said(one({}))).toMatchObject([
      { action: { play: 'speech', text: '一二三', clip: 'song', audio: null }, durationMs: 500 + 3 * 250 },
    ]);
  });

  test('that stores clips only plays the clip, by its track', () => {
    const cues = said(one({ abilities: ['clip'], speech: null }));
    expect(cues).toMatchObject([{ action: { play: 'clip', clip: 'song', track: 3 }, durationMs: 7_000 }]);
  });

  test('plays a clip that the site does not list for ten seconds, without a track', () => {
    const site = { ...one({ abilities: ['clip'], speech: null }), clips: [] };
    expect(said(site)).toMatchObject([{ action: { play: 'clip', clip: 'song', track: null }, durationMs: 10_000 }]);
  });

  test('takes as long as the clip where there are no words and a sound output', () => {
    const site = { ...one({ output: 'card', abilities: ['speech', 'clip'] }), plans: [saying(null, 'song')] };
    const cues = said(site, { text: '', headline: '' });
    expect(cues).toMatchObject([{ action: { play: 'speech', text: '', clip: 'song' }, durationMs: 7_000 }]);
  });

  test('is given up half as long again and four seconds after it should have ended', () => {
    const village = new Hamlet({
      ...one({}),
      plans: [plan('say', { playlist: saying('一二三', null).playlist, repeats: 1 })],
    });
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'say' }) });
    const deadline = 500 + 1_250 * 1.5 + 4_000;
    village.run(deadline - 1);
    expect(village.stages()).not.toContain('ended');
    village.run(1);
    expect(village.stages()).toContain('ended');
    expect(village.effects('silence').at(-1)).toMatchObject({ terminals: ['s'], cause: 'item-over' });
    expect(bodies(village)).toContainEqual(
      expect.objectContaining({ stage: 'terminal', verdict: 'unknown', reason: 'no-evidence' }),
    );
  });

  test('is not asked to play a clip in a drill that does not say so itself', () => {
    const drill = { playlist: [{ play: 'clip', clip: 'song' } as const], repeats: 1, sirenUnlockMs: 0 };
    const site = { ...one({ abilities: ['clip'], speech: null }), plans: [plan('say', { drill })] };
    expect(said(site, { status: 'drill' })).toEqual([]);
    const marked = { ...site, clips: [{ id: 'song', durationMs: 1, track: null, saysDrill: true }] };
    expect(said(marked, { status: 'drill' })).toMatchObject([{ action: { play: 'clip' } }]);
  });
});

describe('a broadcast that nothing was started of', () => {
  test('says of each terminal that it never began', () => {
    const site: Site = { ...hamlet, terminals: [siren('s', 'east'), speaker('v', 'east')] };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('high') });
    village.issue({ kind: 'issue', alert: alert('low', { severity: 'blue' }) });
    village.issue({ kind: 'cancel', alertId: 'low' });
    const reasons = village
      .receipts()
      .flatMap(({ alert: of, body }) =>
        of === 'low' && body.stage === 'terminal' ? [[body.terminal, body.verdict, body.reason]] : [],
      );
    expect(reasons).toEqual([
      ['s', 'unknown', 'not-started'],
      ['v', 'unknown', 'not-started'],
    ]);
  });
});
