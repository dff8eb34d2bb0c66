import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, mondayNine, order, plan } from '../core/hamlet.ts';
import { Bench } from './loop-bench.ts';

/** Said to be a drill, then five short calls, two seconds apart: each but the first has no record of its own. */
const loud = plan('loud', {
  drill: { playlist: [{ play: 'tone', tone: 'rapid' }], repeats: 1, sirenUnlockMs: 20_000 },
});
const site: Site = { ...hamlet, plans: [...hamlet.plans, loud] };

const drillAlert = alert('d', { status: 'drill', plan: 'loud', sirenUnlocked: true });
const drill = order({ kind: 'issue', alert: drillAlert }, { class: 'drill' });
const routineAlert = alert('r', { class: 'routine', plan: 'notice' });
const routine = order({ kind: 'issue', alert: routineAlert }, { class: 'routine' });
const drillHere = {
  id: 'here',
  plan: 'loud',
  zones: ['east'],
  status: 'drill',
  severity: 'red',
  text: null,
  person: 'li',
  source: 'console',
  sirenUnlocked: true,
} as const;

const sounds = (bench: Bench): readonly Effect[] => bench.carried.filter((effect) => effect.do === 'sound');

const runs = async (bench: Bench, seconds: number, answer: 'durable' | 'failing'): Promise<void> => {
  for (let second = 0; second < seconds; second += 1) {
    bench.advance(1_000);
    await bench.disk(answer);
  }
};

const isToneOnAir = (bench: Bench): boolean =>
  Object.values(bench.loop.village().durable.plays).some(({ tone }) => tone !== null);

/** Until the words before it are over and its first call sounds. */
const soundsTone = async (bench: Bench): Promise<void> => {
  for (let second = 0; second < 60 && !isToneOnAir(bench); second += 1) await runs(bench, 1, 'durable');
  expect(isToneOnAir(bench)).toBe(true);
};

const endings = (bench: Bench) =>
  bench.released.flatMap(({ trace, body }) => (body.stage === 'ended' ? [{ trace, how: body.how }] : []));

describe('routine and drills while the disk fails', () => {
  const asked = [
    ['a drill', drill.id, { kind: 'order', order: drill }],
    ['a drill from the site', drillHere.id, { kind: 'trigger', trigger: drillHere }],
    ['routine', routine.id, { kind: 'order', order: routine }],
  ] as const;

  test.each(asked)(
    '%s whose own record is the first to fail never sounds, and is told as interrupted',
    async (_, trace, event) => {
      const bench = new Bench(site);
      const told = bench.loop.tell(event);
      await bench.disk('failing');
      expect(await told).toBe(false);
      await runs(bench, 90, 'failing');
      expect(sounds(bench)).toEqual([]);
      expect(bench.released).toEqual([]);
      await runs(bench, 4, 'durable');
      expect(bench.loop.isDurable()).toBe(true);
      expect(endings(bench)).toEqual([{ trace, how: 'interrupted' }]);
      const notes = bench.released.flatMap(({ body }) => (body.stage === 'noted' ? [body.code] : []));
      expect(notes).toEqual(['routine-undurable']);
      await runs(bench, 30, 'durable');
      expect(sounds(bench)).toEqual([]);
    },
  );

  test('a drill on air is silenced by the first record that fails, whosever it is', async () => {
    const bench = new Bench(site);
    void bench.loop.tell({ kind: 'order', order: drill });
    await bench.disk('durable');
    await soundsTone(bench);
    const before = sounds(bench).length;
    void bench.loop.tell({ kind: 'noted', code: 'x', detail: '' });
    await bench.disk('failing');
    expect(bench.carried.at(-1)).toMatchObject({ do: 'silence', cause: 'interrupted' });
    await runs(bench, 60, 'failing');
    expect(sounds(bench)).toHaveLength(before);
  });

  test('an emergency on air is not touched by it', async () => {
    const bench = new Bench(site);
    void bench.loop.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    await bench.disk('failing');
    expect(Object.values(bench.loop.village().durable.broadcasts).map(({ ended }) => ended)).toEqual([null]);
    bench.advance(11_000);
    expect(sounds(bench)).toHaveLength(2);
  });

  test('a notice that falls due while the disk fails is ended before it sounds', async () => {
    const due = {
      id: 'n',
      name: { zh: '通知', en: 'notice' },
      plan: 'notice',
      zones: ['east'],
      weekdays: [1],
      minuteOfDay: 9 * 60 + 1,
      text: '通知',
    };
    const bench = new Bench({ ...site, notices: [due] });
    expect(new Date(mondayNine).getUTCDay()).toBe(1);
    void bench.loop.tell({ kind: 'noted', code: 'x', detail: '' });
    await bench.disk('failing');
    await runs(bench, 120, 'failing');
    expect(Object.values(bench.loop.village().durable.broadcasts).map(({ ended }) => ended)).toEqual(['interrupted']);
    expect(sounds(bench)).toEqual([]);
  });

  test('while the record of an item is slow, none of its calls is on the wire; then they are', async () => {
    const bench = new Bench(site);
    void bench.loop.tell({ kind: 'order', order: drill });
    await bench.disk('durable');
    for (let second = 0; second < 60 && !isToneOnAir(bench); second += 1) bench.advance(1_000);
    const before = sounds(bench).length;
    for (let second = 0; second < 5; second += 1) bench.advance(1_000);
    expect(isToneOnAir(bench)).toBe(true);
    expect(sounds(bench)).toHaveLength(before);
    await bench.disk('durable');
    expect(sounds(bench)).toHaveLength(before + 1);
    bench.advance(2_000);
    expect(sounds(bench).length).toBeGreaterThan(before + 1);
  });
});
