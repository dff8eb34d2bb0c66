import { describe, expect, test } from 'vitest';
import { alert, hamlet, Hamlet } from './hamlet.ts';
import { goOn, live, stopAll } from './stops.ts';

test('of more than there are latches a warning is held before an exercise, however severe that plays at being', () => {
  const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, queueMax: 100 } });
  const validForMs = 3_600_000;
  for (let n = 0; n < 64; n += 1)
    village.issue({ kind: 'issue', alert: alert(`real-${n}`, { severity: 'blue', stage: '24h' }) }, { validForMs });
  for (let n = 0; n < 3; n += 1)
    village.issue({ kind: 'issue', alert: alert(`drill-${n}`, { status: 'drill' }) }, { class: 'drill', validForMs });
  stopAll(village);
  goOn(village);
  expect(live(village).filter((id) => id.startsWith('real-'))).toHaveLength(64);
});

describe('of more than there are latches', () => {
  const validForMs = 7_200_000;
  const stopped = (village: Hamlet, id: string, more: Parameters<typeof alert>[1], valid = 2 * validForMs): void => {
    village.issue({ kind: 'issue', alert: alert(id, more) }, { validForMs: valid });
    village.issue({ kind: 'stop', alertId: id }, { validForMs: 2 * validForMs });
    village.run(10);
  };
  const stopMore = (village: Hamlet, more: Parameters<typeof alert>[1]): readonly string[] => {
    for (let n = 0; n < 64; n += 1) stopped(village, `n${n}`, more);
    return village.village.durable.latches.map((one) => one.alert);
  };

  test('the more severe is held before the nearer, and of one severity the nearer', () => {
    const severe = new Hamlet();
    stopped(severe, 'old', { severity: 'red', stage: '24h' });
    expect(stopMore(severe, { severity: 'orange', stage: 'now' })).toContain('old');
    const near = new Hamlet();
    stopped(near, 'old', { severity: 'blue', stage: 'now' });
    expect(stopMore(near, { severity: 'blue', stage: '2h' })).toContain('old');
  });

  test('one that other words have made valid for longer is held for as long as those are, and then goes first', () => {
    for (const isOver of [false, true]) {
      const village = new Hamlet();
      stopped(village, 'old', { severity: 'red' }, 600_000);
      village.issue({ kind: 'update', alert: alert('old', { text: '改到山上' }) }, { validForMs });
      const news = Object.values(village.village.durable.broadcasts)[0]?.news;
      // The last of those behind it is stopped at that instant.
      village.run((news?.expiresAt ?? 0) - village.mono - (isOver ? 630 : 640));
      expect(stopMore(village, { severity: 'blue' }).includes('old')).toBe(!isOver);
    }
  });
});

test('a stop of the fullest queue costs no more than twice what it cost to fill it', () => {
  const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, queueMax: 1_000 } });
  const spent = (act: () => void): number => {
    const { user } = process.cpuUsage();
    act();
    return process.cpuUsage().user - user;
  };
  const filling = spent(() => {
    for (let n = 0; n < 1_000; n += 1)
      village.issue({ kind: 'issue', alert: alert(`a${n}`) }, { validForMs: 3_600_000 });
  });
  const stopping = spent(() => stopAll(village));
  expect(live(village)).toEqual([]);
  expect(stopping).toBeLessThan(2 * filling);
});
