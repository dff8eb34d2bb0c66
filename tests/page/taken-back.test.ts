import { beforeAll, describe, expect, test } from 'vitest';
import { liveViewOf, type LiveSources } from '../../src/box/live-view.ts';
import { headlineOf } from '../../src/console/web/derive.ts';
import { liftable } from '../../src/console/web/lift-screen.ts';
import { emptyModel, reduce, type Model } from '../../src/console/web/model.ts';
import type { SiteView, StoppedView as Stopped } from '../../src/console/view.ts';
import { alert, hamlet, Hamlet, plan, trigger } from '../core/hamlet.ts';
import { exampleSite } from './rig.ts';

let site: SiteView;
beforeAll(async () => {
  site = await exampleSite();
});

/** What of a stop may go on, as the page is shown it. */
const offered = (id: string, headline: string, more: Partial<Stopped> = {}): Stopped => ({
  ...{ alert: id, headline, severity: alert(id).severity, text: alert(id).text, isNews: false },
  ...more,
});

/** The page of a village whose state the core made. */
const pageOf = (village: Hamlet, outcome: LiveSources['outcome'] = () => undefined): Model => {
  const live = liveViewOf({
    ...{ durable: village.village.durable, looks: village.village.senses.looks },
    ...{ at: village.at, software: 'mingluo test', isDurable: true },
    ...{ uplink: { state: 'connected', sinceMs: 0 }, troubles: [], receipts: [], seenAt: new Map() },
    outcome,
  });
  return [{ act: 'site', site } as const, { act: 'live', live, ageMs: 0, now: 0 } as const].reduce(reduce, emptyModel);
};

const played = (validForMs = 3_600_000): Hamlet => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: alert('a') }, { validForMs });
  return village.run(120_000);
};

const started = (): Hamlet => {
  const village = new Hamlet();
  village.tell(trigger('t', { zones: [] }));
  return village.run(120_000);
};

describe('a warning that was played to its end', () => {
  test.each(['cancel', 'all-clear', 'correction'] as const)('is not lifted before, and is after, a %s', (kind) => {
    const village = played();
    expect(pageOf(village).live?.ended.map(({ ended }) => ended)).toEqual(['completed']);
    expect(headlineOf(pageOf(village)).kind).toBe('open');
    village.issue(kind === 'cancel' ? { kind, alertId: 'a' } : { kind, alertId: 'a', text: '没事了' });
    village.run(120_000);
    expect(pageOf(village).live?.live).toEqual([]);
    expect(headlineOf(pageOf(village)).kind).toBe('calm');
  });

  test('stays open and can be lifted, however much was begun and taken back after it', () => {
    const village = started();
    for (let turn = 0; turn < 9; turn += 1) {
      village.issue({ kind: 'issue', alert: alert(`n${turn}`) });
      village.run(1_000);
      village.issue({ kind: 'cancel', alertId: `n${turn}` });
      village.run(60_000);
    }
    expect(pageOf(village).live?.live).toEqual([]);
    expect(headlineOf(pageOf(village)).kind).toBe('open');
    expect(liftable(pageOf(village))?.alert).toBe('local-t');
    village.tell({ kind: 'lift', what: 'all-clear', alert: 'local-t', text: null, person: 'li', id: 'l' });
    village.run(120_000);
    expect(headlineOf(pageOf(village)).kind).toBe('calm');
    expect(pageOf(village).live?.ended).toHaveLength(8);
  });

  test.each([
    ['stopped', (village: Hamlet) => village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' })],
    [
      'left silent by a restart',
      (village: Hamlet) => village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false }),
    ],
  ])('or was %s stays open, however much was begun and taken back after it', (_, end) => {
    const village = new Hamlet({ ...hamlet, plans: [plan('move-now', { afterRestart: 'stay-silent' })] });
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 12 * 3_600_000 });
    village.run(500);
    end(village);
    village.run(60_000);
    for (let turn = 0; turn < 9; turn += 1) {
      village.issue({ kind: 'issue', alert: alert(`n${turn}`) });
      village.issue({ kind: 'cancel', alertId: `n${turn}` });
      village.run(1_000);
    }
    expect(pageOf(village).live?.ended.map((one) => one.alert)).toContain('a');
    expect(headlineOf(pageOf(village)).kind).toBe('open');
  });

  test('is shown beside the last eight, drills and the words that take others back are not', () => {
    const village = played(24 * 3_600_000);
    for (let turn = 0; turn < 6; turn += 1) {
      village.issue({ kind: 'issue', alert: alert(`n${turn}`) });
      village.issue({ kind: 'all-clear', alertId: `n${turn}`, text: '没事了' }, { validForMs: 24 * 3_600_000 });
      village.run(60_000);
      village.issue({ kind: 'issue', alert: alert(`d${turn}`, { status: 'drill' }) }, { validForMs: 24 * 3_600_000 });
      village.run(120_000);
    }
    expect(pageOf(village).live?.live).toEqual([]);
    const ended = pageOf(village).live?.ended ?? [];
    expect([ended.length, ended.at(-1)?.alert]).toEqual([9, 'a']);
    village.run(7 * 3_600_000);
    expect(pageOf(village).live?.ended.map((one) => one.alert)).toEqual(['a']);
  });

  test('stays open for all the time that it is valid', () => {
    const village = played(12 * 3_600_000);
    village.run(7 * 3_600_000);
    expect(headlineOf(pageOf(village)).kind).toBe('open');
  });

  test('is open no longer than it is valid', () => {
    const village = played(600_000);
    const { expiresAt } = Object.values(village.village.durable.broadcasts)[0] ?? { expiresAt: NaN };
    village.run(expiresAt - village.mono - 1);
    expect(headlineOf(pageOf(village)).kind).toBe('open');
    village.run(1);
    expect(headlineOf(pageOf(village)).kind).toBe('calm');
  });

  test('after it was stopped is open no longer than it is valid either', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 600_000 });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    village.run(60_000);
    expect(headlineOf(pageOf(village)).kind).toBe('open');
    village.run(3_000_000);
    expect(headlineOf(pageOf(village)).kind).toBe('calm');
  });

  test('is offered to go on one stop after the other, the newest first; a drill is not', () => {
    const village = new Hamlet();
    const stop = (id: string): void => void village.tell({ kind: 'stop', source: 'panel', person: 'li', id });
    const goOn = (id: string): void => void village.tell({ kind: 'continue', person: 'li', id });
    village.issue({ kind: 'issue', alert: alert('a', { headline: '先前的' }) });
    stop('s1');
    village.run(20_000);
    village.issue({ kind: 'issue', alert: alert('b', { headline: '最近的' }) });
    stop('s2');
    village.run(5_000);
    expect(pageOf(village).live?.stop).toEqual({ ageMs: 5_000, warnings: [offered('b', '最近的')] });
    goOn('c1');
    expect(pageOf(village).live?.stop).toEqual({ ageMs: 25_000, warnings: [offered('a', '先前的')] });
    goOn('c2');
    expect(pageOf(village).live?.stop).toBeNull();
    village.run(1_000_000);
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) });
    stop('s3');
    expect(pageOf(village).live?.stop).toBeNull();
  });

  test('is offered anew when the centre has sent new words for it, with their level and what they say', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { headline: '到操场' }) }, { validForMs: 3_600_000 });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    village.run(1_200_000);
    const [severity, text] = ['blue', '不去操场了。'] as const;
    const said = alert('a', { headline: '改到山上', severity, text });
    village.issue({ kind: 'update', alert: said }, { validForMs: 3_600_000 });
    village.run(1_000);
    const warnings = [offered('a', '改到山上', { severity, text, isNews: true })];
    expect(pageOf(village).live?.stop).toEqual({ ageMs: 1_000, warnings });
  });

  test('is as old as the newest words for any of what one stop ended', () => {
    const village = new Hamlet();
    for (const id of ['a', 'b']) village.issue({ kind: 'issue', alert: alert(id) });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    village.run(600_000);
    village.issue({ kind: 'update', alert: alert('b') });
    village.run(1_000);
    expect(pageOf(village).live?.stop?.ageMs).toBe(1_000);
  });

  test('of several that one stop ended, the one that would sound first is named and shown first', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('low', { severity: 'orange', headline: '准备转移' }) });
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('high', { severity: 'red', headline: '立即转移' }) });
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('late', { severity: 'orange', headline: '注意防范' }) });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    const { live } = pageOf(village);
    expect(live?.stop?.warnings.map(({ headline }) => headline)).toEqual(['立即转移', '准备转移', '注意防范']);
    expect(live?.ended.map(({ headline }) => headline)).toEqual(['立即转移', '注意防范', '准备转移']);
  });

  test('leaves what a terminal has proven, though another warning behind it never had its turn there', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('high', { severity: 'red' }) });
    village.issue({ kind: 'issue', alert: alert('low', { severity: 'orange' }) });
    village.run(3_000);
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    const { at, broadcasts } = { at: village.mono, broadcasts: village.village.durable.broadcasts };
    const told = { grade: 'current', value: null, unit: null } as const;
    const sounded = { ...told, verdict: 'sounded', reason: '', at: at - 2_000 } as const;
    const notStarted = { ...told, verdict: 'unknown', reason: 'not-started', at } as const;
    const page = pageOf(village, (id) => ({
      results: { 'east-siren-1': broadcasts[id]?.alert.id === 'high' ? sounded : notStarted },
      counts: null,
    }));
    expect(page.live?.terminals.find(({ id }) => id === 'east-siren-1')?.last).toMatchObject({ verdict: 'sounded' });
  });

  test('says of a terminal that it sounds by evidence of what is on air, not by that of a warning before', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('old') });
    village.run(1_000);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'sounding', { value: 3 })] });
    const [old] = Object.values(village.village.durable.broadcasts);
    const outcome: LiveSources['outcome'] = (id) =>
      id === old?.id ? { results: old.results, counts: null } : undefined;
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    village.run(600_000);
    village.issue({ kind: 'issue', alert: alert('new') });
    village.run(100);
    const terminal = pageOf(village, outcome).live?.terminals.find(({ id }) => id === 'east-siren-1');
    expect(terminal).toMatchObject({ sounding: 'unknown', last: { verdict: 'sounded' } });
  });

  test('says so also when the warning before waits for the one on air to end', () => {
    const village = new Hamlet();
    const soundingOf = (): string | undefined =>
      pageOf(village).live?.terminals.find(({ id }) => id === 'east-siren-1')?.sounding;
    village.issue({ kind: 'issue', alert: alert('low', { severity: 'orange' }) });
    village.run(1_000);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'sounding', { value: 3 })] });
    expect(soundingOf()).toBe('yes');
    village.issue({ kind: 'issue', alert: alert('high', { severity: 'red' }) });
    village.run(100);
    expect(soundingOf()).toBe('unknown');
  });

  test('where it began on site is offered to be taken back once', () => {
    const village = started();
    expect(liftable(pageOf(village))?.alert).toBe('local-t');
    village.tell({ kind: 'lift', what: 'correction', alert: 'local-t', person: 'li', id: 'L', text: '误播' });
    expect(liftable(pageOf(village))).toBeNull();
    village.run(120_000);
    expect(liftable(pageOf(village))).toBeNull();
  });
});
