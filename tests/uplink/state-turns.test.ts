import { expect, it, vi } from 'vitest';
import { openStateTurns } from '../../src/uplink/state-turns.ts';
import { timersOf } from '../../src/uplink/timers.ts';
import { FakeClock, makeBench, start } from './fixture.ts';

const newTurns = () => {
  const clock = new FakeClock();
  const [pings, sentAt]: [number[], number[]] = [[], []];
  const turns = openStateTurns({
    ...{ clock, timers: timersOf(clock) },
    ping: (number) => pings.push(number),
    send: () => sentAt.push(clock.now()),
  });
  return { clock, pings, sentAt, turns };
};

it('a changed state waits for the answer to its own ping: one to an earlier ping says nothing of the line now', () => {
  const { pings, sentAt, turns } = newTurns();
  turns.ping();
  turns.changed();
  expect(pings).toEqual([1, 2]);
  turns.heard(0);
  turns.heard(1);
  expect(sentAt).toEqual([]);
  turns.heard(2);
  expect(sentAt).toEqual([0]);
});

it('the answer to a later ping is one to all before it', () => {
  const { sentAt, turns } = newTurns();
  turns.changed();
  turns.ping();
  turns.heard(2);
  expect(sentAt).toHaveLength(1);
});

it('the line is left alone for three times as long as the answer took, and what changes meanwhile goes out once', async () => {
  const { clock, pings, sentAt, turns } = newTurns();
  turns.changed();
  turns.changed();
  await clock.pass(1_000);
  turns.heard(1);
  for (let second = 0; second < 2; second += 1) {
    turns.changed();
    turns.heard(1);
    await clock.pass(1_000);
  }
  expect([pings, sentAt]).toEqual([[1], []]);
  await clock.pass(10_000);
  expect([pings, sentAt]).toEqual([[1], [4_000]]);
  turns.changed();
  turns.heard(2);
  expect([pings, sentAt]).toEqual([
    [1, 2],
    [4_000, 13_000],
  ]);
});

it.each([
  ['asked a question that was never answered', false],
  ['was being left alone', true],
])('a changed state goes out on a new link also where the one before %s', async (_, isAnswered) => {
  const bench = makeBench();
  const uplink = start(bench);
  const states = (): number => bench.newest().sent.filter(({ type }) => type === 'snapshot').length;
  bench.newest().open();
  bench.newest().answersPings = false;
  uplink.sendSnapshot();
  await bench.clock.pass(10_000);
  if (isAnswered) bench.newest().lives();
  bench.newest().cut();
  await bench.redial();
  bench.newest().open();
  expect(states()).toBe(1);
  uplink.sendSnapshot();
  expect(states()).toBe(2);
});

it('a centre that answers the newest ping alone, as it may, gets the changed state', async () => {
  const bench = makeBench();
  const uplink = start(bench);
  const link = bench.newest();
  link.open();
  const pinged = vi.spyOn(link, 'ping');
  link.answersPings = false;
  uplink.sendSnapshot();
  await bench.clock.pass(31_000);
  expect(pinged).toHaveBeenCalledTimes(2);
  link.lives(pinged.mock.lastCall?.[0]);
  link.answersPings = true;
  await bench.clock.pass(3 * 31_000);
  expect(link.sent.filter(({ type }) => type === 'snapshot')).toHaveLength(2);
});
