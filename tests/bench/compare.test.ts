import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sections } from './all-sections.ts';
import { exitCodeOf, fallLine, fallsOf, goneFrom, noiseOf, recorded } from './compare.ts';
import { keeps, named, spreadOf, type NamedRow, type Row } from './goal.ts';
import { missedGoals } from './missed-goals.ts';
import { benchPage, benchTable, betweenMarks, missedIn, readResults, type Measured, type Results } from './report.ts';

const row = (change: Partial<Row> = {}): NamedRow =>
  named({
    ...{ id: 'a', what: { zh: '甲', en: 'a' }, value: 2, op: '<=', goal: 3, ours: '', floor: '', peer: '' },
    ...change,
  });
const measured = (...rows: readonly NamedRow[]): Measured => ({
  ...{ rows, charts: [], remarks: [], at: '2026-01-01', commit: 'c', host: 'h', rounds: 3 },
});
const rounds = (...values: readonly number[]): Pick<Row, 'spread'> => ({ spread: spreadOf(values) });

describe('what fell since the last record', () => {
  test('a ratio that is worse by more than its rounds lie apart is shown, in both directions of better', () => {
    const before = measured(row(rounds(1.9, 2.1)), row({ id: 'b', op: '>=', value: 0.98, ...rounds(0.97, 0.985) }));
    const now = measured(
      row({ value: 2.6, ...rounds(2.5, 2.7) }),
      row({ id: 'b', op: '>=', value: 0.8, ...rounds(0.79, 0.82) }),
    );
    expect(fallsOf('bus', before, now).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(fallsOf('bus', now, before)).toEqual([]);
  });

  test('what lies within the spread of the rounds of either run is noise', () => {
    const before = measured(row(rounds(1.5, 2.5)));
    expect(fallsOf('bus', before, measured(row({ value: 2.9, ...rounds(2.8, 3) })))).toEqual([]);
    expect(fallsOf('bus', before, measured(row({ value: 3.1, ...rounds(3, 3.2) })))).toHaveLength(1);
    const wide = measured(row({ value: 3.1, ...rounds(2, 4) }));
    expect(fallsOf('bus', measured(row(rounds(2, 2))), wide)).toEqual([]);
  });

  test('a tenth is never a fall, and a quarter, of the goal too, is none where the rounds are not known', () => {
    expect(noiseOf(row(rounds(2, 2)), row(rounds(2, 2)))).toBeCloseTo(0.2);
    expect(noiseOf(row({ goal: 1 }), row(rounds(2, 2)))).toBeCloseTo(0.5);
    expect(noiseOf(row({ value: 0.01, goal: 1 }), row())).toBeCloseTo(0.25);
  });

  test('a count that was nothing falls with the first', () => {
    const none = row({ op: '<=', value: 0, goal: 0 });
    expect(fallsOf('bus', measured(none), measured({ ...none, value: 1 }))).toHaveLength(1);
    expect(fallsOf('bus', measured(none), measured(none))).toEqual([]);
  });

  test('what never came is worse than any number, and no fall where it never came before either', () => {
    const lost = measured(row({ value: Infinity }));
    expect(fallsOf('flood', measured(row()), lost)).toHaveLength(1);
    expect(fallsOf('flood', lost, lost)).toEqual([]);
    expect(fallsOf('flood', lost, measured(row()))).toEqual([]);
  });

  test('a new row has nothing to fall from, and one that is gone is named', () => {
    expect(fallsOf('bus', undefined, measured(row()))).toEqual([]);
    expect(fallsOf('bus', measured(row({ id: 'old' })), measured(row({ value: 99 })))).toEqual([]);
    expect(goneFrom(measured(row({ id: 'old' })), measured(row()))).toEqual(['old']);
  });

  test('it is said in both languages, with the row, the values and the noise', () => {
    const [fall] = fallsOf('bus', measured(row(rounds(2, 2))), measured(row({ value: 9, ...rounds(9, 9) })));
    expect(fall === undefined ? '' : fallLine(fall)).toBe(
      '退步 · FALL  bus a: 2.00 → 9.00（波动 · noise 0.200）\n      甲 · a',
    );
  });

  test('a fall has an exit code of its own before all others', () => {
    expect(exitCodeOf({ missed: 0, unmeasured: 0, falls: 0 })).toBe(0);
    expect(exitCodeOf({ missed: 2, unmeasured: 0, falls: 0 })).toBe(1);
    expect(exitCodeOf({ missed: 2, unmeasured: 1, falls: 0 })).toBe(2);
    expect(exitCodeOf({ missed: 2, unmeasured: 1, falls: 1 })).toBe(3);
  });

  test('a section that fell keeps its record until somebody accepts it', () => {
    const [old, fresh]: [Results, Results] = [{ bus: measured(row()) }, { bus: measured(row({ value: 9 })) }];
    const fell = new Set(['bus']);
    expect(recorded(old, fresh, { fell, accept: false })).toEqual(old);
    expect(recorded(old, fresh, { fell, accept: true })).toEqual(fresh);
    expect(recorded(old, fresh, { fell: new Set(), accept: false })).toEqual(fresh);
  });
});

describe('what is recorded', () => {
  const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const results = readResults(text('docs/reference/bench.json'));

  test('a value that is no number stands as null and misses its goal when it is read again', () => {
    const kept = JSON.stringify({ flood: measured(row({ value: Infinity })) });
    expect(readResults(kept)['flood']?.rows.map(keeps)).toEqual([false]);
  });

  test('a planted fall of every recorded ratio is found, and none where nothing changed', () => {
    for (const [section, before] of Object.entries(results)) {
      expect(fallsOf(section, before, before)).toEqual([]);
      const worse = before.rows.map((one) => {
        const step = 2 * noiseOf(one, one) + 0.01;
        return { ...one, value: one.op === '<=' ? one.value + step : one.value - step };
      });
      expect(fallsOf(section, before, { rows: worse }).map(({ id }) => id)).toEqual(before.rows.map(({ id }) => id));
    }
  });

  test('every missed goal is explained, and no goal that is kept', () => {
    expect(Object.keys(missedGoals).toSorted()).toEqual(missedIn(results).toSorted());
    for (const [id, { zh, en }] of Object.entries(missedGoals)) {
      expect(zh, id).toMatch(/[\u4e00-\u9fff]/);
      expect(en.length, id).toBeGreaterThan(40);
    }
  });

  test('the rows of a section have ids of their own', () => {
    for (const [section, { rows }] of Object.entries(results)) {
      expect(new Set(rows.map(({ id }) => id)).size, section).toBe(rows.length);
    }
  });

  test('page and tables are what is recorded', () => {
    expect(text('docs/reference/bench.md')).toBe(benchPage(sections, results, missedGoals));
    const readmes = [
      ['README.md', 'en'],
      ['README.zh-CN.md', 'zh'],
    ] as const;
    for (const [path, language] of readmes) {
      expect(text(path)).toBe(betweenMarks(text(path), benchTable(sections, results, language)));
    }
  });
});
