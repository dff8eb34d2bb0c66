import { expect, it } from 'vitest';
import type { MonoMs } from '../../src/core/time.ts';
import { openBacklog } from '../../src/uplink/backlog.ts';
import { timersOf } from '../../src/uplink/timers.ts';
import { FakeClock } from './fixture.ts';

const makeBacklog = () => {
  const clock = new FakeClock();
  const taken: { readonly text: string | null; readonly receivedAt: MonoMs }[] = [];
  const budget = { left: 0 };
  const backlog = openBacklog({
    ...{ clock, timers: timersOf(clock) },
    admit: () => (budget.left > 0 ? ((budget.left -= 1), 0) : 100),
    take: (text, receivedAt) => void taken.push({ text, receivedAt }),
    hold: () => undefined,
    overflow: () => expect.unreachable('less waits than may'),
  });
  return { clock, taken, budget, backlog };
};

it('what waits for nothing bears the instant at which it came, however long the box has run', async () => {
  const { clock, taken, budget, backlog } = makeBacklog();
  await clock.pass(86_400_000);
  budget.left = 1;
  backlog.push('evacuate');
  expect(taken).toEqual([{ text: 'evacuate', receivedAt: 86_400_000 }]);
});

it('what waits bears the instant at which it came, each its own', async () => {
  const { clock, taken, budget, backlog } = makeBacklog();
  for (const text of ['first', 'second', 'third']) {
    await clock.pass(1_000);
    backlog.push(text);
  }
  budget.left = 3;
  await clock.pass(1_000);
  expect(taken.map(({ receivedAt }) => receivedAt)).toEqual([1_000, 2_000, 3_000]);
});

it('of many thousand orders that wait, come and are taken, none is lost, repeated or overtaken', async () => {
  const { clock, taken, budget, backlog } = makeBacklog();
  const orders = Array.from({ length: 9_000 }, (_, index) => String(index).padEnd(200));
  for (let from = 0; from < orders.length; from += 3_000) {
    for (const text of orders.slice(from, from + 3_000)) backlog.push(text);
    budget.left = 2_500;
    await clock.pass(1_000);
  }
  budget.left = orders.length;
  await clock.pass(1_000);
  expect(taken.map(({ text }) => text)).toEqual(orders);
});
