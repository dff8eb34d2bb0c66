import { describe, expect, test } from 'vitest';
import { firstWindow, widestWindow, windowAfter } from '../../src/uplink/pace.ts';
import { openUplink } from '../../src/uplink/session.ts';
import { makeBench, numbersIn, settle, snapshotOf, type FakeStore } from './fixture.ts';

interface Line {
  readonly bytesPerSecond: number;
  /** From the last byte's leaving to the arrival of an answer. */
  readonly roundTripMs: number;
  /** So many terminals, whose state changes every ten seconds. */
  readonly terminals?: number;
}

const stateOf = (store: FakeStore, terminals: number) =>
  snapshotOf(store, {
    terminals: Array.from({ length: terminals }, (_, index) => ({
      ...{ id: `siren-${index}`, health: 'well', sounding: 'yes', ageMs: 12_345 },
    })),
  });

/** A centre at the end of a line that carries one byte after the other; a sign of life waits behind all of them. */
const centreBehind = async ({ bytesPerSecond, roundTripMs, terminals }: Line, receipts: number, withinMs: number) => {
  const bench = makeBench({ snapshot: () => stateOf(bench.store, terminals ?? 1) });
  bench.store.newest = receipts;
  let states = 0;
  const uplink = openUplink(bench.options);
  if (!uplink.ok) throw new Error(uplink.failure.code);
  const link = bench.newest();
  const [arrived, ahead]: [number[], number[]] = [[], []];
  let freeAt = 0;
  let read = 0;
  const answers: { at: number; run: () => void }[] = [];
  link.answersPings = false;
  link.open();
  let pings = 0;
  while (arrived.length < receipts && bench.clock.now() < withinMs && !link.ended) {
    const now = bench.clock.now();
    for (const message of link.sent.slice(read)) {
      freeAt = Math.max(freeAt, now) + (1000 * JSON.stringify(message).length) / bytesPerSecond;
      ahead.push(freeAt - now);
      const run = (): void => {
        arrived.push(...numbersIn(message));
        if (message.type === 'snapshot') states += 1;
        const number = arrived.at(-1);
        if (number !== undefined) link.say({ type: 'acknowledge', number });
      };
      answers.push({ at: freeAt + roundTripMs, run });
    }
    read = link.sent.length;
    for (; pings < link.pings; pings += 1) {
      const echo = pings + 1;
      answers.push({ at: Math.max(freeAt, now) + roundTripMs, run: () => link.lives(echo) });
    }
    for (const due of answers.filter(({ at }) => at <= now)) due.run();
    answers.splice(0, answers.length, ...answers.filter(({ at }) => at > now));
    await settle();
    if (terminals !== undefined && now % 10_000 === 0) uplink.value.sendSnapshot();
    await bench.clock.pass(100);
  }
  return {
    arrived,
    states,
    ended: link.ended,
    aheadMs: Math.max(...ahead),
    tookMs: bench.clock.now(),
    links: bench.links.length,
  };
};

const allOf = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('receipts over a line that crawls', () => {
  test('at 2.4 kbit/s all arrive, each once, over one link, and nothing waits half a minute behind them', async () => {
    const line = { bytesPerSecond: 300, roundTripMs: 600 };
    const { arrived, ended, links, aheadMs } = await centreBehind(line, 300, 3_600_000);
    expect(arrived).toEqual(allOf(300));
    expect([ended, links]).toEqual([false, 1]);
    expect(aheadMs).toBeLessThan(30_000);
  });

  test('at 2.4 kbit/s the changing state of 64 terminals leaves most of the line to them', async () => {
    const line = { bytesPerSecond: 300, roundTripMs: 600, terminals: 64 };
    const { arrived, states, links, tookMs } = await centreBehind(line, 300, 3_600_000);
    expect([...new Set(arrived)]).toEqual(allOf(300));
    expect(links).toBe(1);
    expect(tookMs).toBeLessThan(1_200_000);
    expect(states).toBeGreaterThan(tookMs / 180_000);
  });

  test('a wide line carries every change of the state', async () => {
    const line = { bytesPerSecond: 1_000_000, roundTripMs: 2_000, terminals: 64 };
    const { states, tookMs } = await centreBehind(line, 10_000, 3_600_000);
    expect(states).toBeGreaterThanOrEqual(Math.floor(tookMs / 10_000));
  });

  test('two seconds of round trip do not narrow a line that is wide: ten thousand in three minutes', async () => {
    const line = { bytesPerSecond: 1_000_000, roundTripMs: 2_000 };
    const { arrived, tookMs } = await centreBehind(line, 10_000, 3_600_000);
    expect(arrived).toEqual(allOf(10_000));
    expect(tookMs).toBeLessThan(200_000);
  });
});

test('the window grows while answers are quick, shrinks when they are slow, and has both its bounds', () => {
  expect(windowAfter(firstWindow, 100)).toBe(2 * firstWindow);
  expect(windowAfter(firstWindow, 6_000)).toBe(firstWindow);
  expect(windowAfter(firstWindow, 9_000)).toBe(firstWindow / 2);
  expect(windowAfter(widestWindow, 1)).toBe(widestWindow);
  expect(windowAfter(2, 60_000)).toBe(2);
});
