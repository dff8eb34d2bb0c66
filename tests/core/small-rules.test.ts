import { describe, expect, test } from 'vitest';
import { nextNoticeAt } from '../../src/core/notices.ts';
import { accept, isFresh, unheard } from '../../src/core/replay-window.ts';
import { sirenBudgetMs, trimUse, withUse } from '../../src/core/siren-caps.ts';
import type { Notice } from '../../src/core/site.ts';
import { forgetTries, triesKey } from '../../src/core/tries.ts';
import type { SirenUse } from '../../src/core/village.ts';
import type { Work } from '../../src/core/work.ts';
import { alert, hamlet, Hamlet, mondayNine, plan } from './hamlet.ts';

const bodies = (village: Hamlet) => village.receipts().map(({ body }) => body);

describe('the siren time of a zone', () => {
  const use = (from: number, to: number, onMs = to - from, source = 'county'): SirenUse => ({ from, to, onMs, source });
  const minute = 60_000;
  const budget = (all: readonly SirenUse[], now: number, source = 'county'): number =>
    sirenBudgetMs(hamlet, all, now, source);

  test('is 180 s until a pause of 60 s', () => {
    expect(budget([], 0)).toBe(180_000);
    expect(budget([use(0, 100_000)], 100_000)).toBe(80_000);
    expect(budget([use(0, 100_000)], 100_000 + minute - 1)).toBe(80_000);
    expect(budget([use(0, 100_000)], 100_000 + minute)).toBe(180_000);
    expect(budget([use(0, 100_000), use(130_000, 200_000, 30_000)], 210_000)).toBe(50_000);
    expect(budget([use(0, 170_000), use(170_000, 200_000)], 200_000)).toBe(0);
  });

  test('is 20 minutes an hour, twice that once two sources have alarmed', () => {
    const spent = Array.from({ length: 10 }, (_, n) => use(n * 5 * minute, (n * 5 + 2) * minute - 1_000));
    const now = 55 * minute;
    expect(budget(spent, now)).toBe(1_200_000 - 10 * 119_000);
    expect(budget(spent, now, 'box')).toBe(180_000);
    expect(budget(spent, 60 * minute + 118_999)).toBe(10_000);
    expect(budget(spent, 60 * minute + 119_000)).toBe(10_000 + 119_000);
  });

  test('that was planned and not used is given back', () => {
    const past = use(0, 10_000);
    const point = use(50_000, 50_000, 0);
    expect(trimUse([past, point], 20_000)).toEqual([past, point]);
    expect(trimUse([use(0, 20_000)], 20_000)[0]).toEqual(use(0, 20_000));
    expect(trimUse([use(10_000, 40_000)], 25_000)).toEqual([use(10_000, 25_000)]);
    expect(trimUse([use(10_000, 40_000, 5_000)], 25_000)).toEqual([use(10_000, 25_000, 5_000)]);
    expect(trimUse([use(30_000, 40_000)], 25_000)).toEqual([use(30_000, 25_000, 0)]);
  });

  test('of one source that began in the same minute is one entry', () => {
    const first = use(0, 1_000);
    expect(withUse([], first)).toEqual([first]);
    expect(withUse([first], use(2_000, 3_000))).toEqual([use(0, 3_000, 2_000)]);
    expect(withUse([first], use(59_999, 70_000))).toEqual([use(0, 70_000, 1_000 + 10_001)]);
    expect(withUse([first], use(60_000, 61_000))).toEqual([first, use(60_000, 61_000)]);
    expect(withUse([first], use(2_000, 3_000, 1_000, 'box'))).toHaveLength(2);
    const two = [use(0, 1, 1, 'box'), first];
    expect(withUse(two, use(2_000, 3_000))).toEqual([two[0], use(0, 3_000, 2_000)]);
  });
});

describe('looks and repairs', () => {
  const play = { broadcast: 'b', phase: 'item', endsAt: 9, tone: null, speaking: [] } as const;
  const afterwards = (tries: Readonly<Record<string, number>>): Work['senses'] => {
    const village = new Hamlet();
    const senses = { ...village.village.senses, tries };
    const plays = { east: { ...play, startedAt: 5 }, west: { ...play, startedAt: 7 } };
    const durable = { ...village.village.durable, plays };
    const sets = { started: new Set<string>(), waited: new Map<string, number>(), shut: new Set<string>() };
    const work: Work = {
      at: village.at,
      site: hamlet,
      effects: [],
      urgent: false,
      trace: '',
      senses,
      durable,
      ...sets,
    };
    forgetTries(work);
    return work.senses;
  };

  test('are counted for the item on air in their zone, and no longer', () => {
    const east = triesKey('east', { startedAt: 5 }, 'look|s');
    const west = triesKey('west', { startedAt: 7 }, 'repair|c');
    const over = triesKey('east', { startedAt: 4 }, 'look|s');
    expect(new Set([east, west, over]).size).toBe(3);
    expect(triesKey('east', { startedAt: 5 }, 'look|t')).not.toBe(east);
    expect(afterwards({ [east]: 2, [over]: 1, [west]: 3 }).tries).toEqual({ [east]: 2, [west]: 3 });
  });

  test('are the same object where nothing is over: a wake in which nothing changes costs nothing', () => {
    const none = {};
    expect(afterwards(none).tries).toBe(none);
    const kept = { [triesKey('east', { startedAt: 5 }, 'x')]: 1 };
    expect(afterwards(kept).tries).toBe(kept);
  });
});

describe('the window of counters', () => {
  test('slides with the highest, keeps what it covers and forgets what it does not', () => {
    let state = accept(unheard, 10);
    for (const counter of [9, 12, 1_033, 1_034]) state = accept(state, counter);
    expect(state.high).toBe(1_034);
    const fresh = [9, 10, 11, 12, 13, 1_033, 1_034, 1_035].filter((counter) => isFresh(state, counter));
    expect(fresh).toEqual([11, 13, 1_035]);
    expect(isFresh(accept(state, 1_034 + 1_023), 1_034)).toBe(false);
    const jumped = accept(state, 1_034 + 1_024);
    expect(jumped.window).toBe('1');
    expect(isFresh(jumped, 1_035)).toBe(true);
    expect(isFresh(jumped, 1_034)).toBe(false);
  });
});

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  id,
  name: { zh: '通知', en: id },
  plan: 'notice',
  zones: ['east'],
  weekdays: [1],
  minuteOfDay: 9 * 60 + 30,
  text: '开会',
  ...more,
});
const minutes = 60_000;

describe('a notice', () => {
  const withNotices = (...notices: readonly Notice[]): Hamlet => new Hamlet({ ...hamlet, notices });
  const day = Math.floor((mondayNine + 8 * 3_600_000) / 86_400_000);

  test('is an alert of the village, routine and of the lowest rank, under an id of its day', () => {
    const village = withNotices(notice('n'));
    village.run(30 * minutes);
    const [begun] = Object.values(village.village.durable.broadcasts);
    expect(begun).toMatchObject({
      id: `b-notice-n-${day}`,
      source: 'notice',
      kind: 'notice',
      expiresAt: 30 * minutes + 900_000,
      alert: {
        ...{ id: `notice-n-${day}`, status: 'actual', class: 'routine', event: '', severity: 'unknown', stage: '24h' },
        ...{ authority: 'village', voice: 'recorded', headline: '通知', text: '开会', sirenUnlocked: false },
      },
    });
    expect(village.village.durable.noticesPlayed).toEqual({ n: day });
  });

  test.each([
    ['nine minutes late', 9, true],
    ['ten minutes late', 10, false],
  ])('that comes %s, because the box was off, is read or left out for the day', (_, late, isRead) => {
    const village = withNotices(notice('n'));
    village.mono += (30 + late) * minutes;
    village.tell({ kind: 'wake' });
    expect(Object.keys(village.village.durable.broadcasts)).toHaveLength(isRead ? 1 : 0);
  });

  test('is read on its weekdays only, and once a day', () => {
    const village = withNotices(notice('n', { weekdays: [3, 7] }));
    village.run(7 * 24 * 60 * minutes);
    const days = village.receipts().flatMap(({ body, trace }) => (body.stage === 'queued' ? [trace] : []));
    expect(days).toEqual([`notice-n-${day + 2}`, `notice-n-${day + 6}`]);
  });

  test('needs a clock that is trusted', () => {
    const village = withNotices(notice('n'));
    village.trust = 'guessed';
    village.run(60 * minutes);
    expect(village.receipts()).toEqual([]);
    expect(nextNoticeAt(village.village.durable, village.at)).toBeNull();
  });

  test('that cannot be read says why, under its id', () => {
    const village = withNotices(notice('n', { plan: 'gone' }));
    village.run(30 * minutes);
    expect(village.receipts()).toMatchObject([
      { trace: `notice-n-${day}`, body: { stage: 'refused', code: 'no-such-plan' } },
    ]);
  });

  test('is woken for: the next of all, today or on its next day', () => {
    const next = (village: Hamlet): number | null => nextNoticeAt(village.village.durable, village.at);
    expect(next(withNotices())).toBeNull();
    expect(next(withNotices(notice('a'), notice('b', { minuteOfDay: 9 * 60 + 10 })))).toBe(10 * minutes);
    const weekly = withNotices(notice('n', { minuteOfDay: 9 * 60 }));
    expect(next(weekly)).toBe(7 * 24 * 60 * minutes);
    const later = withNotices(notice('n'));
    later.run(31 * minutes);
    expect(next(later)).toBe((7 * 24 * 60 + 30) * minutes);
    expect(next(withNotices(notice('n', { weekdays: [2], minuteOfDay: 0 })))).toBe(15 * 60 * minutes);
  });
});

describe('a restart', () => {
  const rebooted = (afterRestart: 'resume' | 'announce-again' | 'stay-silent'): Hamlet => {
    const village = new Hamlet({ ...hamlet, plans: [plan('move-now', { afterRestart })] });
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(10_400);
    village.log.length = 0;
    village.tell({ kind: 'booted', version: '1', boot: 'b7', clean: false });
    return village;
  };

  test('is told, reads the outputs, and holds everything until they were read', () => {
    const village = rebooted('resume');
    expect(village.receipts()[0]).toMatchObject({ trace: '', body: { stage: 'restarted', clean: false, boot: 'b7' } });
    expect(village.log.map(({ effect }) => effect).at(-1)).toEqual({ do: 'read-outputs' });
    expect(village.village.durable).toMatchObject({ boot: 'b7', settlingUntil: 12_400, plays: {} });
    village.tell({ kind: 'outputs', on: ['west-siren-1'], unread: ['west-speaker'] });
    expect(village.effects('silence')).toMatchObject([
      { terminals: ['west-siren-1', 'west-speaker'], cause: 'restart' },
    ]);
    expect(bodies(village)).toContainEqual({
      ...{ stage: 'health', terminal: 'west-speaker', health: 'suspect', reason: 'no-reply' },
    });
    expect(village.village.durable.settlingUntil).toBeNull();
  });

  test.each([
    ['resume', 'speech'],
    ['announce-again', 'tone'],
  ] as const)('by the rule %s goes on with its %s', (rule, play) => {
    const village = rebooted(rule);
    village.tell({ kind: 'outputs', on: [], unread: [] });
    expect(village.heard()[0]?.play).toBe(play);
    expect(bodies(village)).toContainEqual({ stage: 'resumed', zone: 'east', pass: 1, rule });
  });

  test('by the rule stay-silent ends what was on air as interrupted', () => {
    expect(bodies(rebooted('stay-silent'))).toContainEqual(
      expect.objectContaining({ stage: 'ended', how: 'interrupted' }),
    );
  });

  test('gives siren time back that was not used', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(4_000);
    village.tell({ kind: 'booted', version: '1', boot: 'b7', clean: false });
    expect(village.village.durable.sirenUse['east']).toMatchObject([{ from: 0, to: 4_000, onMs: 4_000 }]);
  });
});

describe('the health of a terminal', () => {
  const see = (...sights: readonly Parameters<Hamlet['finding']>[]): readonly unknown[] => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.log.length = 0;
    const { village: state } = village;
    for (const [terminal, sight, more] of sights)
      village.tell({ kind: 'evidence', findings: [village.finding(terminal, sight, { cue: 'c', ...more })] });
    expect(state.durable.terminals).toEqual({});
    return bodies(village).flatMap((body) => (body.stage === 'health' ? [[body.health, body.reason]] : []));
  };
  const id = 'west-siren-1';

  test.each([
    ['does not answer', 'no-reply', null, 'no-reply'],
    ['does not answer, with a reason', 'no-reply', 'crc', 'crc'],
    ['refuses', 'rejected', null, 'rejected'],
    ['is silent for a reason while it should sound', 'silent', 'no-current', 'no-current'],
  ] as const)('that %s is suspect, until it sounds', (_, sight, reason, told) => {
    expect(see([id, sight, { reason }], [id, 'on', {}], [id, 'sounding', {}])).toEqual([
      ['suspect', told],
      ['well', ''],
    ]);
    expect(see([id, sight, { reason }], [id, 'spoken', {}]).at(-1)).toEqual(['well', '']);
  });

  test.each([
    ['is silent without a reason', 'silent', { reason: null }],
    ['is silent when nobody ordered it to sound', 'silent', { reason: 'no-current', cue: null }],
    ['is switched off', 'off', { reason: 'no-current' }],
    ['sounds', 'sounding', {}],
  ] as const)('that %s is not in doubt', (_, sight, more) => {
    expect(see([id, sight, more])).toEqual([]);
  });
});
