import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Site, Supply, Tone } from '../../src/core/site.ts';
import { freeStart, startsFrom } from '../../src/core/supply-starts.ts';
import { runs } from '../support/runs.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

const tone = (id: string, onMs: number, offMs: number, cycles: number): Tone => ({
  ...{ id, name: { zh: id, en: id }, onMs, offMs, cycles },
});

const planFor = ({ id }: Tone, zone: string) =>
  plan(`${zone}-${id}`, { zones: [zone], playlist: [{ play: 'tone', tone: id }], repeats: 1, intervalMs: 1_000 });

/** Sirens of both zones on one battery; each tone has a plan in each zone. */
const village = (supply: Omit<Supply, 'id'>, tones: readonly Tone[], sirens: { east: number; west: number }): Site => ({
  ...hamlet,
  terminals: (['east', 'west'] as const).flatMap((zone) => [
    ...Array.from({ length: sirens[zone] }, (_, n) => siren(`${zone}-${n}`, zone, { supply: 'battery' })),
    speaker(`${zone}-speaker`, zone),
  ]),
  supplies: [{ id: 'battery', ...supply }],
  tones,
  plans: tones.flatMap((one) => [planFor(one, 'east'), planFor(one, 'west')]),
});

const start = (box: Hamlet, id: string, zone: string, toneId: string): void =>
  void box.issue({ kind: 'issue', alert: alert(id, { zones: [zone], plan: `${zone}-${toneId}` }) });

/** The first instant at which more than `startsAtOnce` starts lie within the gap; null when there is none. */
const overload = (box: Hamlet, { startsAtOnce, startGapMs }: Omit<Supply, 'id'>): number | null => {
  const starts = box
    .heard()
    .flatMap(({ at, play }) => (play === 'tone' ? [at] : []))
    .sort((a, b) => a - b);
  const bad = starts.findIndex((at, index) => (starts[index + startsAtOnce] ?? Infinity) - at < startGapMs);
  return bad < 0 ? null : (starts[bad] ?? null);
};

describe('sirens of several zones on one battery', () => {
  test('the second cadence begins where none of its segments meets one of the first', () => {
    const supply = { startsAtOnce: 1, startGapMs: 900 };
    const tones = [tone('rapid', 1_000, 1_000, 6), tone('slow', 1_500, 2_500, 3)];
    const box = new Hamlet(village(supply, tones, { east: 1, west: 1 }));
    start(box, 'a', 'east', 'rapid');
    box.run(300);
    start(box, 'b', 'west', 'slow');
    box.run(60_000);
    const heard = (id: string) => box.heard().filter(({ terminal }) => terminal === id);
    expect(heard('east-0').map(({ at }) => at)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000]);
    expect(heard('west-0').map(({ at }) => at)).toEqual([900, 4_900, 8_900]);
    expect(overload(box, supply)).toBeNull();
    expect(box.receipts().some(({ body }) => body.stage === 'degraded')).toBe(false);
  });

  test('repairs wait for room on the battery as first starts do', () => {
    const supply = { startsAtOnce: 1, startGapMs: 900 };
    const box = new Hamlet(village(supply, [tone('long', 20_000, 0, 1)], { east: 2, west: 0 }));
    start(box, 'a', 'east', 'long');
    box.run(3_000);
    const repairs = () => box.effects('sound').flatMap(({ repair, cues }) => (repair ? cues : []));
    const bothOff = () => ['east-0', 'east-1'].map((id) => box.finding(id, 'off', { grade: 'switched' }));
    box.tell({ kind: 'evidence', findings: bothOff() });
    expect(repairs()).toHaveLength(1);
    box.run(1_000);
    box.tell({ kind: 'evidence', findings: bothOff().slice(1) });
    expect(repairs().map(({ terminal }) => terminal)).toEqual(['east-0', 'east-1']);
  });

  test('what no delay can make room for is thinned out, every siren is heard, and the zone says degraded(supply)', () => {
    const supply = { startsAtOnce: 1, startGapMs: 1_000 };
    const box = new Hamlet(village(supply, [tone('rapid', 1_000, 1_000, 6)], { east: 4, west: 1 }));
    start(box, 'a', 'east', 'rapid');
    box.run(60_000);
    expect(overload(box, supply)).toBeNull();
    const heard = new Set(box.heard().flatMap(({ terminal, play }) => (play === 'tone' ? [terminal] : [])));
    expect([...heard].sort()).toEqual(['east-0', 'east-1', 'east-2', 'east-3']);
    const reasons = box.receipts().flatMap(({ body }) => (body.stage === 'degraded' ? [body.reason] : []));
    expect(reasons).toEqual(['supply']);
  });

  test('sirens that find no room at all wait for it, and no pass is counted meanwhile', () => {
    const supply = { startsAtOnce: 1, startGapMs: 2_000 };
    const tones = [tone('rapid', 1_000, 1_000, 30), tone('short', 3_000, 0, 1)];
    const box = new Hamlet(village(supply, tones, { east: 1, west: 1 }));
    start(box, 'a', 'east', 'rapid');
    box.run(1_000);
    start(box, 'b', 'west', 'short');
    box.run(120_000);
    const west = box.heard().flatMap(({ at, terminal }) => (terminal === 'west-0' ? [at] : []));
    expect(west).toHaveLength(1);
    expect(west[0]).toBeGreaterThanOrEqual(60_000);
    expect(overload(box, supply)).toBeNull();
    const reasons = box.receipts().flatMap(({ body }) => (body.stage === 'degraded' ? [body.reason] : []));
    expect(reasons).toEqual(['supply', 'restored']);
  });

  test('a start just before a stop, a preemption or a restart is still felt by the battery', () => {
    const supply = { startsAtOnce: 1, startGapMs: 3_000 };
    const tones = [tone('steady', 10_000, 0, 1)];
    const box = new Hamlet(village(supply, tones, { east: 1, west: 1 }));
    start(box, 'a', 'east', 'steady');
    box.run(500);
    box.issue({ kind: 'cancel', alertId: 'a' });
    start(box, 'b', 'west', 'steady');
    box.run(20_000);
    expect(overload(box, supply)).toBeNull();
    box.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    box.tell({ kind: 'outputs', on: [], unread: [] });
    box.run(60_000);
    expect(overload(box, supply)).toBeNull();
  });

  test('whatever cadences, zones and stops: never more than startsAtOnce starts within startGap', () => {
    const ms = (min: number, max: number) => fc.integer({ min: min / 100, max: max / 100 }).map((n) => n * 100);
    const tones = fc
      .array(fc.tuple(ms(300, 4_000), ms(100, 4_000), fc.integer({ min: 1, max: 8 })), { minLength: 2, maxLength: 3 })
      .map((rows) => rows.map(([on, off, cycles], index) => tone(`t${index}`, on, cycles === 1 ? 0 : off, cycles)));
    const supply = fc.record({ startsAtOnce: fc.integer({ min: 1, max: 3 }), startGapMs: ms(100, 3_000) });
    const sirens = fc.record({ east: fc.integer({ min: 1, max: 4 }), west: fc.integer({ min: 1, max: 4 }) });
    const acts = fc.array(
      fc.record({
        zone: fc.constantFrom('east', 'west'),
        tone: fc.nat(2),
        cancels: fc.boolean(),
        waitMs: fc.integer({ min: 0, max: 9_000 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const tries = runs(300);
    let sounded = 0;
    fc.assert(
      fc.property(supply, tones, sirens, acts, (battery, cadences, many, all) => {
        const box = new Hamlet(village(battery, cadences, many));
        all.forEach((act, index) => {
          if (act.cancels) box.issue({ kind: 'cancel', alertId: `a${index - 1}` });
          else start(box, `a${index}`, act.zone, cadences[act.tone % cadences.length]?.id ?? '');
          box.run(act.waitMs);
        });
        box.run(60_000);
        expect(overload(box, battery)).toBeNull();
        sounded += box.heard().length;
      }),
      tries,
    );
    expect(sounded).toBeGreaterThan(3.4 * tries.numRuns);
  });

  test('the earliest free start is found: every earlier instant would overload the supply', () => {
    const free = (all: readonly number[], { startsAtOnce, startGapMs }: Supply): boolean => {
      const sorted = [...all].sort((a, b) => a - b);
      return sorted.every((at, index) => (sorted[index + startsAtOnce] ?? Infinity) - at >= startGapMs);
    };
    fc.assert(
      fc.property(
        fc.record({ id: fc.constant('s'), startsAtOnce: fc.integer({ min: 1, max: 3 }), startGapMs: fc.constant(7) }),
        fc.array(fc.integer({ min: -6, max: 60 }), { maxLength: 8 }),
        fc.record({ count: fc.integer({ min: 1, max: 4 }), everyMs: fc.integer({ min: 7, max: 12 }) }),
        (supply, some, cadence) => {
          const known = some
            .reduce<number[]>((kept, at) => (free([...kept, at], supply) ? [...kept, at] : kept), [])
            .sort((a, b) => a - b);
          const fits = (at: number): boolean => free([...known, ...startsFrom(at, cadence)], supply);
          const first = Array.from({ length: 31 }, (_, at) => at).find(fits) ?? null;
          expect(freeStart(known, cadence, supply, { from: 0, until: 30 })).toBe(first);
        },
      ),
      runs(2_000),
    );
  });
});
