import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, order, plan, trigger } from '../core/hamlet.ts';
import { Bench } from './loop-bench.ts';

/** Terminals that were told to sound, or to be silent, in the order of acts. */
const acts = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => {
    if (effect.do === 'sound') return effect.cues.map(({ terminal }) => `on ${terminal}`);
    return effect.do === 'silence' ? effect.terminals.map((terminal) => `off ${terminal}`) : [];
  });

const alarm = order({ kind: 'issue', alert: alert('a', { zones: ['east', 'west'] }) });
const short = plan('short', { playlist: [{ play: 'tone', tone: 'rapid' }] });
const long = plan('long', {
  drill: { playlist: [{ play: 'tone', tone: 'steady' }], repeats: 1, sirenUnlockMs: 20_000 },
});
const site: Site = { ...hamlet, plans: [...hamlet.plans, short, long] };
const notice = order({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });

/** The warning sounds for so long, and its cancel waits for a slow disk. */
const cancelled = async (afterMs = 500): Promise<Bench> => {
  const bench = new Bench(site);
  bench.order(alarm);
  await bench.disk('durable');
  bench.advance(afterMs);
  await bench.disk('durable');
  bench.order(order({ kind: 'cancel', alertId: 'a' }));
  bench.advance(200);
  return bench;
};

describe('the off of a cancel that waits for its record', () => {
  test.each(['durable', 'failing', 'lost'] as const)(
    'goes before the warning that would pass it, and once: a relay would run on to the end of what was cancelled (%s)',
    async (answer) => {
      const bench = await cancelled();
      const before = bench.carried.length;
      void bench.loop.tell(trigger('t1', { plan: 'short' }));
      expect(acts(bench.carried.slice(before))).toEqual([
        ...['off east-siren-1', 'off east-siren-2'],
        ...['on east-siren-1', 'on east-siren-2'],
      ]);
      const meanwhile = bench.carried.length;
      await bench.disk(answer);
      expect(acts(bench.carried.slice(meanwhile))).toEqual(['off west-siren-1']);
    },
  );

  test('does not go again where a stop has passed it', async () => {
    const bench = await cancelled();
    void bench.loop.tell({ kind: 'stop', source: 'panel', person: 'panel', id: 's1' });
    const before = bench.carried.length;
    void bench.loop.tell(trigger('t1', { plan: 'short' }));
    expect(acts(bench.carried.slice(before))).toEqual(['on east-siren-1', 'on east-siren-2']);
  });

  test('does not go a second time before a warning that comes after it', async () => {
    const bench = await cancelled();
    await bench.disk('durable');
    const before = bench.carried.length;
    void bench.loop.tell(trigger('t1', { plan: 'short' }));
    expect(acts(bench.carried.slice(before))).toEqual(['on east-siren-1', 'on east-siren-2']);
  });

  test('goes before words whose record is there first', async () => {
    const bench = await cancelled(11_000);
    bench.order(notice);
    const before = bench.carried.length;
    await bench.disk('durable', 'newest');
    await bench.disk('durable');
    expect(acts(bench.carried.slice(before))).toEqual(['off east-speaker', 'on east-speaker', 'off west-speaker']);
  });
});

const isToneOnAir = (bench: Bench): boolean =>
  Object.values(bench.loop.village().durable.plays).some(({ tone }) => tone !== null);

/** Its mark is said, and the record with which its siren begins waits for a slow disk; how much was done until then. */
const drilled = async (): Promise<{ bench: Bench; before: number }> => {
  const bench = new Bench(site);
  const drill = alert('d', { status: 'drill', plan: 'long', sirenUnlocked: true });
  bench.order(order({ kind: 'issue', alert: drill }, { class: 'drill' }));
  await bench.disk('durable');
  for (let tenth = 0; tenth < 600 && !isToneOnAir(bench); tenth += 1) bench.advance(100);
  expect(isToneOnAir(bench)).toBe(true);
  return { bench, before: bench.carried.length };
};

describe("a drill's siren whose record is slow", () => {
  const renewed = (bench: Bench): readonly string[] =>
    bench.carried.flatMap((effect) => (effect.do === 'renew' ? effect.terminals : []));

  test('is not made to sound by renewing its lease', async () => {
    const { bench } = await drilled();
    bench.advance(9_000);
    expect(isToneOnAir(bench)).toBe(true);
    expect(renewed(bench)).toEqual([]);
  });

  test('is renewed as soon as the record is there', async () => {
    const { bench } = await drilled();
    await bench.disk('durable');
    bench.advance(6_000);
    expect(renewed(bench)).toContain('east-siren-2');
  });

  test('is not made to sound by a repair, though it is seen to be off', async () => {
    const { bench, before } = await drilled();
    bench.advance(1_000);
    const looks = bench.carried.slice(before).flatMap((effect) => (effect.do === 'prove' ? effect.looks : []));
    expect(looks.length).toBeGreaterThan(0);
    const seen = {
      sight: 'off',
      grade: 'switched',
      value: null,
      unit: null,
      readAt: bench.mono,
      reason: null,
    } as const;
    void bench.loop.tell({ kind: 'evidence', findings: looks.map((one) => ({ ...one, ...seen })) });
    expect(acts(bench.carried.slice(before)).filter((act) => act.startsWith('on'))).toEqual([]);
    await bench.disk('durable');
    const ons = acts(bench.carried.slice(before)).filter((act) => act.startsWith('on'));
    expect(ons).toEqual(['on east-siren-1', 'on east-siren-2']);
  });

  test('holds up no renewal of the warning that took its place', async () => {
    const { bench } = await drilled();
    bench.advance(200);
    void bench.loop.tell(trigger('t1'));
    bench.advance(6_000);
    expect(renewed(bench)).toContain('east-siren-2');
  });
});

describe('a warning that waited for its turn behind one that is cancelled', () => {
  const lower = order({ kind: 'issue', alert: alert('b', { severity: 'orange' }) });
  /** The one sounds, the other waits, and both are on the disk. */
  const waiting = async (): Promise<Bench> => {
    const bench = new Bench(site);
    bench.order(order({ kind: 'issue', alert: alert('a') }));
    bench.order(lower);
    await bench.disk('durable');
    bench.advance(500);
    return bench;
  };

  test.each(['failing', 'lost'] as const)('sounds from memory when the cancel finds no record (%s)', async (answer) => {
    const bench = await waiting();
    const before = bench.carried.length;
    bench.order(order({ kind: 'cancel', alertId: 'a' }));
    expect(acts(bench.carried.slice(before))).toEqual([]);
    await bench.disk(answer);
    expect(acts(bench.carried.slice(before))).toEqual([
      ...['off east-siren-1', 'off east-siren-2'],
      ...['on east-siren-1', 'on east-siren-2'],
    ]);
  });

  test('sounds once, also when the record of the cancel is there at last', async () => {
    const bench = await waiting();
    bench.order(order({ kind: 'cancel', alertId: 'a' }));
    await bench.disk('failing');
    bench.advance(1_000);
    const before = bench.carried.length;
    await bench.disk('durable');
    expect(bench.loop.isDurable()).toBe(true);
    expect(acts(bench.carried.slice(before))).toEqual([]);
  });

  test('is not begun in vain where something of a higher rank came meanwhile', async () => {
    const bench = await waiting();
    bench.order(order({ kind: 'cancel', alertId: 'a' }));
    void bench.loop.tell(trigger('t1'));
    const meanwhile = bench.carried.length;
    await bench.disk('failing');
    expect(acts(bench.carried.slice(meanwhile))).toEqual([]);
  });

  test.each(['failing', 'lost'] as const)(
    'leaves the words of an all-clear unsaid that finds no record (%s)',
    async (answer) => {
      const bench = new Bench(site);
      bench.order(order({ kind: 'issue', alert: alert('a') }));
      await bench.disk('durable');
      const before = bench.carried.length;
      bench.order(order({ kind: 'all-clear', alertId: 'a', text: '解除' }));
      await bench.disk(answer);
      const done = acts(bench.carried.slice(before));
      expect(done).toContain('off east-siren-1');
      expect(done.filter((act) => act.startsWith('on'))).toEqual([]);
    },
  );

  test('leaves a notice unsaid that would have had its turn', async () => {
    const bench = new Bench(site);
    bench.order(order({ kind: 'issue', alert: alert('a') }));
    bench.order(notice);
    await bench.disk('durable');
    const before = bench.carried.length;
    bench.order(order({ kind: 'cancel', alertId: 'a' }));
    await bench.disk('failing');
    expect(acts(bench.carried.slice(before)).filter((act) => act.startsWith('on'))).toEqual([]);
  });
});
