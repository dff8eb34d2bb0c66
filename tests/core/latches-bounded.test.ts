import { expect, test } from 'vitest';
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
