import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { alert, Hamlet, hamlet, plan, siren, speaker } from './hamlet.ts';

const held = siren('held', 'east', { lease: { kind: 'held', retrigger: 'unknown' } });
const plans = [plan('move-now', { playlist: [{ play: 'tone', tone: 'steady' }], repeats: 1 })];
const lone: Site = { ...hamlet, terminals: [held], plans };

/** The off was ordered, and the unit did not answer. */
const unanswered = (village: Hamlet, terminal: string): void => {
  const finding = village.finding(terminal, 'no-reply', { cue: null, grade: 'none', reason: 'no-reply' });
  village.tell({ kind: 'evidence', findings: [finding] });
};

const offsSince = (village: Hamlet, from: number): readonly string[] =>
  village
    .effects('silence')
    .slice(from)
    .flatMap(({ terminals }) => terminals);

describe('a siren without a lease whose unit is back', () => {
  test('is ordered off again where its off was not answered: nothing else would end it', () => {
    const village = new Hamlet(lone);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(2_000);
    village.tell({ kind: 'stop', id: 'stop', source: 'panel', person: 'li' });
    village.run(5_000);
    unanswered(village, 'held');
    village.run(60_000);
    const before = village.effects('silence').length;
    village.tell({ kind: 'unit-back', terminal: 'held' });
    expect(offsSince(village, before)).toEqual(['held']);
  });

  test('is left alone where it is to sound', () => {
    const village = new Hamlet(lone);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(2_000);
    village.tell({ kind: 'unit-lost', terminal: 'held', reason: 'no-reply' });
    village.tell({ kind: 'unit-back', terminal: 'held' });
    expect(village.effects('silence')).toEqual([]);
  });

  test('is left alone where nobody had missed it, and so is one that ends by itself', () => {
    const village = new Hamlet({ ...lone, terminals: [held, siren('timed', 'east')] });
    village.tell({ kind: 'unit-back', terminal: 'held' });
    village.tell({ kind: 'unit-lost', terminal: 'timed', reason: 'no-reply' });
    village.tell({ kind: 'unit-back', terminal: 'timed' });
    expect(village.effects('silence')).toEqual([]);
  });
});

describe('a zone of which nothing is proven', () => {
  test('is told of each alert, not of the first one only', () => {
    const village = new Hamlet({ ...lone, terminals: [siren('s', 'east')] });
    const darkFor = (id: string): void => {
      village.issue({ kind: 'issue', alert: alert(id) });
      village.run(450);
      village.tell({ kind: 'evidence', findings: [village.finding('s', 'silent', { reason: 'no-current' })] });
      village.run(60_000);
    };
    darkFor('a');
    darkFor('b');
    const told = village
      .receipts()
      .flatMap(({ alert: of, body }) => (body.stage === 'degraded' ? [[of, body.reason]] : []));
    expect(told).toEqual([
      ['a', 'nothing-proven'],
      ['b', 'nothing-proven'],
    ]);
  });

  test('is not told as restored by an alert of which nothing is proven yet', () => {
    const village = new Hamlet({ ...lone, terminals: [siren('s', 'east'), siren('t', 'east')] });
    const see = (terminal: string): void =>
      void village.tell({
        kind: 'evidence',
        findings: [village.finding(terminal, 'silent', { reason: 'no-current' })],
      });
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(450);
    see('s');
    see('t');
    village.run(60_000);
    village.issue({ kind: 'issue', alert: alert('b') });
    village.run(450);
    see('s');
    const told = village
      .receipts()
      .flatMap(({ alert: of, body }) => (body.stage === 'degraded' ? [[of, body.reason]] : []));
    expect(told).toEqual([['a', 'nothing-proven']]);
  });
});

describe('a start with other files in the middle of an alert', () => {
  const wide: Site = { ...hamlet, terminals: [siren('s', 'east'), siren('t', 'east'), siren('w', 'west')], plans };
  const restartedWith = (site: Site): Hamlet => {
    const village = new Hamlet(wide);
    village.issue({ kind: 'issue', alert: alert('a', { zones: ['east', 'west'] }) });
    village.run(2_000);
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.tell({ kind: 'configured', hash: 'h2', site, keys: [], real: false });
    village.tell({ kind: 'outputs', on: [], unread: [] });
    return village.run(60_000);
  };
  const ends = (village: Hamlet): readonly unknown[] =>
    village.receipts().flatMap(({ body }) => (body.stage === 'ended' ? [body] : []));

  test('accounts for a terminal that is gone, too: due is sounded, failed and unknown together', () => {
    const village = restartedWith({ ...wide, terminals: wide.terminals.filter(({ id }) => id !== 't') });
    expect(ends(village)).toMatchObject([{ how: 'completed', due: 3, sounded: 0, failed: 0, unknown: 3 }]);
  });

  test('does not wait for a zone that is gone', () => {
    const zones = wide.zones.filter(({ id }) => id !== 'west');
    const village = restartedWith({ ...wide, zones, terminals: wide.terminals.filter(({ zone }) => zone !== 'west') });
    expect(ends(village)).toMatchObject([{ how: 'completed', due: 3, unknown: 3 }]);
  });
});

describe('a drill beyond the cap of the day', () => {
  test('drops nothing from a full queue', () => {
    const limits = { ...hamlet.limits, queueMax: 1, routinePerDay: 1 };
    const village = new Hamlet({ ...hamlet, terminals: [speaker('sp', 'east')], limits });
    village.issue({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }, { class: 'drill' });
    const told = village.receipts().flatMap(({ body }) => (body.stage === 'refused' ? [body.code] : []));
    expect(told).toEqual(['routine-cap']);
    expect(village.stages()).not.toContain('ended');
  });
});
