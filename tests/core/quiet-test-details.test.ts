import { describe, expect, test } from 'vitest';
import { nextWake } from '../../src/core/next-wake.ts';
import type { QuietResult } from '../../src/core/cue.ts';
import type { Site } from '../../src/core/site.ts';
import { beijingDay } from '../../src/core/time.ts';
import { hamlet, Hamlet, mondayNine } from './hamlet.ts';

const nightly: Site = { ...hamlet, selfTest: { minuteOfDay: 3 * 60 + 30 } };
const ids = hamlet.terminals.map(({ id }) => id);
/** Half past three in the night of Tuesday. */
const halfPastThree = mondayNine + (18 * 60 + 30) * 60_000;

const ask = (box: Hamlet, terminals: readonly string[] = [], id = 'q1'): void =>
  void box.tell({ kind: 'quiet-test', terminals, person: 'li', id });
const tell = (box: Hamlet, result: QuietResult, terminal = box.village.durable.quietRun?.running ?? ''): void =>
  void box.tell({ kind: 'quiet-tested', terminal, result });
const tested = (box: Hamlet): readonly string[] => box.effects('quiet-test').map(({ terminal }) => terminal);
const body = (box: Hamlet): unknown => box.receipts().at(-1)?.body;
const woken = (box: Hamlet): readonly string[] => {
  box.tell({ kind: 'wake' });
  return tested(box);
};

describe('a person who asks for a quiet test', () => {
  test('is told that it began, under the name of the request, and each unit carries that name', () => {
    const box = new Hamlet();
    ask(box, ['east-siren-1'], 'mine');
    expect(box.receipts().at(-1)).toMatchObject({ trace: 'mine', body: { stage: 'done', what: 'quiet-test-begun' } });
    expect(box.effects('quiet-test')).toEqual([{ do: 'quiet-test', terminal: 'east-siren-1', trace: 'mine' }]);
  });

  test('hears which name is unknown', () => {
    const box = new Hamlet();
    ask(box, ['east-siren-1', 'nobody']);
    expect(body(box)).toMatchObject({ stage: 'refused', code: 'no-such-terminal' });
    expect(JSON.stringify(body(box))).toContain('nobody');
  });

  test('is refused while the outputs are still being read after a start, and no sooner asked than they are', () => {
    const box = new Hamlet();
    box.tell({ kind: 'booted', version: '0', boot: 'b1', clean: true });
    ask(box, [], 'q1');
    expect(body(box)).toMatchObject({ stage: 'refused', code: 'quiet-test-busy' });
    box.tell({ kind: 'outputs', on: [], unread: [] });
    ask(box, [], 'q2');
    expect(tested(box)).toEqual(['east-siren-1']);
  });

  test('waits for a unit 75 s and not a moment longer', () => {
    const box = new Hamlet();
    ask(box, ['east-siren-1', 'west-siren-1']);
    expect(nextWake(box.village, box.at)).toBe(75_000);
    box.mono = 74_999;
    expect(woken(box)).toEqual(['east-siren-1']);
    box.mono = 75_000;
    expect(woken(box)).toEqual(['east-siren-1', 'west-siren-1']);
    expect(nextWake(box.village, box.at)).toBe(150_000);
  });

  test('believes a unit only while it is that one that is asked', () => {
    const box = new Hamlet();
    tell(box, 'amplifier-fault', 'east-siren-1');
    ask(box, ['east-siren-1', 'west-siren-1']);
    tell(box, 'amplifier-fault', 'west-siren-1');
    expect(box.village.durable.quietTests).toEqual({});
    expect(tested(box)).toEqual(['east-siren-1']);
  });
});

describe('a result of a quiet test', () => {
  const found = (result: QuietResult, before?: (box: Hamlet) => void): Hamlet => {
    const box = new Hamlet();
    before?.(box);
    ask(box, ['east-siren-1']);
    tell(box, result);
    return box;
  };
  const health = (box: Hamlet): unknown => box.village.durable.terminals['east-siren-1'];

  test.each([
    ['good', true],
    ['unsupported', true],
    ['horn-open', false],
    ['amplifier-fault', false],
    ['no-reply', false],
  ] as const)('%s is kept with its hour, healed: %s', (result, healed) => {
    const box = found(result, (one) => void one.run(700));
    expect(box.village.durable.quietTests).toEqual({ 'east-siren-1': { result, at: 700, healed } });
  });

  test('does not make a lost unit merely suspect, nor a well one speak of its health', () => {
    const lost = found('horn-open', (box) =>
      box.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' }),
    );
    expect(health(lost)).toMatchObject({ health: 'lost' });
    const well = found('good');
    expect(well.receipts().filter((receipt) => receipt.body.stage === 'health')).toEqual([]);
  });

  test('that says a unit cannot is forgotten with another configuration only', () => {
    for (const [hash, kept] of [
      ['h', 1],
      ['h2', 0],
    ] as const) {
      const box = found('unsupported');
      box.tell({ kind: 'configured', hash, site: hamlet, keys: [], real: false });
      expect(Object.keys(box.village.durable.quietTests)).toHaveLength(kept);
    }
    const good = found('good');
    const before = good.village.durable.quietTests;
    good.tell({ kind: 'configured', hash: 'h2', site: hamlet, keys: [], real: false });
    expect(good.village.durable.quietTests).toBe(before);
  });
});

describe('the hour of the nightly test', () => {
  const at = (fromHalfPastThreeMs: number, trust: 'trusted' | 'guessed' = 'trusted'): Hamlet =>
    new Hamlet(nightly, halfPastThree + fromHalfPastThreeMs, trust);

  test.each([
    [-1, []],
    [0, ['east-siren-1']],
    [599_999, ['east-siren-1']],
    [600_000, []],
  ])('%i ms after its minute', (ms, expected) => {
    const box = new Hamlet(nightly, halfPastThree - 3_600_000);
    box.mono = 3_600_000 + ms;
    expect(woken(box)).toEqual(expected);
  });

  test('is asked for as the next wake, today or tomorrow, and never under a guessed clock', () => {
    expect(nextWake(at(-60_000).village, at(-60_000).at)).toBe(60_000);
    const after = at(600_000);
    expect(nextWake(after.village, after.at)).toBe(86_400_000 - 600_000);
    const guessed = at(-60_000, 'guessed');
    expect(nextWake(guessed.village, guessed.at)).toBeNull();
  });

  test('comes once a night, under the name of its day', () => {
    const box = new Hamlet(nightly, halfPastThree - 60_000).run(60_000);
    const day = beijingDay(halfPastThree);
    expect(box.effects('quiet-test')[0]?.trace).toBe(`quiet-test-${day}`);
    expect(box.village.durable.selfTestDay).toBe(day);
    ids.forEach(() => tell(box, 'good'));
    expect(nextWake(box.village, box.at)).toBe(60_000 + 86_400_000);
    box.run(60_000);
    expect(tested(box)).toEqual(ids);
  });
});
