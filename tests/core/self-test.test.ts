import { describe, expect, test } from 'vitest';
import type { QuietResult } from '../../src/core/cue.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, mondayNine, plan } from './hamlet.ts';

const nightly: Site = { ...hamlet, selfTest: { minuteOfDay: 3 * 60 + 30 } };
const ids = hamlet.terminals.map(({ id }) => id);
/** Twenty past three in the night of Tuesday. */
const beforeHalfPastThree = mondayNine + (18 * 60 + 20) * 60_000;

const ask = (box: Hamlet, terminals: readonly string[] = [], id = 'q1'): void =>
  void box.tell({ kind: 'quiet-test', terminals, person: 'li', id });
const tested = (box: Hamlet): readonly string[] => box.effects('quiet-test').map(({ terminal }) => terminal);
const tell = (box: Hamlet, result: QuietResult): void => {
  const terminal = box.village.durable.quietRun?.running ?? '';
  box.tell({ kind: 'quiet-tested', terminal, result });
};
const results = (box: Hamlet): readonly string[] =>
  box.receipts().flatMap(({ body }) => (body.stage === 'quiet-test' ? [`${body.terminal} ${body.result}`] : []));
const done = (box: Hamlet): readonly string[] =>
  box.receipts().flatMap(({ body }) => (body.stage === 'done' ? [body.what] : []));
const health = (box: Hamlet, terminal: string): string => box.village.durable.terminals[terminal]?.health ?? 'well';

describe('a quiet test asked by a person', () => {
  test('asks one unit after the other, keeps and reports each result, and sounds nothing', () => {
    const box = new Hamlet();
    ask(box);
    for (const [index, id] of ids.entries()) {
      expect(tested(box)).toEqual(ids.slice(0, index + 1));
      expect(box.village.durable.quietRun?.running).toBe(id);
      box.run(2_500);
      tell(box, index === 0 ? 'horn-open' : index === 1 ? 'unsupported' : 'good');
    }
    expect(box.village.durable.quietRun).toBeNull();
    expect(results(box)).toEqual([
      'east-siren-1 horn-open',
      'east-siren-2 unsupported',
      ...ids.slice(2).map((id) => `${id} good`),
    ]);
    expect(
      box
        .receipts()
        .filter(({ body }) => body.stage === 'quiet-test')
        .every(({ trace }) => trace === 'q1'),
    ).toBe(true);
    expect(Object.keys(box.village.durable.quietTests).sort()).toEqual([...ids].sort());
    expect(box.heard()).toEqual([]);
  });

  test('asks only the named ones, each once; an unknown name is refused and nothing is asked', () => {
    const box = new Hamlet();
    ask(box, ['west-siren-1', 'west-siren-1']);
    tell(box, 'good');
    expect(tested(box)).toEqual(['west-siren-1']);
    ask(box, ['west-siren-1', 'west-sirene'], 'q2');
    expect(box.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'no-such-terminal' });
    expect(tested(box)).toHaveLength(1);
  });

  test('is refused while anything sounds, is due, is proven silent, or is being tested', () => {
    const box = new Hamlet();
    const busy = (id: string): void => {
      ask(box, [], id);
      expect(box.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'quiet-test-busy' });
    };
    box.issue({ kind: 'issue', alert: alert('a') });
    box.run(1_000);
    busy('q1');
    box.tell({ kind: 'stop', source: 'cli', person: 'li', id: 's' });
    busy('q2');
    box.run(11_000);
    ask(box, ['east-siren-1'], 'q3');
    busy('q4');
    expect(tested(box)).toEqual(['east-siren-1']);
  });

  test.each(['alarm', 'drill', 'stop', 'restart'] as const)(
    'is given up at once for a %s, and a late result is not believed',
    (what) => {
      const box = new Hamlet();
      ask(box);
      box.run(1_000);
      if (what === 'alarm') box.issue({ kind: 'issue', alert: alert('a') });
      if (what === 'drill') box.issue({ kind: 'issue', alert: alert('a', { status: 'drill' }) }, { class: 'drill' });
      if (what === 'stop') box.tell({ kind: 'stop', source: 'cli', person: 'li', id: 's' });
      if (what === 'restart') box.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
      expect(box.village.durable.quietRun).toBeNull();
      expect(done(box)).toContain('quiet-test-given-up');
      box.tell({ kind: 'quiet-tested', terminal: 'east-siren-1', result: 'amplifier-fault' });
      box.run(100_000);
      expect(results(box)).toEqual([]);
      expect(tested(box)).toEqual(['east-siren-1']);
      expect(health(box, 'east-siren-1')).toBe('well');
    },
  );

  test('counts a unit of which no word comes as no-reply, and goes on with the next', () => {
    const box = new Hamlet();
    ask(box, ['east-siren-1', 'west-siren-1']);
    box.run(80_000);
    expect(results(box)).toEqual(['east-siren-1 no-reply']);
    expect(tested(box)).toEqual(['east-siren-1', 'west-siren-1']);
  });
});

describe('what a quiet test finds', () => {
  const find = (box: Hamlet, result: QuietResult): void => {
    ask(box, ['east-siren-1'], `q${box.mono}`);
    tell(box, result);
  };

  test.each(['amplifier-fault', 'horn-open', 'no-reply'] as const)(
    '%s makes the terminal suspect until it is proven to sound',
    (result) => {
      const box = new Hamlet();
      find(box, result);
      expect(box.village.durable.terminals['east-siren-1']).toEqual({
        health: 'suspect',
        reason: `quiet-test-${result}`,
      });
      // Lost and back is no proof of anything.
      box.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' });
      box.tell({ kind: 'unit-back', terminal: 'east-siren-1' });
      expect(health(box, 'east-siren-1')).toBe('suspect');
      box.issue({ kind: 'issue', alert: alert('a') });
      box.run(500);
      box.tell({ kind: 'evidence', findings: [box.finding('east-siren-1', 'sounding')] });
      expect(health(box, 'east-siren-1')).toBe('well');
      box.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' });
      box.tell({ kind: 'unit-back', terminal: 'east-siren-1' });
      expect(health(box, 'east-siren-1')).toBe('well');
      expect(box.village.durable.quietTests['east-siren-1']?.result).toBe(result);
    },
  );

  test('good after bad heals what the test itself had found, and nothing else', () => {
    const box = new Hamlet();
    find(box, 'horn-open');
    box.run(1_000);
    find(box, 'good');
    expect(health(box, 'east-siren-1')).toBe('well');
    const other = new Hamlet();
    other.tell({ kind: 'evidence', findings: [other.finding('east-siren-1', 'no-reply', { cue: 'x' })] });
    find(other, 'good');
    expect(health(other, 'east-siren-1')).toBe('suspect');
  });

  test('is kept for the terminals of the site and for no others', () => {
    const box = new Hamlet();
    find(box, 'good');
    const terminals = hamlet.terminals.filter(({ id }) => id !== 'east-siren-1');
    box.tell({ kind: 'configured', hash: 'h2', site: { ...hamlet, terminals }, keys: [], real: false });
    expect(box.village.durable.quietTests).toEqual({});
  });
});

describe('the nightly quiet test', () => {
  const night = (site: Site = nightly): Hamlet => new Hamlet(site, beforeHalfPastThree);
  const answerAll = (box: Hamlet, result: (terminal: string) => QuietResult): void => {
    for (let left = ids.length; left > 0 && box.village.durable.quietRun !== null; left -= 1)
      tell(box, result(box.village.durable.quietRun.running));
  };

  test('begins at its minute by itself, once a night, and leaves out who is known to be unable', () => {
    const box = night().run(9 * 60_000);
    expect(tested(box)).toEqual([]);
    box.run(2 * 60_000);
    expect(tested(box)).toEqual(['east-siren-1']);
    expect(box.log.find(({ effect }) => effect.do === 'quiet-test')?.at).toBe(10 * 60_000);
    answerAll(box, (terminal) => (terminal.includes('speaker') ? 'unsupported' : 'good'));
    expect(tested(box)).toEqual(ids);
    box.run(20 * 3_600_000);
    expect(tested(box)).toEqual(ids);
    box.run(4 * 3_600_000);
    answerAll(box, () => 'good');
    expect(tested(box).slice(ids.length)).toEqual(ids.filter((id) => !id.includes('speaker')));
  });

  test('does not begin in a site without it, nor under a guessed clock', () => {
    expect(tested(night(hamlet).run(3_600_000))).toEqual([]);
    expect(tested(new Hamlet(nightly, beforeHalfPastThree, 'guessed').run(3_600_000))).toEqual([]);
  });

  test('waits for an alarm to end, ten minutes at most, and never begins while anything sounds', () => {
    const endless: Site = { ...nightly, plans: [plan('move-now', { repeats: 0 })] };
    const until = (minutes: number): Hamlet => {
      const box = night(endless).run(9 * 60_000);
      box.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 86_400_000, notBefore: box.at.wall });
      box.run(minutes * 60_000);
      expect(Object.keys(box.village.durable.plays)).toEqual(['east']);
      expect(tested(box)).toEqual([]);
      box.issue({ kind: 'cancel', alertId: 'a' }, { notBefore: box.at.wall });
      box.run(1_000);
      return box;
    };
    expect(tested(until(5))).toEqual(['east-siren-1']);
    expect(tested(until(12))).toEqual([]);
  });
});
