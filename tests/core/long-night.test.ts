import { expect, test } from 'vitest';
import { alert, hamlet, Hamlet } from './hamlet.ts';
import { loud, playFor, sirenMs } from './loud.ts';

test('what was tried in items that are over is forgotten: an alarm of many hours makes no wake slower', () => {
  const village = new Hamlet({ ...hamlet, plans: hamlet.plans.map((plan) => ({ ...plan, repeats: 500 })) });
  village.issue({ kind: 'issue', alert: alert('a') }, { validForMs: 10 * 3_600_000 });
  const tried = Array.from({ length: 6_000 }, () => Object.keys(village.run(1_000).village.senses.tries).length);
  expect(Math.max(...tried)).toBeGreaterThan(0);
  expect(Math.max(...tried)).toBeLessThan(20);
});

test('a siren sounds never more than 20 minutes in any hour from one source', () => {
  const village = new Hamlet(loud);
  village.issue({ kind: 'issue', alert: alert('a', { plan: 'loud' }) }, { validForMs: 4 * 3_600_000 });
  playFor(village, 3_600_000);
  expect(sirenMs(village)).toBeLessThanOrEqual(1_200_000);
});
