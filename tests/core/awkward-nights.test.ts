import { describe, expect, test } from 'vitest';
import { nextWake } from '../../src/core/next-wake.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, mondayNine, plan, siren, speaker } from './hamlet.ts';

const at = (mono: number) => ({ mono, wall: mondayNine + mono, trust: 'trusted' as const });

describe('nothing is forgotten between two looks', () => {
  test('a decision that fell due since the last look is overdue, not lost', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(10_299);
    expect(nextWake(village.village, at(10_450))).toBe(10_450);
  });
});

describe('a zone is never silent while something of it could sound', () => {
  const sirenOnly: Site = { ...hamlet, terminals: [siren('east-siren', 'east')] };

  test('an all-clear that nothing in the zone can speak leaves the zone to the next rank', () => {
    const village = new Hamlet(sirenOnly);
    village.issue({ kind: 'issue', alert: alert('red') });
    village.issue({ kind: 'issue', alert: alert('orange', { severity: 'orange' }) });
    village.run(1_000);
    village.issue({ kind: 'all-clear', alertId: 'red', text: '解除' });
    const play = village.village.durable.plays['east'];
    expect(village.village.durable.broadcasts[play?.broadcast ?? '']?.alert.id).toBe('orange');
    expect(village.stages()).toContain('degraded');
  });

  test('a higher rank that can play nothing there does not silence the lower one', () => {
    const plans = [plan('move-now'), plan('words', { playlist: [{ play: 'speech', text: 'x', clip: null }] })];
    const village = new Hamlet({ ...sirenOnly, plans });
    village.issue({ kind: 'issue', alert: alert('orange', { severity: 'orange' }) });
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('red', { plan: 'words' }) });
    expect(village.effects('silence')).toHaveLength(0);
    expect(village.village.durable.plays['east']).toBeDefined();
  });

  test('an equal rank waits for one pass of the other, however many that one has played', () => {
    const plans = [
      plan('words', { playlist: [{ play: 'speech', text: 'x', clip: null }], repeats: 0, intervalMs: 1_000 }),
    ];
    const village = new Hamlet({ ...hamlet, plans });
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'words' }) });
    for (let pass = 0; pass < 10; pass += 1) {
      village.run(1_000);
      village.spoken('east-speaker');
    }
    village.issue({ kind: 'issue', alert: alert('b', { plan: 'words' }) });
    const onAir = (): string | undefined =>
      village.village.durable.broadcasts[village.village.durable.plays['east']?.broadcast ?? '']?.alert.id;
    expect(onAir()).toBe('b');
    village.run(500);
    village.spoken('east-speaker');
    expect(onAir()).toBe('a');
  });
});

describe('siren and speech never overlap', () => {
  test('a red that arrives as an item of orange ends does not let the next words of orange begin', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('orange', { severity: 'orange' }) });
    village.run(10_299);
    village.mono = 10_300;
    village.log.length = 0;
    village.issue({ kind: 'issue', alert: alert('red') });
    expect(village.heard().map(({ play }) => play)).toEqual(['tone', 'tone']);
  });

  test('a siren without any lease is switched off with its item, also when the wake comes late', () => {
    const held = siren('held', 'east', { lease: { kind: 'held', retrigger: 'unknown' } });
    const village = new Hamlet({ ...hamlet, terminals: [held, speaker('east-speaker', 'east')] });
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(9_000);
    village.mono = 10_305;
    village.tell({ kind: 'wake' });
    expect(village.effects('silence').flatMap(({ terminals }) => terminals)).toContain('held');
  });
});

describe('continuing after a stop', () => {
  test('what the authority has cancelled or cleared meanwhile stays silent', () => {
    for (const lift of [
      null,
      { kind: 'cancel', alertId: 'a' } as const,
      { kind: 'all-clear', alertId: 'a', text: 'x' } as const,
    ]) {
      const village = new Hamlet();
      village.issue({ kind: 'issue', alert: alert('a') });
      village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
      if (lift !== null) village.issue(lift);
      village.run(60_000);
      village.log.length = 0;
      village.tell({ kind: 'continue', person: 'li', id: 'c' });
      // Without the lift it sounds again: the silence comes from the lift.
      expect(village.heard().some(({ play }) => play === 'tone')).toBe(lift === null);
    }
  });

  test('a stopped all-clear is spoken again, without the siren of its alert', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'all-clear', alertId: 'a', text: '解除' });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    village.log.length = 0;
    village.tell({ kind: 'continue', person: 'li', id: 'c' });
    expect(village.heard().map(({ play }) => play)).toEqual(['speech']);
  });

  test('each time one stop is taken back, the newest first', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('before') });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's1' });
    village.run(60_000);
    village.issue({ kind: 'issue', alert: alert('after') });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's2' });
    village.tell({ kind: 'continue', person: 'li', id: 'c1' });
    const live = () =>
      Object.values(village.village.durable.broadcasts)
        .filter(({ ended }) => ended === null)
        .map((one) => one.alert.id);
    expect(live()).toEqual(['after']);
    village.tell({ kind: 'continue', person: 'li', id: 'c2' });
    expect(live().sort()).toEqual(['after', 'before']);
    village.tell({ kind: 'continue', person: 'li', id: 'c3' });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'nothing-to-continue' });
  });

  test('a refused update leaves the latch in place', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'orange' }) });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    village.issue({ kind: 'update', alert: alert('a', { plan: 'no-such' }) });
    village.issue({ kind: 'update', alert: alert('a', { severity: 'orange' }) });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'latched-by-stop' });
  });
});

describe('the newest word of an alert', () => {
  test('an update during its own all-clear takes its place at once', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'all-clear', alertId: 'a', text: '解除' });
    village.issue({ kind: 'update', alert: alert('a') });
    const ended = village.receipts().filter(({ body }) => body.stage === 'ended' && body.how === 'replaced');
    expect(ended).toHaveLength(1);
    expect(village.heard().at(-1)?.play).toBe('tone');
  });
});

describe('drill and routine in the middle of the night', () => {
  test('a drill ends when the clock says quiet hours, or loses its trust, between two of its items', () => {
    const villages = [new Hamlet(), new Hamlet()];
    villages.forEach((village) => village.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }));
    villages[0]!.wall += 14 * 3_600_000;
    villages[1]!.trust = 'guessed';
    for (const village of villages) {
      village.run(500);
      village.spoken('east-speaker');
      expect(village.effects('sound')).toHaveLength(1);
      expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'ended', how: 'interrupted' });
    }
  });

  test('a key for routine reaches no siren by naming an emergency plan', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'move-now' }) }, { class: 'routine' });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'no-such-plan' });
    expect(village.heard()).toEqual([]);
  });

  test('a drill that was preempted in its siren begins again with its marks', () => {
    const drill = { playlist: [{ play: 'tone', tone: 'steady' } as const], repeats: 1, sirenUnlockMs: 3_000 };
    const village = new Hamlet({ ...hamlet, plans: [plan('move-now', { drill })] });
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill', sirenUnlocked: true }) });
    village.run(500);
    village.spoken('east-speaker');
    village.run(500);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.log.length = 0;
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(village.heard().map(({ play }) => play)).toEqual(['speech']);
  });
});

describe('a start that takes its time', () => {
  test('outputs read late do not switch off what has resumed meanwhile', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(1_000);
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.run(2_500);
    village.log.length = 0;
    village.tell({ kind: 'outputs', on: ['east-siren-2', 'west-siren-1'], unread: ['east-siren-1'] });
    expect(village.effects('silence').flatMap(({ terminals }) => terminals)).toEqual(['west-siren-1']);
  });

  test('a site that changed while the box was down is only read; nothing sounds before the outputs were', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(3_000);
    village.mono = 30_000;
    village.log.length = 0;
    village.tell({ kind: 'configured', hash: 'h2', site: hamlet, keys: [], real: false });
    expect(village.log).toEqual([]);
  });
});

describe('genuine orders at the edges', () => {
  test('an alarm whose short validity lies within the skew of clocks still sounds', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') }, { notBefore: mondayNine - 120_000, validForMs: 60_000 });
    expect(village.heard().length).toBeGreaterThan(0);
  });

  test('a hundred replays of one old order are told once', () => {
    const village = new Hamlet();
    const made = village.issue({ kind: 'issue', alert: alert('a') });
    const old = { ...made, id: 'f'.repeat(32), hash: 'other-hash-of-16-digits' };
    for (let time = 0; time < 100; time += 1) village.tell({ kind: 'order', order: old });
    expect(village.receipts().filter(({ body }) => body.stage === 'refused')).toHaveLength(1);
  });

  test('files that narrow a key narrow it', () => {
    const key = { id: 'k', publicKey: 'x', name: 'x', authority: 'county', scope: '', practice: true } as const;
    const village = new Hamlet();
    village.tell({ kind: 'configured', hash: 'h', site: hamlet, keys: [{ ...key, classes: ['alarm'] }], real: false });
    village.tell({ kind: 'configured', hash: 'h', site: hamlet, keys: [{ ...key, classes: ['drill'] }], real: false });
    expect(village.village.durable.keys[0]?.classes).toEqual(['drill']);
  });
});

describe('shared supplies', () => {
  test('a start right after another zone was preempted still keeps within what the battery bears', () => {
    const sirens = ['a', 'b', 'c', 'd'].map((id, index) =>
      siren(id, index < 2 ? 'east' : 'west', { supply: 'battery' }),
    );
    const site: Site = {
      ...hamlet,
      terminals: sirens,
      supplies: [{ id: 'battery', startsAtOnce: 2, startGapMs: 800 }],
    };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('orange', { severity: 'orange' }) });
    village.run(100);
    village.issue({ kind: 'issue', alert: alert('red', { zones: ['east', 'west'] }) });
    village.run(5_000);
    const starts = village.heard().map((entry) => entry.at);
    for (const start of starts)
      expect(starts.filter((other) => other >= start && other < start + 800).length).toBeLessThanOrEqual(2);
  });
});
