import { describe, expect, test } from 'vitest';
import { areaPrefix } from '../../src/core/area.ts';
import { canonicalJson, deepestJson } from '../../src/core/canonical-json.ts';
import { compareRank, rankOf, severityRank, stageRank } from '../../src/core/precedence.ts';
import { periodMs, isTonePattern, tonePatterns } from '../../src/core/tone-pattern.ts';
import { beijingDay, beijingMinuteOfDay, wallOfBeijing } from '../../src/core/time.ts';
import type { Alert } from '../../src/core/alert.ts';
import { alert, hamlet, Hamlet } from './hamlet.ts';

describe('canonical JSON', () => {
  test('puts keys in order, leaves out what is undefined, and has no blanks', () => {
    expect(canonicalJson({ b: [1, null, true, 'x'], a: { d: undefined, c: -0.5 }, B: {} })).toBe(
      '{"B":{},"a":{"c":-0.5},"b":[1,null,true,"x"]}',
    );
    expect(canonicalJson({ c: 1, a: 2, b: 3, ab: 4 })).toBe('{"a":2,"ab":4,"b":3,"c":1}');
  });

  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const nestedObject = (depth: number): unknown => (depth === 0 ? 1 : { a: nestedObject(depth - 1) });

  test('goes as deep as it says and no deeper, in lists and in objects', () => {
    expect(canonicalJson(nested(deepestJson))).toHaveLength(2 * deepestJson + 1);
    expect(() => canonicalJson(nested(deepestJson + 1))).toThrow(`canonical JSON: deeper than ${deepestJson}`);
    expect(() => canonicalJson(nestedObject(deepestJson))).not.toThrow();
    expect(() => canonicalJson(nestedObject(deepestJson + 1))).toThrow(RangeError);
  });

  test.each([
    ['a number that is not finite', Infinity, 'canonical JSON: a number that is not finite'],
    ['no number at all', NaN, 'canonical JSON: a number that is not finite'],
    ['a function', () => 1, 'canonical JSON: a value of type function'],
    ['a big integer', 1n, 'canonical JSON: a value of type bigint'],
  ])('refuses %s', (_, value, message) => {
    expect(() => canonicalJson({ value })).toThrow(new TypeError(message));
  });
});

describe('an area code', () => {
  test.each([
    ['510824000000', '510824'],
    ['510824101000', '510824101'],
    ['510824101201', '510824101201'],
    ['510000000000', '51'],
    ['510800000000', '5108'],
    ['500112101', '500112101'],
    ['500112000', '500112'],
    ['5001', '5001'],
    ['', ''],
  ])('%s names %s', (code, prefix) => {
    expect(areaPrefix(code)).toBe(prefix);
  });
});

describe('a tone pattern', () => {
  test('begins again after its own time', () => {
    expect(periodMs(tonePatterns.steady)).toBe(0);
    expect(periodMs(tonePatterns['two-tone'])).toBe(1_000);
    expect(periodMs({ wave: 'sweep', fromHz: 1, toHz: 2, riseMs: 70, fallMs: 5 })).toBe(75);
    expect(periodMs(tonePatterns.gong)).toBe(3_000);
  });

  test('is known by its own name only', () => {
    expect(isTonePattern('wail')).toBe(true);
    expect(isTonePattern('toString')).toBe(false);
    expect(isTonePattern('')).toBe(false);
  });
});

describe('the rank of an alert', () => {
  const rank = (more: Partial<Alert>) => rankOf(alert('a', more));
  const rising = (...steps: readonly Partial<Alert>[]): void => {
    for (const [index, lower] of steps.slice(0, -1).entries()) {
      const higher = steps[index + 1] ?? {};
      expect(compareRank(rank(higher), rank(lower))).toBeGreaterThan(0);
      expect(compareRank(rank(lower), rank(higher))).toBeLessThan(0);
    }
  };

  test('goes by class and status first, then severity, stage, voice and authority', () => {
    rising({ class: 'routine' }, { status: 'drill' }, { severity: 'unknown' });
    rising(...(['unknown', 'blue', 'yellow', 'orange', 'red'] as const).map((severity) => ({ severity })));
    rising(...(['24h', '6h', '2h', 'now'] as const).map((stage) => ({ stage })));
    rising({ voice: 'recorded' }, { voice: 'live' });
    rising(
      ...(['box', 'village', 'township', 'county', 'city', 'province', 'national'] as const).map((authority) => ({
        authority,
      })),
    );
    rising({ status: 'test', severity: 'red' }, { severity: 'unknown', stage: '24h', authority: 'box' });
    rising({ severity: 'orange', stage: 'now', voice: 'live' }, { severity: 'red', stage: '24h' });
    expect(compareRank(rank({ status: 'drill' }), rank({ status: 'test', class: 'routine' }))).toBe(0);
    expect(severityRank({ severity: 'red' })).toBe(4);
    expect(stageRank({ stage: '2h' })).toBe(2);
  });
});

describe('Beijing time', () => {
  test('is UTC and eight hours, also before 1970', () => {
    expect(beijingMinuteOfDay(0)).toBe(8 * 60);
    expect(beijingMinuteOfDay(-8 * 3_600_000 - 1)).toBe(1_439);
    expect(beijingDay(16 * 3_600_000 - 1)).toBe(0);
    expect(beijingDay(16 * 3_600_000)).toBe(1);
    expect(wallOfBeijing(1, 1)).toBe(16 * 3_600_000 + 60_000);
  });
});

describe('quiet hours', () => {
  const drillAt = (minute: number, limits: Partial<typeof hamlet.limits>): string => {
    const site = { ...hamlet, limits: { ...hamlet.limits, ...limits } };
    const village = new Hamlet(site, Date.UTC(2026, 10, 23, 0, 0) - 8 * 3_600_000 + minute * 60_000);
    village.issue(
      { kind: 'issue', alert: alert('d', { status: 'drill' }) },
      { class: 'drill', notBefore: village.wall },
    );
    const told = village.receipts().map(({ body }) => (body.stage === 'refused' ? body.code : body.stage));
    return told.find((one) => one !== 'received' && one !== 'verified') ?? '';
  };

  test.each([
    ['that span midnight', { quietFromMinute: 1_260, quietToMinute: 420 }, 1_260, 420],
    ['of the noon', { quietFromMinute: 720, quietToMinute: 840 }, 720, 840],
  ])('%s begin and end on their minute', (_, limits, from, to) => {
    expect(drillAt(from - 1, limits)).toBe('queued');
    expect(drillAt(from, limits)).toBe('quiet-hours');
    expect(drillAt(to - 1, limits)).toBe('quiet-hours');
    expect(drillAt(to, limits)).toBe('queued');
  });

  test('that begin and end on one minute are none', () => {
    expect(drillAt(600, { quietFromMinute: 600, quietToMinute: 600 })).toBe('queued');
    expect(drillAt(599, { quietFromMinute: 600, quietToMinute: 600 })).toBe('queued');
  });
});
