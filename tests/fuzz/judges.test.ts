import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { runTarget, type RunResult } from './run-target.ts';
import { stillness } from './stillness.ts';
import type { Target, Verdict } from './target.ts';

/** A target with one fault in it, which shows with the input of one seed. */
const planted = (fault: () => Verdict | Promise<Verdict>, more: Partial<Target> = {}): Target => ({
  name: 'planted',
  what: { zh: '埋设的错误', en: 'a planted fault' },
  ...{ covers: [], goal: 1 },
  prepare: () => {
    let taken = 0;
    const take = (): Verdict | Promise<Verdict> => {
      taken += 1;
      return taken < 40 ? null : fault();
    };
    return { shot: () => ({ take, show: () => 'planted input' }) };
  },
  ...more,
});

const found = async (target: Target, count = 60): Promise<RunResult['faults']> =>
  (await runTarget(target, { seed: 1, count })).faults;

/** By processor time: other programs on this machine do not count. */
const busyFor = (ms: number): null => {
  const from = process.cpuUsage();
  const used = (): number => (process.cpuUsage(from).user + process.cpuUsage(from).system) / 1_000;
  while (used() < ms) Math.sqrt(ms);
  return null;
};

test('a parser that throws is found, with its seed and its input', async () => {
  const [first] = await found(
    planted(() => {
      throw new RangeError('out of it');
    }),
  );
  expect(first).toMatchObject({ seed: 40, input: 'planted input' });
  expect(first?.what).toContain('thrown: RangeError: out of it');
});

test('a promise that fails is found', async () => {
  const [first] = await found(planted(() => Promise.reject(new Error('late'))));
  expect(first?.what).toContain('late');
});

test('a verdict is told as it was given', async () => {
  const faults = await found(planted(() => 'a forged order was accepted'));
  expect(faults[0]).toEqual({ seed: 40, what: 'a forged order was accepted', input: 'planted input' });
  expect(faults).toHaveLength(10);
});

test('a parser that works for longer than a tenth of a second is found', async () => {
  const [first] = await found(
    planted(() => busyFor(150)),
    40,
  );
  expect(first?.what).toMatch(/^took \d+ ms$/);
});

test('an input that only waits for a processor is no hang: what counts is the time of its own thread', async () => {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const sleep = (): null => {
    Atomics.wait(asleep, 0, 0, 150);
    return null;
  };
  expect(await found(planted(sleep), 40)).toEqual([]);
});

test('a length of life is no hang, however much work it holds; its longest beat is', async () => {
  const living = (longestMs: number) =>
    planted(() => null, {
      prepare: () => ({ shot: () => ({ take: () => busyFor(110), show: () => '' }), longestMs: () => longestMs }),
    });
  expect(await found(living(60), 3)).toEqual([]);
  expect((await found(living(101), 1))[0]?.what).toBe('took 101 ms');
});

test('what stands still is measured by the beat: work of one beat counts together, whatever its moments', () => {
  let [cpu, now] = [0, 0];
  const live = stillness(
    100,
    () => cpu,
    () => now,
  );
  const moment = (work: number, at: number): void => {
    [cpu, now] = [cpu + work, at];
    live.look();
  };
  for (const at of [0, 0, 0, 90, 100]) moment(30, at);
  for (const at of [150, 200, 260]) moment(40, at);
  expect(live.longestMs()).toBe(150);
  moment(70, 261);
  expect(live.longestMs()).toBe(70);
  cpu += 500;
  live.begin();
  expect(live.longestMs()).toBe(0);
});

test('a parser that keeps what it read is found', async () => {
  const kept: Buffer[] = [];
  const faults = await found(
    planted(() => {
      kept.push(Buffer.alloc(5 * 1024 * 1024, 1));
      return null;
    }),
  );
  expect(faults.at(-1)?.what).toMatch(/^holds \d+ MB more/);
  expect(kept.length).toBeGreaterThan(0);
});

test('a parser that looks for a file or connects is found, also after it has waited', async () => {
  const file = await found(planted(() => (existsSync('/etc/passwd') ? null : 'no such file')));
  expect(file.map(({ what }) => what)).toEqual(['a file, socket or process was touched: fs.existsSync']);
  const socket = await found(
    planted(async () => {
      await Promise.resolve();
      connect(1, '127.0.0.1').on('error', () => undefined);
      return null;
    }),
  );
  expect(socket.some(({ what }) => what.includes('net.connect'))).toBe(true);
});

test('what is wrong only at the end is found', async () => {
  const target = planted(() => null, {
    prepare: () => ({ shot: () => ({ take: () => null, show: () => '' }), end: () => 'an output moved' }),
  });
  expect(await found(target)).toEqual([{ seed: 1, what: 'an output moved', input: '' }]);
});
