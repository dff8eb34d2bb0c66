import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import { alert, order, trigger } from '../core/hamlet.ts';
import { Bench } from './loop-bench.ts';

const notice = order({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });

/** Terminals that were told to sound, or to be silent, in the order of acts. */
const acts = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => {
    if (effect.do === 'sound') return effect.cues.map(({ terminal }) => `on ${terminal}`);
    return effect.do === 'silence' ? effect.terminals.map((terminal) => `off ${terminal}`) : [];
  });

describe('what waits for its record behind a slow disk', () => {
  test('does not sound after a stop that was pressed meanwhile', async () => {
    const bench = new Bench();
    bench.order(notice);
    bench.advance(200);
    void bench.loop.tell({ kind: 'stop', source: 'panel', person: 'panel', id: 's1' });
    bench.advance(200);
    await bench.disk('durable');
    bench.advance(60_000);
    await bench.disk('durable');
    expect(acts(bench.carried).filter((act) => act.startsWith('on'))).toEqual([]);
  });

  test('does not speak into the warning that took its place meanwhile', async () => {
    const bench = new Bench();
    bench.order(notice);
    bench.advance(200);
    void bench.loop.tell(trigger('t1'));
    const meanwhile = bench.carried.length;
    await bench.disk('durable');
    const late = acts(bench.carried.slice(meanwhile));
    const begun = acts(bench.carried.slice(0, meanwhile)).filter((act) => act.startsWith('on'));
    expect(begun.length).toBeGreaterThan(0);
    expect(late).toEqual([]);
  });

  test('switches off nothing that a newer warning sounds with meanwhile', async () => {
    const bench = new Bench();
    bench.order(order({ kind: 'issue', alert: alert('a') }));
    await bench.disk('durable');
    bench.advance(500);
    bench.order(order({ kind: 'cancel', alertId: 'a' }));
    bench.advance(200);
    const before = bench.carried.length;
    void bench.loop.tell(trigger('t1'));
    const sounds = acts(bench.carried.slice(before)).filter((act) => act.startsWith('on'));
    const meanwhile = bench.carried.length;
    await bench.disk('durable');
    const offs = acts(bench.carried.slice(meanwhile)).map((act) => act.replace('off', 'on'));
    expect(sounds.length).toBeGreaterThan(0);
    expect(offs.filter((act) => sounds.includes(act))).toEqual([]);
  });

  test('is done for every terminal that nothing has overtaken', async () => {
    const bench = new Bench();
    bench.order(
      order(
        { kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice', zones: ['east', 'west'] }) },
        { class: 'routine' },
      ),
    );
    bench.advance(200);
    void bench.loop.tell(trigger('t1'));
    const meanwhile = bench.carried.length;
    await bench.disk('durable');
    const late = acts(bench.carried.slice(meanwhile));
    expect(late.length).toBeGreaterThan(0);
    expect(late.every((act) => act.startsWith('on west-'))).toBe(true);
  });
});

describe('what is left of it', () => {
  const quietTest = { kind: 'quiet-test', id: 'q1', person: 'li', terminals: [] } as const;
  const both = { zones: ['east', 'west'] };

  test('a cancel still silences every terminal but those that a newer warning sounds with', async () => {
    for (const answer of ['durable', 'failing', 'lost'] as const) {
      const bench = new Bench();
      bench.order(order({ kind: 'issue', alert: alert('a', both) }));
      await bench.disk('durable');
      bench.advance(500);
      bench.order(order({ kind: 'cancel', alertId: 'a' }));
      bench.advance(200);
      void bench.loop.tell(trigger('t1'));
      const meanwhile = bench.carried.length;
      await bench.disk(answer);
      expect(acts(bench.carried.slice(meanwhile))).toEqual(['off west-siren-1']);
    }
  });

  test('words that begin with the stop of the warning before them are said', async () => {
    const bench = new Bench();
    bench.order(order({ kind: 'issue', alert: alert('a') }));
    bench.order(notice);
    await bench.disk('durable');
    const before = bench.carried.length;
    bench.order(order({ kind: 'stop', alertId: 'a' }));
    expect(acts(bench.carried.slice(before))).toContain('off east-speaker');
    const meanwhile = bench.carried.length;
    await bench.disk('durable');
    expect(acts(bench.carried.slice(meanwhile))).toEqual(['on east-speaker']);
  });

  test('a test that nobody hears does not begin in a siren that sounds, or behind a stop', async () => {
    const stop = { kind: 'stop', source: 'panel', person: 'panel', id: 's1' } as const;
    for (const urgent of [trigger('t1'), stop]) {
      const bench = new Bench();
      void bench.loop.tell(quietTest);
      bench.advance(200);
      void bench.loop.tell(urgent);
      await bench.disk('durable');
      expect(bench.kinds()).not.toContain('quiet-test');
      expect(bench.loop.village().durable.quietRun).toBeNull();
    }
  });

  test('a test that nobody hears begins when its record is there, though something was switched before it', async () => {
    const bench = new Bench();
    void bench.loop.tell({ kind: 'stop', source: 'panel', person: 'panel', id: 's1' });
    await bench.disk('durable');
    bench.advance(30_000);
    await bench.disk('durable');
    void bench.loop.tell(quietTest);
    expect(bench.kinds()).not.toContain('quiet-test');
    await bench.disk('durable');
    expect(bench.kinds()).toContain('quiet-test');
  });
});
