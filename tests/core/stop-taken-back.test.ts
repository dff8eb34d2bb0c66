import { describe, expect, test } from 'vitest';
import { stoppedLast } from '../../src/core/stop.ts';
import { alert, hamlet, Hamlet } from './hamlet.ts';
import { bodies, both, goOn, live, stopAll } from './stops.ts';

describe('a stop that is taken back', () => {
  test('queues what it ended again, in received order, and says that it did', () => {
    const village = both();
    stopAll(village);
    const effects = goOn(village);
    expect(bodies(effects).filter(({ stage }) => stage === 'queued')).toHaveLength(2);
    expect(live(village)).toEqual(['a', 'b']);
    const traces = effects.flatMap((effect) =>
      effect.do === 'receipt' && effect.receipt.body.stage === 'queued' ? [effect.receipt.trace] : [],
    );
    expect(traces).toEqual(['c1-0', 'c1-1']);
    expect(
      village
        .receipts()
        .filter(({ trace }) => trace === 'c1')
        .map(({ body }) => body),
    ).toEqual([{ stage: 'done', what: 'continued' }]);
    expect(village.village.durable.latches).toEqual([]);
  });

  test('leaves silent what is no longer valid, and what was ended otherwise', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('short') }, { notBefore: village.wall, validForMs: 1_000 });
    village.issue({ kind: 'issue', alert: alert('long', { zones: ['west'] }) });
    stopAll(village);
    const until = Object.values(village.village.durable.broadcasts)[0]?.expiresAt ?? 0;
    village.run(until);
    goOn(village);
    expect(live(village)).toEqual(['long']);
  });

  test('may still be taken back after something else was played to its end', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    stopAll(village);
    village.issue({ kind: 'issue', alert: alert('b', { zones: ['west'] }) });
    village.run(120_000);
    expect(live(village)).toEqual([]);
    goOn(village);
    expect(live(village)).toEqual(['a']);
  });

  test('has nothing to say at the instant at which its last warning is valid no more', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('short') }, { validForMs: 600_000 });
    stopAll(village);
    const until = Object.values(village.village.durable.broadcasts)[0]?.expiresAt ?? 0;
    village.run(until - village.mono);
    expect(stoppedLast(village.village.durable, village.mono)).toEqual([]);
    expect(bodies(goOn(village))).toMatchObject([{ stage: 'refused', code: 'nothing-to-continue' }]);
    expect([live(village), village.village.durable.latches]).toEqual([[], []]);
  });

  test('does not bring back routine, and has nothing to say where nothing was stopped', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });
    stopAll(village);
    goOn(village);
    expect(live(village)).toEqual([]);
    const effects = goOn(village, 'c2');
    expect(bodies(effects)).toMatchObject([{ stage: 'refused', code: 'nothing-to-continue' }]);
  });

  test('frees the one before it only when a person goes on once more', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('first') });
    stopAll(village, 's1');
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('second') });
    stopAll(village, 's2');
    village.run(1_000);
    expect(stoppedLast(village.village.durable, village.mono).map(({ alert: { id } }) => id)).toEqual(['second']);
    expect(bodies(goOn(village, 'c1')).filter(({ stage }) => stage === 'refused')).toEqual([]);
    expect(live(village)).toEqual(['second']);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['first']);
    goOn(village, 'c2');
    expect([...live(village)].sort()).toEqual(['first', 'second']);
    expect(bodies(goOn(village, 'c3'))).toMatchObject([{ stage: 'refused', code: 'nothing-to-continue' }]);
  });

  test('is the one before it where the last one ended a drill alone, whose latch goes with it', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('real') });
    stopAll(village, 's1');
    village.run(700_000);
    village.issue({ kind: 'issue', alert: alert('drill', { status: 'drill' }) });
    stopAll(village, 's2');
    expect(stoppedLast(village.village.durable, village.mono).map(({ alert: { id } }) => id)).toEqual(['real']);
    goOn(village);
    expect(live(village)).toEqual(['real']);
    expect(village.village.durable.latches).toEqual([]);
  });

  test('with nothing that may sound again frees its latches all the same: the next word of the alert is heard', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 300_000 });
    village.issue({ kind: 'issue', alert: alert('b', { zones: ['west'] }) });
    stopAll(village);
    const a = Object.values(village.village.durable.broadcasts).find((one) => one.alert.id === 'a');
    village.run((a?.expiresAt ?? 0) - village.mono);
    goOn(village);
    expect(live(village)).toEqual(['b']);
    village.issue({ kind: 'update', alert: alert('a', { text: '还在继续' }) });
    expect([...live(village)].sort()).toEqual(['a', 'b']);
  });

  test('with nothing that may sound again frees the newest stop alone', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 300_000 });
    stopAll(village, 's1');
    village.run(10);
    village.issue({ kind: 'issue', alert: alert('b') }, { validForMs: 300_000 });
    stopAll(village, 's2');
    village.run(1_000_000);
    goOn(village);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['a']);
  });

  test('frees also what the village has forgotten since', () => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, queueMax: 64 } });
    for (let n = 0; n < 40; n += 1) village.issue({ kind: 'issue', alert: alert(`a${n}`) });
    village.run(10);
    stopAll(village);
    goOn(village);
    expect(village.village.durable.latches).toEqual([]);
  });

  test('does not bring back words that had been replaced, also when those that replaced them have expired', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { text: '旧的' }) }, { validForMs: 3_600_000 });
    village.run(1_000);
    stopAll(village, 's1');
    village.run(60_000);
    const wider = alert('a', { severity: 'blue', zones: ['east', 'west'], text: '新的' });
    village.issue({ kind: 'update', alert: wider }, { validForMs: 60_000 });
    village.run(1_000);
    stopAll(village, 's2');
    expect(stoppedLast(village.village.durable, village.mono).map(({ alert: { text } }) => text)).toEqual(['新的']);
    village.run(700_000);
    expect(stoppedLast(village.village.durable, village.mono)).toEqual([]);
    goOn(village);
    expect(live(village)).toEqual([]);
  });

  test('brings an alert back once, also when it was stopped twice at one instant', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    stopAll(village, 's1');
    goOn(village, 'c1');
    stopAll(village, 's2');
    expect(stoppedLast(village.village.durable, village.mono).map(({ trace }) => trace)).toEqual(['c1-0']);
  });

  test('of a drill brings no warning back that bears its number', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 3_600_000 });
    stopAll(village, 's1');
    village.run(700_000);
    village.issue({ kind: 'issue', alert: alert('a', { status: 'drill', zones: ['east', 'west'] }) });
    expect(live(village)).toEqual(['a']);
    stopAll(village, 's2');
    expect(stoppedLast(village.village.durable, village.mono)).toEqual([]);
  });

  test('may still be taken back after the stop was pressed once more to be sure', () => {
    const village = both();
    stopAll(village, 's1');
    village.run(1_000);
    stopAll(village, 's2');
    goOn(village);
    expect(live(village)).toEqual(['a', 'b']);
  });

  test('that was taken back and pressed again may be taken back again', () => {
    const village = both();
    stopAll(village, 's1');
    goOn(village, 'c1');
    village.run(1_000);
    stopAll(village, 's2');
    goOn(village, 'c2');
    expect(live(village)).toEqual(['a', 'b']);
  });

  test('says why an alert cannot come back: its zone is gone', () => {
    const village = both();
    stopAll(village);
    const site = { ...hamlet, zones: hamlet.zones.filter(({ id }) => id === 'west') };
    village.tell({ kind: 'configured', hash: 'h2', site, keys: [], real: false });
    const effects = goOn(village);
    expect(bodies(effects).filter(({ stage }) => stage === 'refused')).toMatchObject([{ code: 'no-such-zone' }]);
    expect(live(village)).toEqual(['b']);
    expect(village.village.durable.latches).toEqual([]);
  });

  test.each(['all-clear', 'correction'] as const)(
    'speaks a stopped %s twice, without the siren of its alert',
    (kind) => {
      const village = new Hamlet();
      village.issue({ kind: 'issue', alert: alert('a') });
      village.issue({ kind, alertId: 'a', text: '危险已过' });
      village.run(10);
      stopAll(village);
      village.log.length = 0;
      goOn(village);
      village.run(60_000);
      expect(new Set(village.heard().map(({ play }) => play))).toEqual(new Set(['speech']));
      expect(Object.values(village.village.durable.broadcasts).at(-1)).toMatchObject({ kind, repeats: 2 });
    },
  );
});
