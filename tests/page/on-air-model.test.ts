import { beforeAll, describe, expect, test } from 'vitest';
import type { BroadcastView, LiveView, SiteView } from '../../src/console/view.ts';
import { airing, headlineOf } from '../../src/console/web/derive.ts';
import { liftable } from '../../src/console/web/lift-screen.ts';
import { emptyModel, reduce, type Act, type Model } from '../../src/console/web/model.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir, orderFromAbove } from './scenes.ts';

let site: SiteView;
let calm: Model;
const seen = (now: number, live: LiveView): Act => ({ act: 'live', live, ageMs: 0, now });

beforeAll(async () => {
  site = await exampleSite();
  const acts: readonly Act[] = [{ act: 'site', site }, { act: 'linked', linked: true }, seen(1_000, calmView(site))];
  calm = acts.reduce(reduce, emptyModel);
});

describe('what is on air, and may be taken back', () => {
  test('only a warning that was started here and not taken back yet can be taken back here', () => {
    const alertOf = (live: LiveView): string | null => liftable({ live, airShown: null })?.alert ?? null;
    const own = onAir(site);
    const ended = (how: string) => calmView(site, { ended: [{ ...own, ended: how, endedAgoMs: 60_000 }] });
    expect(alertOf(calmView(site, { live: [own] }))).toBe(own.alert);
    expect(['stopped', 'completed'].map((how) => alertOf(ended(how)))).toEqual([own.alert, own.alert]);
    expect(['cancelled', 'cleared', 'replaced'].map((how) => alertOf(ended(how)))).toEqual([null, null, null]);
    const others = [
      orderFromAbove(site),
      { ...own, status: 'drill' },
      { ...own, class: 'routine' },
      { ...own, kind: 'correction' },
    ] as const;
    for (const one of others) expect(alertOf(calmView(site, { live: [one] }))).toBeNull();
    // Of two the one that the screen is about.
    const older = { ...own, id: 'b-0', alert: 'local-t-0', receivedAgoMs: 90_000 };
    const live = calmView(site, { live: [older, own] });
    expect(alertOf(live)).toBe('local-t-0');
    expect(liftable({ live, airShown: own.id })?.alert).toBe(own.alert);
  });

  test('the air screen is about the one that was chosen, while it is there and until one goes elsewhere', () => {
    const [first, second] = [onAir(site), onAir(site, { id: 'b-9' })];
    const both = calmView(site, { live: [first, second] });
    const chosen = reduce(reduce(calm, seen(1_000, both)), { act: 'air', broadcast: 'b-9' });
    expect([chosen.place, airing(chosen)?.id]).toEqual(['air', 'b-9']);
    const over = { ...second, ended: 'completed', endedAgoMs: 2_000 };
    const ended = (more: Partial<BroadcastView>): LiveView =>
      calmView(site, { live: [first], ended: [{ ...over, ...more }] });
    expect(airing(reduce(chosen, seen(2_000, ended({}))))?.id).toBe('b-9');
    expect(airing(reduce(chosen, seen(2_000, ended({ endedAgoMs: 120_000 }))))?.id).toBe('b-1');
    const back = reduce(reduce(chosen, { act: 'go', place: 'home' }), { act: 'go', place: 'air' });
    expect(airing(back)?.id).toBe('b-1');
  });

  test('after a warning that nobody took back it never says that all is calm', () => {
    const own = onAir(site);
    const over = (how: string, ...later: readonly BroadcastView[]): string =>
      headlineOf(reduce(calm, seen(1_000, calmView(site, { ended: [...later, { ...own, ended: how }] })))).kind;
    expect(['stopped', 'completed', 'interrupted'].map((how) => over(how))).toEqual(['open', 'open', 'open']);
    expect(['cleared', 'cancelled', 'replaced', 'expired'].map((how) => over(how))).toEqual(
      Array.from({ length: 4 }, () => 'calm'),
    );
    const lift = { ...own, id: 'b-9', ended: 'completed', receivedAgoMs: 1_000 } as const;
    expect(over('completed', { ...lift, kind: 'all-clear' })).toBe('calm');
    expect(over('completed', { ...lift, kind: 'correction', alert: 'another' })).toBe('open');
    expect(over('completed', { ...lift, kind: 'correction', receivedAgoMs: own.receivedAgoMs + 1 })).toBe('open');
    expect(headlineOf(reduce(calm, seen(1_000, calmView(site, { ended: [{ ...own, status: 'drill' }] })))).kind).toBe(
      'calm',
    );
  });

  test('what was played to its end and then taken back is not offered to be taken back again', () => {
    const own = { ...onAir(site), ended: 'completed', endedAgoMs: 60_000 };
    const lift = { ...own, id: 'b-9', kind: 'all-clear', receivedAgoMs: 1_000 } as const;
    expect(liftable({ live: calmView(site, { ended: [own] }), airShown: null })?.id).toBe(own.id);
    expect(liftable({ live: calmView(site, { ended: [lift, own] }), airShown: null })).toBeNull();
  });
});
