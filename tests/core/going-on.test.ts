import { describe, expect, test } from 'vitest';
import { stoppedLast } from '../../src/core/stop.ts';
import { alert, hamlet, Hamlet } from './hamlet.ts';
import { bodies, both, goOn, live, stopAll } from './stops.ts';

describe('going on with what was stopped', () => {
  test('starts what the person was shown, and nothing else: a second touch, or a second person, is told so', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('first') });
    stopAll(village, 's1');
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('second') });
    stopAll(village, 's2');
    const touch = (id: string): readonly unknown[] =>
      bodies(village.tell({ kind: 'continue', person: 'li', id, alert: 'second' })).filter(
        ({ stage }) => stage === 'done' || stage === 'refused',
      );
    expect(touch('c1')).toEqual([{ stage: 'done', what: 'continued' }]);
    expect(touch('c2')).toMatchObject([{ stage: 'refused', code: 'continued-already' }]);
    expect(live(village)).toEqual(['second']);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['first']);
  });

  test('brings back all that it ended, whichever of them the person names', () => {
    const village = both();
    stopAll(village);
    village.tell({ kind: 'continue', person: 'li', id: 'c1', alert: 'b' });
    expect(live(village)).toEqual(['a', 'b']);
  });

  test('is told as nothing to go on with when what was shown has expired meanwhile', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 300_000 });
    stopAll(village);
    const until = Object.values(village.village.durable.broadcasts)[0]?.expiresAt ?? 0;
    village.run(until - village.mono);
    const effects = village.tell({ kind: 'continue', person: 'li', id: 'c1', alert: 'a' });
    expect(bodies(effects)).toMatchObject([{ stage: 'refused', code: 'nothing-to-continue' }]);
  });

  test('frees nobody else when what was shown is not there any more', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    stopAll(village, 's1');
    goOn(village, 'c0');
    village.run(120_000);
    village.issue({ kind: 'issue', alert: alert('b') }, { validForMs: 300_000 });
    stopAll(village, 's2');
    const b = Object.values(village.village.durable.broadcasts).find((one) => one.alert.id === 'b');
    village.run((b?.expiresAt ?? 0) - village.mono);
    const effects = village.tell({ kind: 'continue', person: 'li', id: 'c1', alert: 'a' });
    expect(bodies(effects)).toMatchObject([{ stage: 'refused', code: 'nothing-to-continue' }]);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['b']);
  });

  test('starts nothing older when what was shown has expired meanwhile', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('older') }, { validForMs: 3_600_000 });
    stopAll(village, 's1');
    village.run(10);
    village.issue({ kind: 'issue', alert: alert('shown') }, { validForMs: 300_000 });
    stopAll(village, 's2');
    const shown = Object.values(village.village.durable.broadcasts).find((one) => one.alert.id === 'shown');
    village.run((shown?.expiresAt ?? 0) - village.mono);
    const effects = village.tell({ kind: 'continue', person: 'li', id: 'c1', alert: 'shown' });
    expect(bodies(effects)).toMatchObject([{ stage: 'refused', code: 'continued-already' }]);
    expect(live(village)).toEqual([]);
  });

  test('is told as going on already when somebody else has taken it back', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    stopAll(village);
    const touch = (id: string) => bodies(village.tell({ kind: 'continue', person: 'li', id, alert: 'a' }));
    expect(touch('c1').some(({ stage }) => stage === 'refused')).toBe(false);
    expect(touch('c2')).toMatchObject([{ stage: 'refused', code: 'continued-already' }]);
    expect(live(village)).toEqual(['a']);
  });

  test('finds the queue full: that is the answer, and it may be taken back when there is room', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'blue' }) }, { validForMs: 3_600_000 });
    stopAll(village);
    for (let n = 0; n < hamlet.limits.queueMax; n += 1) village.issue({ kind: 'issue', alert: alert(`n${n}`) });
    const traces = goOn(village).flatMap((effect) =>
      effect.do === 'receipt' && effect.receipt.body.stage === 'refused'
        ? [[effect.receipt.trace, effect.receipt.body.code]]
        : [],
    );
    expect(traces).toEqual([
      ['c1-0', 'queue-full'],
      ['c1', 'queue-full'],
    ]);
    expect(village.receipts().some(({ body }) => body.stage === 'done' && body.what === 'continued')).toBe(false);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['a']);
    village.run(1_500_000);
    goOn(village, 'c2');
    expect([live(village), village.village.durable.latches]).toEqual([['a'], []]);
  });

  test('gives the last place in the queue to the most severe; the other stays stopped', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('low', { severity: 'orange' }) }, { validForMs: 3_600_000 });
    village.issue({ kind: 'issue', alert: alert('high', { severity: 'red' }) }, { validForMs: 3_600_000 });
    stopAll(village);
    for (let n = 1; n < hamlet.limits.queueMax; n += 1) village.issue({ kind: 'issue', alert: alert(`n${n}`) });
    goOn(village);
    expect(live(village)).toContain('high');
    expect(stoppedLast(village.village.durable, village.mono).map(({ alert: { id } }) => id)).toEqual(['low']);
  });

  test('changes nothing when the queue has no room for any of it', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'blue' }) }, { validForMs: 3_600_000 });
    stopAll(village, 's1');
    village.run(10);
    village.issue({ kind: 'issue', alert: alert('b') }, { validForMs: 300_000 });
    stopAll(village, 's2');
    const b = Object.values(village.village.durable.broadcasts).find((one) => one.alert.id === 'b');
    village.run((b?.expiresAt ?? 0) - village.mono);
    for (let n = 0; n < hamlet.limits.queueMax; n += 1) village.issue({ kind: 'issue', alert: alert(`n${n}`) });
    const before = village.village.durable.latches;
    expect(before.map((one) => one.alert)).toEqual(['a', 'b']);
    expect(bodies(goOn(village)).at(-1)).toMatchObject({ stage: 'refused', code: 'queue-full' });
    expect(village.village.durable.latches).toEqual(before);
  });
});
