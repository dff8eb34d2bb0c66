import { describe, expect, test } from 'vitest';
import { placeTone, timeLineMs, type Placing, type WantedTone } from '../../src/core/place-tone.ts';
import { nextBegin, proofAt, segmentDuring, segmentsBeginning, toneOverAt } from '../../src/core/segments.ts';
import type { Site } from '../../src/core/site.ts';
import { freeStart, knownStarts, rememberStarts, startsFrom } from '../../src/core/supply-starts.ts';
import type { TonePlay, ZonePlay } from '../../src/core/village.ts';
import { hamlet, siren } from './hamlet.ts';

/** 1 s on, 2 s off, cut in the middle of the third cycle; the second siren half a second later. */
const tone: TonePlay = {
  tone: 'rapid',
  onMs: 1_000,
  offMs: 2_000,
  totalMs: 6_400,
  starts: [
    { terminal: 's1', delayMs: 0 },
    { terminal: 's2', delayMs: 500 },
  ],
};
const play: ZonePlay = { broadcast: 'b', phase: 'item', startedAt: 10_000, endsAt: 20_000, tone, speaking: [] };
const words: ZonePlay = { ...play, tone: null };
const paused: ZonePlay = { ...play, phase: 'pause' };

describe('the segments of a tone', () => {
  test('begin by arithmetic from the start of the item, the last one cut', () => {
    expect(
      segmentsBeginning(play, 9_999, 99_999).map(({ terminal, index, onAt, offAt }) => [terminal, index, onAt, offAt]),
    ).toEqual([
      ['s1', 0, 10_000, 11_000],
      ['s1', 1, 13_000, 14_000],
      ['s1', 2, 16_000, 16_400],
      ['s2', 0, 10_500, 11_500],
      ['s2', 1, 13_500, 14_500],
      ['s2', 2, 16_500, 16_900],
    ]);
  });

  test('are those after one instant and not after another', () => {
    const between = (after: number, until: number): readonly number[] =>
      segmentsBeginning(play, after, until).map(({ onAt }) => onAt);
    expect(between(10_000, 13_000)).toEqual([13_000, 10_500]);
    expect(between(9_999, 10_000)).toEqual([10_000]);
    expect(between(13_000, 13_499)).toEqual([]);
    expect(between(0, 10_499)).toEqual([10_000]);
    expect(segmentsBeginning(words, 0, 99_999)).toEqual([]);
    expect(segmentsBeginning(paused, 0, 99_999)).toEqual([]);
  });

  test('tell who is in one at an instant', () => {
    const during = (terminal: string, at: number): number | null => segmentDuring(play, terminal, at)?.index ?? null;
    expect([9_999, 10_000, 10_999, 11_000, 12_999, 13_000].map((at) => during('s1', at))).toEqual([
      ...[null, 0, 0, null, null, 1],
    ]);
    expect([16_399, 16_400, 19_000].map((at) => during('s1', at))).toEqual([2, null, null]);
    expect([10_499, 10_500, 16_899, 16_900].map((at) => during('s2', at))).toEqual([null, 0, 2, null]);
    expect(during('s3', 10_000)).toBeNull();
    expect(segmentDuring(words, 's1', 10_000)).toBeNull();
    expect(segmentDuring(paused, 's1', 10_000)).toBeNull();
  });

  test('tell when the next one begins, if any', () => {
    expect(nextBegin(play, 0)).toBe(10_000);
    expect(nextBegin(play, 10_000)).toBe(10_500);
    expect(nextBegin(play, 10_500)).toBe(13_000);
    expect(nextBegin(play, 16_499)).toBe(16_500);
    expect(nextBegin(play, 16_500)).toBeNull();
    expect(nextBegin(words, 0)).toBeNull();
    expect(nextBegin(paused, 0)).toBeNull();
  });

  test('are over when the last siren is silent and its horn has run out', () => {
    expect(toneOverAt(play, tone)).toBe(10_000 + 500 + 6_400 + 300);
    expect(toneOverAt(play, { ...tone, starts: [] })).toBe(10_000);
  });

  test('are looked at after 400 ms, or in the middle of a short one', () => {
    const segment = (lengthMs: number) => ({ terminal: 's', index: 0, onAt: 1_000, offAt: 1_000 + lengthMs });
    expect([10_000, 801, 800, 799, 300].map((lengthMs) => proofAt(segment(lengthMs)))).toEqual([
      ...[1_400, 1_400, 1_400, 1_399, 1_150],
    ]);
  });

  test('of a cadence without any length do not go on for ever', () => {
    const nothing = {
      ...play,
      tone: { ...tone, onMs: 0, offMs: 0, totalMs: 3, starts: [{ terminal: 's1', delayMs: 0 }] },
    };
    expect(segmentsBeginning(nothing, 0, 99_999)).toHaveLength(3);
  });
});

const battery = { id: 'battery', startsAtOnce: 1, startGapMs: 1_000 };
const fed: Site = {
  ...hamlet,
  terminals: [
    siren('s1', 'east', { supply: 'battery' }),
    siren('s2', 'east', { supply: 'battery' }),
    siren('s3', 'east'),
  ],
  supplies: [battery],
};

describe('the starts that a supply bears', () => {
  const plays = { east: play };

  test('are those of all cadences on air at its sirens, and what it has just borne', () => {
    const supplyStarts = { battery: [8_900, 9_000, 9_500], other: [9_900] };
    expect(knownStarts(fed, { plays, supplyStarts }, battery, 10_000)).toEqual([
      ...[9_500, 10_000, 10_500, 13_000, 13_500, 16_000, 16_500],
    ]);
    expect(knownStarts(fed, { plays: { east: words }, supplyStarts: {} }, battery, 10_000)).toEqual([]);
    const unfed = { ...fed, terminals: fed.terminals.map((one) => ({ ...one, supply: null })) };
    expect(knownStarts(unfed, { plays, supplyStarts: {} }, battery, 10_000)).toEqual([]);
  });

  test('of a play that leaves the air are remembered as long as the gap can see them', () => {
    expect(rememberStarts(fed, { battery: [12_000, 12_700] }, play, 13_600)).toEqual({
      battery: [12_700, 13_000, 13_500],
    });
    const before = { battery: [1] };
    expect(rememberStarts(fed, before, play, 12_500)).toBe(before);
    expect(rememberStarts(fed, {}, play, 13_000)).toEqual({ battery: [13_000] });
  });

  test('leave room for one more, or do not', () => {
    const once = { count: 1, everyMs: 1 };
    const at = (known: readonly number[], from: number, until: number, startsAtOnce = 1): number | null =>
      freeStart(known, once, { ...battery, startsAtOnce }, { from, until });
    expect(at([], 5, 5)).toBe(5);
    expect(at([5_000], 5_000, 9_000)).toBe(6_000);
    expect(at([5_000], 4_000, 9_000)).toBe(4_000);
    expect(at([5_000], 4_001, 9_000)).toBe(6_000);
    expect(at([5_000], 5_000, 5_999)).toBeNull();
    expect(at([5_000], 5_000, 9_000, 2)).toBe(5_000);
    expect(at([5_000, 5_000], 5_000, 9_000, 2)).toBe(6_000);
    expect(at([5_000, 6_000, 7_000], 5_500, 9_000)).toBe(8_000);
    expect(at([5_000], 5_000, 9_000, 0)).toBe(6_000);
  });

  test('are refused to a cadence that clashes with itself', () => {
    expect(freeStart([], { count: 3, everyMs: 500 }, battery, { from: 0, until: 9_000 })).toBeNull();
    expect(freeStart([], { count: 3, everyMs: 500 }, { ...battery, startsAtOnce: 2 }, { from: 0, until: 9_000 })).toBe(
      0,
    );
    expect(freeStart([], { count: 3, everyMs: 1_000 }, battery, { from: 0, until: 9_000 })).toBe(0);
    expect(startsFrom(7, { count: 3, everyMs: 5 })).toEqual([7, 12, 17]);
  });

  test('are searched for a bounded time: an alarm does not wait for a battery without room', () => {
    const full = Array.from({ length: 200 }, (_, n) => n * 1_000);
    expect(freeStart(full, { count: 1, everyMs: 1 }, battery, { from: 0, until: 500_000 })).toBeNull();
    expect(freeStart(full.slice(0, 60), { count: 1, everyMs: 1 }, battery, { from: 0, until: 500_000 })).toBe(60_000);
  });
});

describe('where a tone is placed', () => {
  const wanted: WantedTone = { onMs: 1_000, offMs: 1_000, cycles: 5, limitMs: 60_000 };
  const placing = (site: Site, starts: readonly number[] = []): Placing => ({
    site,
    durable: { plays: {}, supplyStarts: { battery: starts } },
    now: 1_000_000,
  });

  test('its time line is whole cycles, then what is left of the limit', () => {
    expect(timeLineMs(wanted)).toBe(9_000);
    expect(timeLineMs({ ...wanted, limitMs: 5_000 })).toBe(9_000);
    expect(timeLineMs({ ...wanted, limitMs: 3_400 })).toBe(6_400);
    expect(timeLineMs({ ...wanted, limitMs: 3_000 })).toBe(5_000);
    expect(timeLineMs({ ...wanted, limitMs: 400 })).toBe(400);
  });

  test('sirens with a supply of their own start at once, those that share one in waves', () => {
    expect(placeTone(placing(fed), fed.terminals, wanted)).toEqual({
      ...{ offMs: 1_000, totalMs: 9_000, soundMs: 5_000, whole: true },
      starts: [
        { terminal: 's1', delayMs: 0 },
        { terminal: 's2', delayMs: 1_000 },
        { terminal: 's3', delayMs: 0 },
      ],
    });
  });

  test('cycles are left out before sirens are', () => {
    const tight = { ...fed, supplies: [{ ...battery, startGapMs: 1_500 }] };
    const placed = placeTone(placing(tight), tight.terminals.slice(0, 2), wanted);
    expect(placed).toMatchObject({ offMs: 3_000, totalMs: 9_000, soundMs: 3_000, whole: false });
    expect(placed.starts).toEqual([
      { terminal: 's1', delayMs: 0 },
      { terminal: 's2', delayMs: 1_500 },
    ]);
  });

  test('a tone that sounds once waits until each siren of its supply had its turn', () => {
    const many = Array.from({ length: 4 }, (_, n) => siren(`s${n}`, 'east', { supply: 'battery' }));
    const site = { ...fed, terminals: many, supplies: [{ ...battery, startGapMs: 20_000 }] };
    const once: WantedTone = { onMs: 10_000, offMs: 0, cycles: 1, limitMs: 10_000 };
    expect(placeTone(placing(site), many, once).starts.map(({ delayMs }) => delayMs)).toEqual([
      0, 20_000, 40_000, 60_000,
    ]);
  });

  test('where there is no room at all, nobody starts and nothing is whole', () => {
    const site = { ...fed, supplies: [{ ...battery, startGapMs: 3_600_000 }] };
    expect(placeTone(placing(site, [999_999]), fed.terminals.slice(0, 1), wanted)).toMatchObject({
      starts: [],
      whole: false,
    });
  });
});
