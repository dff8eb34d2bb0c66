import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SiteView } from '../../src/console/view.ts';
import {
  headlineOf,
  isStale,
  itemsOf,
  lookOfTerminal,
  planOf,
  reachOf,
  sourceOf,
} from '../../src/console/web/derive.ts';
import { drillForMs, emptyModel, ordersWaiting, reduce, type Act, type Model } from '../../src/console/web/model.ts';
import { receiptSentence } from '../../src/words/text/page-receipts.ts';
import { isAsTyped, namesToType } from '../../src/console/widening.ts';
import { practised } from '../../src/console/web/practice.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir, orderFromAbove, scenes } from './scenes.ts';

let site: SiteView;
let calm: Model;
const person = { id: 'li-ming', name: '李明', role: 'staff' } as const;
const all = (model: Model, ...acts: readonly Act[]): Model => acts.reduce(reduce, model);
const seen = (now: number, live = calmView(site)): Act => ({ act: 'live', live, ageMs: 0, now });

beforeAll(async () => {
  site = await exampleSite();
  calm = all(emptyModel, { act: 'site', site }, { act: 'linked', linked: true }, seen(1_000), {
    act: 'person',
    person,
  });
});

describe('the level a plan begins with', () => {
  test('is the first of those the site gives it, red where it gives none, and never an unknown one', () => {
    const firsts = site.plans.map(({ id }) => [
      id,
      all(calm, { act: 'choose', plan: id, drill: false }).draft?.severity,
    ]);
    expect(Object.fromEntries(firsts)).toMatchObject({
      'geohazard-now': 'red',
      'geohazard-prepare': 'orange',
      'flash-flood-now': 'red',
      'flash-flood-prepare': 'orange',
      'flash-flood-watch': 'blue',
      'any-emergency': 'red',
    });
    expect(site.plans.flatMap(({ severities }) => severities)).not.toContain('unknown');
  });
});

describe('what a person types', () => {
  test('property: no state that arrives ever changes it', () => {
    const live = fc.constantFrom(...Object.values(scenes)).map((scene) => scene(site));
    const act = fc.oneof(
      live.map((one): Act => ({ act: 'live', live: one, ageMs: 0, now: 2_000 })),
      fc.constantFrom<Act>(
        { act: 'linked', linked: false },
        { act: 'live', live: null, ageMs: 0, now: 3_000 },
        { act: 'tick', now: 4_000 },
        { act: 'site', site },
      ),
    );
    const typed = all(
      calm,
      { act: 'choose', plan: 'geohazard-now', drill: false },
      { act: 'edit', change: { text: '河水变浑', zones: ['heba'] } },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
        expect(all(typed, ...acts).draft).toEqual(typed.draft);
      }),
      { numRuns: 500 },
    );
  });

  test('stays when the session ends meanwhile, and is there again after the PIN', () => {
    const typed = all(
      calm,
      { act: 'choose', plan: 'geohazard-now', drill: false },
      { act: 'edit', change: { text: '河水变浑' } },
    );
    const locked = all(typed, { act: 'person', person: null }, { act: 'go', place: 'confirm' });
    expect(locked.place).toBe('pin');
    const back = reduce(locked, { act: 'person', person });
    expect([back.place, back.draft?.text]).toEqual(['confirm', '河水变浑']);
  });
});

describe('drills', () => {
  test('begin in one zone; for more, the names of the others must be typed, all of them', () => {
    const chosen = all(calm, { act: 'go', place: 'drill' }, { act: 'choose', plan: 'geohazard-now', drill: true });
    const names = ({ draft }: Model) => (draft === null ? null : namesToType(site, draft));
    const isTyped = ({ draft, widening }: Model) => draft !== null && isAsTyped(site, draft, widening);
    expect([names(chosen), isTyped(chosen)]).toEqual([[], true]);
    const wide = reduce(chosen, { act: 'edit', change: { zones: site.zones.map(({ id }) => id) } });
    const [first, ...others] = site.zones.map(({ name }) => name.zh);
    expect(wide.draft?.zones[0]).toBe(chosen.draft?.zones[0]);
    expect(names(wide)).toEqual(others);
    const typed = (text: string): boolean => isTyped(reduce(wide, { act: 'widen', typed: text }));
    expect([typed(''), typed(first ?? ''), typed(others.slice(1).join('、')), typed(others.join(' '))]).toEqual([
      ...[false, false, false, true],
    ]);
    const other = reduce(reduce(wide, { act: 'widen', typed: others.join() }), {
      ...{ act: 'choose', plan: 'geohazard-now', drill: true },
    });
    expect(other.widening).toBe('');
  });

  test('begin with one zone and a locked siren, whatever the plan says', () => {
    const chosen = all(calm, { act: 'go', place: 'drill' }, { act: 'choose', plan: 'geohazard-now', drill: true });
    expect(chosen.draft).toMatchObject({ zones: ['heba'], sirenUnlocked: false });
    const plan = planOf(site, 'geohazard-now');
    if (plan === undefined || chosen.draft === null) throw new Error('no plan');
    expect(itemsOf(plan, chosen.draft, true).map(({ play }) => play)).toEqual(['speech']);
    expect(itemsOf(plan, { ...chosen.draft, sirenUnlocked: true }, true).map(({ play }) => play)).toEqual([
      'speech',
      'tone',
    ]);
  });

  test('are left by themselves after thirty minutes', () => {
    const inside = reduce(calm, { act: 'go', place: 'drill' });
    expect(reduce(inside, { act: 'tick', now: 1_000 + drillForMs - 1 }).place).toBe('drill');
    expect(reduce(inside, { act: 'tick', now: 1_000 + drillForMs })).toMatchObject({ place: 'home', drillUntil: null });
  });

  test('and practice are left at once when a real warning comes, from here or from above', () => {
    for (const live of [scenes.air(site), scenes.order(site)]) {
      const drill = all(calm, { act: 'go', place: 'drill' }, seen(2_000, live));
      expect(drill).toMatchObject({ place: 'air', drillUntil: null, draft: null });
      const practice = all(
        calm,
        { act: 'practice', practice: { startedAt: null, stoppedAt: null } },
        seen(2_000, live),
      );
      expect(practice).toMatchObject({ place: 'air', practice: null });
    }
    const drilling = all(calm, { act: 'go', place: 'drill' }, seen(2_000, scenes.drill(site)));
    expect(drilling.place).toBe('drill');
  });
});

describe('a countdown', () => {
  test('property: after any other act than time and state nothing goes on air by itself', () => {
    const other = fc.constantFrom<Act>(
      { act: 'go', place: 'home' },
      { act: 'withdraw', notice: { kind: 'good', zh: '', en: '' } },
      { act: 'person', person: null },
      { act: 'practice', practice: null },
    );
    fc.assert(
      fc.property(other, (act) => {
        const counting = all(calm, { act: 'choose', plan: 'geohazard-now', drill: false }, { act: 'countdown' });
        expect(counting.airAt).not.toBeNull();
        expect(reduce(counting, act).airAt).toBeNull();
      }),
    );
  });
});

describe('what the page says', () => {
  test('a state older than two signs of life is called old, and never calm', () => {
    expect(headlineOf({ ...calm, now: 5_000 }).kind).toBe('calm');
    const old = { ...calm, now: 6_000 };
    expect([isStale(old), headlineOf(old).kind]).toEqual([true, 'stale']);
    expect(headlineOf(reduce(calm, { act: 'live', live: null, ageMs: 0, now: 1_500 })).kind).toBe('stale');
  });

  test('a terminal that has not answered for two polls is unknown, however well it was', () => {
    const [terminal] = site.terminals;
    const now = calmView(site).terminals[0];
    if (terminal === undefined) throw new Error('no terminal');
    expect(lookOfTerminal(now, terminal, 0).words.zh).toBe('在线');
    expect(lookOfTerminal(now, terminal, 2 * (terminal.seenEveryMs ?? 0) + 2_000).words.zh).toBe('未知');
  });

  test('the confirm screen names zones, loudspeakers, sirens, people, and who will probably not be reached', () => {
    const night = all(calm, seen(2_000, scenes.night(site)), { act: 'choose', plan: 'geohazard-now', drill: false });
    const plan = planOf(site, 'geohazard-now');
    if (night.draft === null || plan === undefined) throw new Error('no draft');
    const reach = reachOf(night, night.draft, plan.items);
    expect(reach).toMatchObject({ zones: 2, speakers: 3, sirens: 4, households: 66, people: 245 });
    expect(reach.doubtful.map(({ terminal }) => terminal.id)).toEqual([
      'heba-speaker-1',
      'heba-siren-3',
      'shangba-speaker-1',
    ]);
  });

  test('who started it is said in words: a person, a place, a sensor, a centre', () => {
    const of = (source: string, isLocal = true) => sourceOf(calm, { ...onAir(site), source, isLocal }).zh;
    expect(of('li-ming')).toBe('李明');
    expect(of('panel:key')).toBe('面板钥匙');
    expect(of('sensor:weather/2')).toBe('传感器 weather/2');
    expect(of('county-1', false)).toBe('上级 county-1');
    expect(of('constructor')).toBe('constructor');
  });

  test('terminals whose silence a stop did not prove are named, eight of them at most', () => {
    const nameOf = (id: string) => ({ zh: `喇叭${id}`, en: `speaker ${id}` });
    const say = (terminals: readonly string[]) =>
      receiptSentence({ stage: 'unproven-silence', ...{ terminals } }, nameOf);
    expect(say([]).zh).toBe('已证实全部静音');
    expect(say(['1', '2'])).toEqual({
      zh: '2 台静音未证实：喇叭1、喇叭2',
      en: 'silence not proven of 2: speaker 1, speaker 2',
    });
    const many = say(Array.from({ length: 200 }, (_, index) => String(index)));
    expect(many.zh).toMatch(/^200 台静音未证实：喇叭0、[^8]*喇叭7 等$/);
    expect(many.en).toMatch(/speaker 7, 192 more$/);
  });

  test('orders from above that wait for an answer cover the screen, on air or played, and what a sensor began; what a person began on site does not', () => {
    const order = orderFromAbove(site);
    const played = { ...order, ended: 'completed', endedAgoMs: 60_000, state: 'ended' } as const;
    expect(ordersWaiting(calmView(site, { live: [order] }))).toEqual([order]);
    expect(ordersWaiting(calmView(site, { ended: [played] }))).toEqual([played]);
    const bySensor = onAir(site, { source: 'sensor:rain', isBySensor: true });
    expect(ordersWaiting(calmView(site, { live: [bySensor] }))).toEqual([bySensor]);
    const others = [onAir(site), { ...order, awaitsAnswer: false }, { ...played, awaitsAnswer: false }];
    expect(ordersWaiting(calmView(site, { live: others, ended: others }))).toEqual([]);
    expect(ordersWaiting(null)).toEqual([]);
  });

  test('property: in practice the numbers add up at every moment, and the real state does not shine through', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.boolean(), (afterMs, isStopped) => {
        const chosen = all(
          calm,
          { act: 'practice', practice: { startedAt: 1_000, stoppedAt: isStopped ? 1_000 + afterMs : null } },
          { act: 'choose', plan: 'geohazard-now', drill: false },
        );
        const { live } = practised({ ...chosen, now: 1_000 + afterMs, live: scenes.night(site) });
        const one = live?.live[0] ?? live?.ended[0];
        const counts = one?.counts;
        if (counts === null || counts === undefined) throw new Error('no counts');
        expect(counts.due).toBe(counts.sounded + counts.failed + counts.unknown);
        expect(live?.troubles).toEqual([]);
        // What is over waits for nothing, and a reason is told only with its verdict.
        if (one?.ended !== null) expect(counts.waiting).toBe(0);
        expect(one?.results.filter(({ verdict, reason }) => (verdict === 'unknown') !== (reason !== null))).toEqual([]);
      }),
    );
  });
});
