import { describe, expect, test } from 'vitest';
import { alertsInForce } from '../../src/core/answer.ts';
import { spokenTwice } from '../../src/core/lift.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';

const bodies = (village: Hamlet, trace: string): readonly unknown[] =>
  village.receipts().flatMap(({ trace: of, body }) => (of === trace ? [body] : []));
const last = (village: Hamlet, trace: string): unknown => bodies(village, trace).at(-1);
const clear = (village: Hamlet, alertId = 'd', kind: 'all-clear' | 'correction' = 'all-clear') =>
  village.issue({ kind, alertId, text: '演练结束' }, { class: 'drill', notBefore: village.wall });
const drilled = (site: Site = hamlet, wall?: number): Hamlet => {
  const village = new Hamlet(site, wall);
  village.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }, { class: 'drill', notBefore: village.wall });
  return village.run(1_000);
};

describe('the words that end a warning', () => {
  test.each(['all-clear', 'correction'] as const)('of the kind %s are spoken twice and never with a siren', (id) => {
    const plan = spokenTwice(id);
    expect(plan).toMatchObject({ id, class: 'emergency', repeats: 2, afterRestart: 'announce-again' });
    for (const list of [plan.playlist, plan.drill.playlist])
      expect(list).toEqual([{ play: 'speech', text: null, clip: null }]);
    expect(plan.drill).toMatchObject({ repeats: 1, sirenUnlockMs: 0 });
    expect(plan.intervalMs).toBeGreaterThanOrEqual(1_000);
  });

  test('belong to no event, so that no alert can choose them, and have a name in both languages', () => {
    const plans = [spokenTwice('all-clear'), spokenTwice('correction')];
    for (const { events, severities, stages, zones, name } of plans) {
      expect([events, severities, stages, zones]).toEqual([[], [], [], []]);
      expect(name.zh).toMatch(/^[\u4e00-\u9fff]{2}$/);
    }
    expect(plans.map(({ name }) => name.en)).toEqual(['all-clear', 'correction']);
    expect(plans[0]?.name.zh).not.toBe(plans[1]?.name.zh);
  });
});

describe('a drill that is over', () => {
  const silently = { stage: 'done', what: 'cleared-silently' };

  test('ends without words in quiet hours', () => {
    // 20:59:30 in Beijing.
    const village = drilled(hamlet, Date.UTC(2026, 10, 23, 12, 59, 30));
    village.run(60_000);
    expect(last(village, clear(village).id)).toMatchObject(silently);
  });

  test('ends without words while the clock is not known', () => {
    const village = drilled();
    village.trust = 'guessed';
    expect(last(village, clear(village).id)).toMatchObject(silently);
  });

  test('ends without words while a stop holds routine', () => {
    const village = drilled();
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    expect(last(village, clear(village).id)).toMatchObject(silently);
  });

  test('ends without words where the plays of the day are used up', () => {
    const village = drilled({ ...hamlet, limits: { ...hamlet.limits, routinePerDay: 1 } });
    expect(last(village, clear(village).id)).toMatchObject(silently);
  });

  test('is told so aloud at any other time, and a correction is never left out in silence', () => {
    const village = drilled();
    expect(bodies(village, clear(village).id)).toContainEqual(expect.objectContaining({ stage: 'queued' }));
    const quiet = drilled();
    quiet.trust = 'guessed';
    expect(last(quiet, clear(quiet, 'd', 'correction').id)).toMatchObject({ stage: 'refused', code: 'clock-unknown' });
  });
});

describe('an alert that is taken back', () => {
  test('must be one that is known', () => {
    const village = new Hamlet();
    for (const kind of ['cancel', 'all-clear', 'correction'] as const) {
      const order = village.issue(kind === 'cancel' ? { kind, alertId: 'x' } : { kind, alertId: 'x', text: 'y' });
      expect(last(village, order.id)).toMatchObject({ stage: 'refused', code: 'no-such-alert' });
      expect(JSON.stringify(last(village, order.id))).toContain('x');
    }
  });

  test('is not continued any more after a stop, and another that was stopped with it still can be', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'issue', alert: alert('b', { zones: ['west'] }) });
    village.run(500);
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    const cancel = village.issue({ kind: 'cancel', alertId: 'a' });
    expect(last(village, cancel.id)).toMatchObject({ stage: 'done', what: 'cancelled' });
    expect(village.village.durable.latches.map((latch) => latch.alert)).toEqual(['b']);
    const before = village.heard().length;
    village.tell({ kind: 'continue', person: 'li', id: 'c' });
    village.run(5_000);
    const since = village.heard().slice(before);
    expect(since.length).toBeGreaterThan(0);
    expect(since.every(({ terminal }) => terminal.startsWith('west'))).toBe(true);
  });

  test.each([
    ['cancel', 'cancelled'],
    ['all-clear', 'cleared'],
    ['correction', 'replaced'],
  ] as const)('by a %s after its passes were over is %s, and nobody is asked to answer it any more', (kind, how) => {
    const village = new Hamlet();
    const { id } = village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'issue', alert: alert('b', { zones: ['west'] }) });
    village.run(600_000);
    const endedOf = (trace: string) =>
      Object.values(village.village.durable.broadcasts).find((one) => one.trace === trace)?.ended;
    expect(endedOf(id)).toBe('completed');
    const before = village.stages(id);
    village.issue(kind === 'cancel' ? { kind, alertId: 'a' } : { kind, alertId: 'a', text: '没事了' });
    expect(endedOf(id)).toBe(how);
    expect(village.stages(id)).toEqual(before);
    const inForce = alertsInForce(village.village.durable, village.mono);
    expect(inForce.map((one) => one.alert.id)).toEqual(['b']);
  });

  test('after a restart that left it silent is cancelled, too', () => {
    const village = new Hamlet({ ...hamlet, plans: [plan('move-now', { afterRestart: 'stay-silent' })] });
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(500);
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    const ended = () => Object.values(village.village.durable.broadcasts).map((one) => one.ended);
    expect(ended()).toEqual(['interrupted']);
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(ended()).toEqual(['cancelled']);
  });

  test('after its validity stays expired, and what an update replaced stays replaced', () => {
    const village = new Hamlet({ ...hamlet, plans: [plan('move-now', { repeats: 100 })] });
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 1_000 });
    village.issue({ kind: 'update', alert: alert('a', { text: '快走' }) }, { validForMs: 1_000 });
    village.run(900_000);
    const ended = () =>
      Object.values(village.village.durable.broadcasts).flatMap(({ alert: of, ended: how }) =>
        of.id === 'a' ? [how] : [],
      );
    const before = ended();
    expect(before).toEqual(['replaced', 'expired']);
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(ended()).toEqual(before);
  });

  test('is spoken of with the words of its last update', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { zones: ['east'] }) });
    village.issue({ kind: 'update', alert: alert('a', { zones: ['west'] }) });
    const order = village.issue({ kind: 'all-clear', alertId: 'a', text: '解除' });
    const said = Object.values(village.village.durable.broadcasts).find(({ trace }) => trace === order.id);
    expect(Object.keys(said?.zones ?? {})).toEqual(['west']);
    expect(said?.alert).toMatchObject({ text: '解除', headline: '解除', sirenUnlocked: false, audio: null });
  });
});
