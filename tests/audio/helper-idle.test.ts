import { describe, expect, it } from 'vitest';
import { createHelper, type Child } from '../../src/audio/make/helper-child.ts';
import { VirtualClock } from '../console/virtual-clock.ts';

const bench = () => {
  const clock = new VirtualClock();
  const pass = (ms: number): void => clock.run(ms);
  const alive: boolean[] = [];
  const asked: { readonly id: number }[] = [];
  let hear: (message: unknown) => void = () => undefined;
  const start = (): Child => {
    const number = alive.push(true) - 1;
    return {
      send: (message) => {
        if ('id' in message && typeof message.id === 'number') asked.push({ id: message.id });
      },
      onMessage: (take) => (hear = take),
      onExit: () => undefined,
      kill: () => void (alive[number] = false),
      memory: () => 0,
    };
  };
  const limits = { timeLimitMs: 60_000, memoryLimitBytes: 1e9 };
  const helper = createHelper({ name: 'decode', start, limits, clock, idleMs: 2_000 });
  return { helper, pass, alive, asked, answer: () => hear({ id: asked.at(-1)?.id, end: {} }) };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a child that was started ahead', () => {
  it('ends when nobody asks it in time', () => {
    const { helper, pass, alive } = bench();
    helper.warm();
    pass(1_999);
    expect(alive).toEqual([true]);
    pass(2);
    expect(alive).toEqual([false]);
  });

  it('is the one that is asked, and is not ended while it works', async () => {
    const { helper, pass, alive, asked, answer } = bench();
    helper.warm();
    pass(1_500);
    const told = helper.ask({ ask: {}, take: () => undefined });
    await turn();
    helper.warm();
    pass(10_000);
    expect(alive).toEqual([true]);
    answer();
    expect((await told).ok).toBe(true);
    expect(asked).toHaveLength(1);
    pass(2_001);
    expect(alive).toEqual([false]);
  });

  it('stays as long as it is asked for anew', () => {
    const { helper, pass, alive } = bench();
    for (let count = 0; count < 5; count += 1) {
      helper.warm();
      pass(1_500);
    }
    expect(alive).toEqual([true]);
  });
});

it('a child that the system will not start has died: the question is answered, and the next one tries again', async () => {
  const start = (): Child => {
    throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
  };
  const limits = { timeLimitMs: 60_000, memoryLimitBytes: 1e9 };
  const helper = createHelper({ name: 'speech', start, limits, clock: new VirtualClock(), idleMs: null });
  helper.warm();
  const asked = (): Promise<unknown> => helper.ask({ ask: {}, take: () => undefined });
  expect(await asked()).toMatchObject({ ok: false, failure: { code: 'audio-died', params: { helper: 'speech' } } });
  expect(await asked()).toMatchObject({ ok: false, failure: { code: 'audio-died' } });
});
