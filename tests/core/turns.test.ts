import { describe, expect, test } from 'vitest';
import type { QuietResult } from '../../src/core/cue.ts';
import { quietTestWakes } from '../../src/core/self-test.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, mondayNine, plan, siren, speaker, trigger } from './hamlet.ts';
import { site as withPlayer } from './recorded.ts';

const bodies = (village: Hamlet) => village.receipts().map(({ body }) => body);
const wake = (village: Hamlet) => village.tell({ kind: 'wake' });

describe('a step', () => {
  test('in which nothing changes leaves the very same durable part, and is not journaled', () => {
    const village = new Hamlet();
    const { durable } = village.village;
    const length = village.journal.length;
    village.mono = 5_000;
    wake(village);
    expect(village.village.durable).toBe(durable);
    expect(village.journal).toHaveLength(length);
    village.tell({ kind: 'clock', source: 'ntp' });
    expect(village.village.durable.last).toEqual(village.at);
    expect(village.journal).toHaveLength(length + 1);
  });

  test('names what it switches off by the order, trigger, stop or lift that it came with', () => {
    const traces = (act: (village: Hamlet) => string): readonly [string, readonly string[]] => {
      const village = new Hamlet();
      village.tell(trigger('t1', { severity: 'blue', source: 'panel' }));
      village.run(500);
      village.log.length = 0;
      const id = act(village);
      return [id, village.effects('silence').map(({ trace }) => trace)];
    };
    const acts: readonly ((village: Hamlet) => string)[] = [
      (village) => village.issue({ kind: 'issue', alert: alert('high') }).id,
      (village) => {
        village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's1' });
        return 's1';
      },
      (village) => {
        village.tell({ kind: 'lift', what: 'all-clear', alert: 'local-t1', text: null, person: 'li', id: 'l1' });
        return 'l1';
      },
      (village) => {
        village.tell(trigger('t2', { source: 'panel' }));
        return 't2';
      },
    ];
    for (const act of acts) {
      const [id, found] = traces(act);
      expect(found).toEqual([id]);
    }
  });

  test.each([
    ['a stop', { kind: 'stop', alertId: null }, 'stop', true],
    ['a cancel', { kind: 'cancel', alertId: 'a' }, 'alarm', false],
    ['an update', { kind: 'update', alert: alert('a', { severity: 'red' }) }, 'alarm', true],
  ] as const)('by %s switches off at once or after its record', (_, body, orderClass, urgent) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'orange' }) });
    village.run(500);
    village.log.length = 0;
    village.issue(body, { class: orderClass });
    expect(village.effects('silence').map((effect) => effect.urgent)).toEqual([urgent]);
  });
});

describe('the settling of a start', () => {
  test('is over when its time is, also where no outputs were read', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(500);
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.log.length = 0;
    village.run(1_999);
    expect(village.village.durable.settlingUntil).toBe(2_500);
    expect(village.heard()).toEqual([]);
    village.run(1);
    expect(village.village.durable.settlingUntil).toBeNull();
    expect(village.heard()[0]).toMatchObject({ at: 2_500, play: 'tone' });
  });

  test.each([
    ['extends', 1],
    ['chops', 1],
    ['ignored', 0],
    ['unknown', 0],
  ] as const)('holds back a new emergency where a second on %s: %i sounds', (retrigger, count) => {
    const lease = { kind: 'timed', longestMs: 180_000, retrigger } as const;
    const village = new Hamlet({ ...hamlet, terminals: [siren('s', 'east', { lease })] });
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: true });
    village.run(100);
    village.issue({ kind: 'issue', alert: alert('a') });
    expect(village.heard()).toHaveLength(count);
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill', sirenUnlocked: true }) }, { class: 'drill' });
    expect(village.heard()).toHaveLength(count);
  });
});

describe('orders that are remembered', () => {
  const old = (village: Hamlet, n: number): string =>
    village.issue({ kind: 'cancel', alertId: `x${n}` }, { notBefore: village.at.wall }).id;

  test('are 400 at most, the oldest forgotten first', () => {
    const village = new Hamlet();
    const ids = Array.from({ length: 402 }, (_, n) => {
      village.mono += 1;
      return old(village, n);
    });
    const { seen } = village.village.durable;
    expect(Object.keys(seen)).toHaveLength(400);
    expect(ids.filter((id) => seen[id] === undefined)).toEqual(ids.slice(0, 2));
  });

  test('are forgotten after thirty days', () => {
    const village = new Hamlet();
    const first = old(village, 0);
    village.mono += 30 * 86_400_000 - 1;
    const second = old(village, 1);
    expect(Object.keys(village.village.durable.seen).sort()).toEqual([first, second].sort());
    village.mono += 1;
    const third = old(village, 2);
    expect(Object.keys(village.village.durable.seen).sort()).toEqual([second, third].sort());
  });

  test('judge an alert that only waits by its own class, too', () => {
    const song = { sha256: 'a'.repeat(64), bytes: 1, format: 'mp3', durationMs: 1 } as const;
    const village = new Hamlet(withPlayer);
    village.issue({ kind: 'issue', alert: alert('b') });
    village.issue({ kind: 'issue', alert: alert('a', { text: '', headline: '', audio: song }) });
    village.issue({ kind: 'cancel', alertId: 'a' }, { class: 'drill' });
    expect(bodies(village).at(-1)).toMatchObject({ stage: 'refused', code: 'class-unfit' });
    expect(village.village.durable.waiting).toHaveLength(1);
  });
});

describe('a zone whose sirens have had their time', () => {
  test('goes on in silence where nothing speaks, and tries again after the pause of the cap', () => {
    const plans = [plan('move-now', { playlist: [{ play: 'tone', tone: 'steady' }], repeats: 0, intervalMs: 1_000 })];
    const limits = { ...hamlet.limits, sirenLongestMs: 10_000 };
    const village = new Hamlet({ ...hamlet, plans, limits, terminals: [siren('s', 'east')] });
    village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 600_000 });
    village.run(200_000);
    const begun = village.heard().map(({ at }) => at);
    expect(begun[0]).toBe(0);
    expect(begun[1]).toBeGreaterThanOrEqual(70_000);
    expect(begun).toHaveLength(3);
    expect(bodies(village)).toContainEqual({ stage: 'degraded', zone: 'east', reason: 'siren-cap' });
  });

  test('that has nothing to play what is left of a plan with says so and ends', () => {
    const plans = [plan('move-now', { playlist: [{ play: 'tone', tone: 'gone' }] })];
    const village = new Hamlet({ ...hamlet, plans, terminals: [siren('s', 'east')] });
    village.issue({ kind: 'issue', alert: alert('a') });
    expect(bodies(village)).toContainEqual({ stage: 'degraded', zone: 'east', reason: 'nothing-to-play' });
    expect(bodies(village).at(-1)).toMatchObject({ stage: 'ended', how: 'completed', unknown: 1 });
    expect(village.village.durable.plays).toEqual({});
  });
});

describe('a quiet test', () => {
  const site: Site = {
    ...hamlet,
    terminals: [siren('s', 'east'), speaker('v', 'west')],
    selfTest: { minuteOfDay: 600 },
  };
  const ask = (village: Hamlet, ...terminals: string[]): void =>
    void village.tell({ kind: 'quiet-test', terminals, person: 'li', id: 'q1' });
  const found = (village: Hamlet, terminal: string, result: QuietResult): void =>
    void village.tell({ kind: 'quiet-tested', terminal, result });
  const tested = (village: Hamlet, result: QuietResult): Hamlet => {
    ask(village, 's');
    found(village, 's', result);
    return village;
  };
  const health = (village: Hamlet) => village.village.durable.terminals['s'];

  test('says that it began, and refuses a strange name by that name', () => {
    const village = new Hamlet(site);
    ask(village, 's');
    expect(village.receipts()).toMatchObject([{ trace: 'q1', body: { stage: 'done', what: 'quiet-test-begun' } }]);
    const other = new Hamlet(site);
    ask(other, 'moon');
    const body = bodies(other).at(-1);
    expect(body?.stage === 'refused' ? [body.code, body.detail] : []).toMatchObject([
      'no-such-terminal',
      expect.stringContaining('moon'),
    ]);
  });

  test.each([
    ['good', true, undefined],
    ['unsupported', true, undefined],
    ['horn-open', false, { health: 'suspect', reason: 'quiet-test-horn-open' }],
    ['no-reply', false, { health: 'suspect', reason: 'quiet-test-no-reply' }],
  ] as const)('that finds %s', (result, healed, state) => {
    const village = tested(new Hamlet(site), result);
    expect(village.village.durable.quietTests['s']).toEqual({ result, at: 0, healed });
    expect(health(village)).toEqual(state);
  });

  test('heals what an earlier one found, but no loss and nothing that an alarm found', () => {
    const village = tested(tested(new Hamlet(site), 'horn-open'), 'good');
    expect(health(village)).toEqual({ health: 'well', reason: '' });
    const lost = new Hamlet(site);
    lost.tell({ kind: 'unit-lost', terminal: 's', reason: 'no-reply' });
    expect(health(tested(tested(lost, 'horn-open'), 'good'))).toEqual({ health: 'lost', reason: 'no-reply' });
    const silent = new Hamlet(site);
    silent.tell({ kind: 'evidence', findings: [silent.finding('s', 'rejected', { cue: 'c' })] });
    expect(health(tested(silent, 'good'))).toEqual({ health: 'suspect', reason: 'rejected' });
    expect(health(tested(tested(new Hamlet(site), 'horn-open'), 'unsupported'))?.health).toBe('suspect');
  });

  test('is not moved by the word of a unit that is not asked', () => {
    const village = new Hamlet(site);
    ask(village);
    found(village, 'v', 'good');
    expect(village.village.durable.quietRun).toMatchObject({ running: 's', queue: ['v'] });
  });

  test('asks anew under another configuration who could not before, and forgets who is gone', () => {
    const village = tested(new Hamlet(site), 'unsupported');
    ask(village, 'v');
    found(village, 'v', 'good');
    const configured = (hash: string, terminals = site.terminals): readonly string[] => {
      village.tell({ kind: 'configured', hash, site: { ...site, terminals }, keys: [], real: false });
      return Object.keys(village.village.durable.quietTests);
    };
    expect(configured('h')).toEqual(['s', 'v']);
    expect(configured('h2')).toEqual(['v']);
    expect(configured('h3', [siren('s', 'east')])).toEqual([]);
  });

  test('of the night is woken for: tonight, or tomorrow once it was done, and never under a guessed clock', () => {
    const village = new Hamlet(site);
    const wakes = () => quietTestWakes(site, village.village.durable, village.at);
    expect(wakes()).toEqual([null, 3_600_000]);
    expect(quietTestWakes(site, village.village.durable, { ...village.at, trust: 'guessed' })).toEqual([null]);
    village.run(3_600_000);
    expect(village.village.durable.quietRun).toMatchObject({
      id: `quiet-test-${Math.floor((mondayNine + 8 * 3_600_000) / 86_400_000)}`,
      running: 's',
    });
    expect(wakes()).toEqual([3_600_000 + 75_000, 3_600_000 + 86_400_000]);
  });
});
