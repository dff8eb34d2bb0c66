import { expect, test } from 'vitest';
import { Bench } from './loop-bench.ts';

const quietTest = { kind: 'quiet-test', id: 'q1', person: 'li', terminals: [] } as const;

const runs = async (bench: Bench, seconds: number, answer: 'durable' | 'failing'): Promise<void> => {
  for (let second = 0; second < seconds; second += 1) {
    bench.advance(1_000);
    await bench.disk(answer);
  }
};

const tested = (bench: Bench): number => bench.kinds().filter((kind) => kind === 'quiet-test').length;
const done = (bench: Bench): readonly string[] =>
  bench.released.flatMap(({ body }) => (body.stage === 'done' ? [body.what] : []));

test.each([
  ['its own record', 0],
  ['one while it went on', 1],
] as const)(
  'a test that nobody hears is given up where the disk does not take %s, and no unit is blamed',
  async (_, begun) => {
    const bench = new Bench();
    void bench.loop.tell(quietTest);
    if (begun === 1) {
      await bench.disk('durable');
      void bench.loop.tell({ kind: 'noted', code: 'x', detail: '' });
    }
    await bench.disk('failing');
    await runs(bench, 600, 'failing');
    expect(tested(bench)).toBe(begun);
    const { quietRun, quietTests, terminals } = bench.loop.village().durable;
    expect({ quietRun, quietTests, terminals }).toEqual({ quietRun: null, quietTests: {}, terminals: {} });
    await runs(bench, 4, 'durable');
    expect([tested(bench), done(bench)]).toEqual([begun, ['quiet-test-begun', 'quiet-test-given-up']]);
  },
);

test('a test that is asked for while the disk fails is given up at once', async () => {
  const bench = new Bench();
  void bench.loop.tell({ kind: 'noted', code: 'x', detail: '' });
  await bench.disk('failing');
  void bench.loop.tell(quietTest);
  expect(bench.loop.village().durable.quietRun).toBeNull();
});
