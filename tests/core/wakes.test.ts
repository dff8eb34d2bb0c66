import { describe, expect, test } from 'vitest';
import { nextWake } from '../../src/core/next-wake.ts';
import type { LeaseKind, Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren } from './hamlet.ts';
import { site as withPlayer } from './recorded.ts';

/** One siren that is told of each segment: one second on, one off, five times. */
const lone = (lease: LeaseKind): Site => ({
  ...hamlet,
  terminals: [siren('s', 'east', { lease })],
  plans: [plan('move-now', { playlist: [{ play: 'tone', tone: 'rapid' }], repeats: 1 })],
});

/** Every instant at which core asks to be woken, up to this one. */
const wakesOf = (village: Hamlet, until: number): readonly number[] => {
  const wakes: number[] = [];
  for (;;) {
    const wake = nextWake(village.village, village.at);
    if (wake === null || wake > until) return wakes;
    wakes.push(wake);
    village.mono = wake;
    village.tell({ kind: 'wake' });
  }
};

const begun = (lease: LeaseKind): Hamlet => {
  const village = new Hamlet(lone(lease));
  village.issue({ kind: 'issue', alert: alert('a') });
  return village;
};

const audio = { sha256: 'ab'.repeat(32), bytes: 1_000, format: 'wav', durationMs: 900 } as const;
const wordless = (id: string) => alert(id, { text: '', headline: '', audio });
const refusals = (village: Hamlet): readonly unknown[] =>
  village.log.flatMap(({ at, effect }) =>
    effect.do === 'receipt' && effect.receipt.body.stage === 'refused' ? [[at, effect.receipt.trace]] : [],
  );

describe('core asks to be woken', () => {
  test('by a siren that ends by itself: to look and for the next segment, never for its end', () => {
    const wakes = wakesOf(begun({ kind: 'timed', longestMs: 180_000, retrigger: 'unknown' }), 4_500);
    expect(wakes).toEqual([400, 2_000, 2_400, 4_000, 4_400]);
  });

  test('by a siren without any lease: for the end of each segment, too', () => {
    const wakes = wakesOf(begun({ kind: 'held', retrigger: 'unknown' }), 4_500);
    expect(wakes).toEqual([400, 1_000, 2_000, 2_400, 3_000, 4_000, 4_400]);
  });

  test('by a siren with a dead-man: for each renewal while it sounds', () => {
    const steadyOf = (lease: LeaseKind): Hamlet => {
      const steady = [plan('move-now', { playlist: [{ play: 'tone', tone: 'steady' }] })];
      const village = new Hamlet({ ...lone(lease), plans: steady });
      village.issue({ kind: 'issue', alert: alert('a') });
      return village;
    };
    const deadMan = steadyOf({ kind: 'dead-man', holdMs: 20_000, retrigger: 'extends' });
    expect(wakesOf(deadMan, 9_999)).toContain(5_000);
    const timed = steadyOf({ kind: 'timed', longestMs: 180_000, retrigger: 'unknown' });
    expect(wakesOf(timed, 9_999)).not.toContain(5_000);
    expect(wakesOf(begun({ kind: 'dead-man', holdMs: 20_000, retrigger: 'extends' }), 4_500)).not.toContain(1_000);
  });

  test('never by the end of a hold: what it keeps off is refused when it comes, and ended where it sounds', () => {
    const village = new Hamlet({
      ...lone({ kind: 'timed', longestMs: 180_000, retrigger: 'unknown' }),
      plans: [plan('move-now', { playlist: [{ play: 'tone', tone: 'rapid' }], repeats: 0 })],
    });
    village.run(137);
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });
    const heldUntil = village.village.durable.routineHeldUntil;
    expect(heldUntil).toBe(137 + hamlet.limits.holdRoutineAfterStopMs);
    village.run(313);
    village.issue({ kind: 'issue', alert: alert('b') });
    const wakes = wakesOf(village, 650_000);
    expect(wakes.some((wake) => wake > 630_000)).toBe(true);
    expect(wakes).not.toContain(heldUntil);
  });

  test('by nothing when nothing is on its way', () => {
    expect(nextWake(new Hamlet().village, new Hamlet().at)).toBeNull();
  });

  test('when an order has waited for its recording for its validity and the five minutes that clocks may differ, though another still waits', () => {
    const village = new Hamlet(withPlayer);
    const short = village.issue({ kind: 'issue', alert: wordless('a') }, { validForMs: 120_000 });
    const long = village.issue({ kind: 'issue', alert: wordless('b') }, { validForMs: 240_000 });
    village.run(600_000);
    expect(refusals(village)).toEqual([
      [360_000, short.id],
      [480_000, long.id],
    ]);
  });

  test('when a recording that was to be stored has not come in time', () => {
    const village = new Hamlet();
    const store = village.issue({ kind: 'store-audio', audio }, { validForMs: 120_000 });
    village.run(600_000);
    expect(refusals(village)).toEqual([[360_000, store.id]]);
  });
});
