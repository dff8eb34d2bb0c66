import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, siren, trigger } from './hamlet.ts';
import { loud, playFor, sirenMs } from './loud.ts';

describe('siren caps', () => {
  test('180 s of siren need 60 s of pause; speech goes on meanwhile and the zone says so', () => {
    const village = new Hamlet(loud);
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'loud' }) });
    playFor(village, 200_000);
    expect(sirenMs(village)).toBe(180_000);
    expect(village.receipts().map((receipt) => receipt.body)).toContainEqual({
      stage: 'degraded',
      zone: 'east',
      reason: 'siren-cap',
    });
    const words = village.heard().filter(({ play }) => play === 'speech').length;
    playFor(village, 30_000);
    expect(village.heard().filter(({ play }) => play === 'speech').length).toBeGreaterThan(words);
    playFor(village, 60_000);
    expect(sirenMs(village)).toBeGreaterThan(180_000);
  });
});

describe('supplies', () => {
  test('sirens that share a battery start in waves of startsAtOnce', () => {
    const sirens = [1, 2, 3, 4, 5].map((n) => siren(`s${n}`, 'east', { supply: 'battery' }));
    const site: Site = {
      ...hamlet,
      terminals: sirens,
      supplies: [{ id: 'battery', startsAtOnce: 2, startGapMs: 800 }],
    };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(5_000);
    expect(village.heard().map(({ at, terminal }) => [at, terminal])).toEqual([
      [0, 's1'],
      [0, 's2'],
      [800, 's3'],
      [800, 's4'],
      [1_600, 's5'],
    ]);
  });
});

describe('bounds', () => {
  test('at the bound of the queue the lowest rank is dropped and says so; the highest never is', () => {
    const village = new Hamlet();
    for (let n = 0; n < 8; n += 1) village.issue({ kind: 'issue', alert: alert(`blue-${n}`, { severity: 'blue' }) });
    village.issue({ kind: 'issue', alert: alert('red') });
    const dropped = village
      .receipts()
      .filter((receipt) => receipt.body.stage === 'ended' && receipt.body.how === 'dropped');
    expect(dropped.map((receipt) => receipt.alert)).toEqual(['blue-7']);
    village.issue({ kind: 'issue', alert: alert('late', { severity: 'unknown' }) });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'queue-full' });
  });

  test('each Beijing day has its own six: what was played the day before counts no more', () => {
    const village = new Hamlet();
    const days = [0, 86_400_000].map((begin) => {
      village.run(begin - village.mono);
      const validForMs = begin + 3_600_000;
      const notice = (n: number): void =>
        void village.issue(
          { kind: 'issue', alert: alert(`n${begin}-${n}`, { class: 'routine', plan: 'notice' }) },
          { class: 'routine', validForMs },
        );
      const before = village.receipts().length;
      for (let n = 0; n < 7; n += 1) notice(n);
      return village
        .receipts()
        .slice(before)
        .flatMap(({ body }) => (body.stage === 'queued' ? ['taken'] : body.stage === 'refused' ? [body.code] : []));
    });
    const six = [...Array.from({ length: 6 }, () => 'taken'), 'routine-cap'];
    expect(days).toEqual([six, six]);
  });

  test('an emergency is no play of routine: none is refused at the cap of the day, and none is counted to it', () => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, routinePerDay: 1 } });
    const play = (id: string): void => void village.issue({ kind: 'issue', alert: alert(id) });
    const notice = (id: string): void =>
      void village.issue(
        { kind: 'issue', alert: alert(id, { class: 'routine', plan: 'notice' }) },
        { class: 'routine' },
      );
    ['a', 'b'].forEach(play);
    ['n', 'beyond'].forEach(notice);
    play('c');
    const live = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
    expect(live.map((one) => one.alert.id)).toEqual(['a', 'b', 'n', 'c']);
  });

  test('routine is played at most six times a day', () => {
    const village = new Hamlet();
    for (let n = 0; n < 7; n += 1) {
      village.issue(
        { kind: 'issue', alert: alert(`n${n}`, { class: 'routine', plan: 'notice' }) },
        { class: 'routine' },
      );
      village.run(1_000);
      village.spoken('east-speaker');
    }
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'routine-cap' });
  });

  test('one person starts the siren from the console three times in ten minutes, not four', () => {
    const village = new Hamlet();
    const press = (n: number): void => void village.tell(trigger(`t${n}`, { zones: [], text: 'x' }));
    [1, 2, 3, 4].forEach(press);
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'too-many-starts' });
    village.run(600_001);
    press(5);
    expect(village.receipts().filter((receipt) => receipt.body.stage === 'refused')).toHaveLength(1);
  });
});

describe('evidence', () => {
  const judged = (...looks: readonly Parameters<Hamlet['finding']>[]): unknown => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(500);
    for (const look of looks) village.tell({ kind: 'evidence', findings: [village.finding(...look)] });
    const broadcast = Object.values(village.village.durable.broadcasts)[0];
    const result = broadcast?.results['east-siren-1'];
    return [result?.verdict, result?.reason];
  };

  test('a switched contact is never sounded', () => {
    expect(judged(['east-siren-1', 'on', { grade: 'switched' }])).toEqual(['unknown', 'switched-only']);
  });
  test('current proves it, no current under a closed contact is a failure, no answer is unknown', () => {
    expect(judged(['east-siren-1', 'sounding'])).toEqual(['sounded', null]);
    expect(judged(['east-siren-1', 'silent', { reason: 'no-current' }])).toEqual(['failed', 'no-current']);
    expect(judged(['east-siren-1', 'no-reply', { grade: 'none' }])).toEqual(['unknown', 'no-reply']);
  });
  test('better evidence outweighs worse whatever came last; silence without current beats a chip that says it spoke', () => {
    expect(
      judged(['east-siren-1', 'silent', { reason: 'no-current' }], ['east-siren-1', 'spoken', { grade: 'chip' }]),
    ).toEqual(['failed', 'no-current']);
    expect(
      judged(['east-siren-1', 'spoken', { grade: 'chip' }], ['east-siren-1', 'silent', { reason: 'no-current' }]),
    ).toEqual(['failed', 'no-current']);
  });
  test('no answer later does not take proof back', () => {
    expect(judged(['east-siren-1', 'sounding'], ['east-siren-1', 'no-reply', { grade: 'none' }])).toEqual([
      'sounded',
      null,
    ]);
  });
  test('silence read when nothing was ordered says nothing', () => {
    expect(judged(['east-siren-1', 'silent', { readAt: 10_200, reason: 'no-current' }])).toEqual(['due', null]);
  });

  test('a unit read as off is repaired by one unicast order within its segment; a running one is never chopped', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(500);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'off', { grade: 'switched' })] });
    const repairs = village.effects('sound').filter((effect) => effect.repair);
    expect(repairs.map((effect) => effect.cues[0]?.durationMs)).toEqual([9_500]);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'no-reply', { grade: 'none' })] });
    expect(village.effects('sound').filter((effect) => effect.repair)).toHaveLength(1);
  });
});
