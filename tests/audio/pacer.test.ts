import { expect, test } from 'vitest';
import { createPacer } from '../../src/audio/out/pacer.ts';
import type { Clock } from '../../src/audio/make/clock.ts';
import { samplesOfMs, type Pcm } from '../../src/audio/pcm.ts';

const frame = (value: number): Pcm => new Int16Array(samplesOfMs(20)).fill(value);

/** A clock that a test moves, and a sink that notes what came when. */
const rig = () => {
  let now = 0;
  let waiting: { readonly at: number; readonly call: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (ms, call) => {
      const one = { at: now + ms, call };
      waiting.push(one);
      return () => (waiting = waiting.filter((other) => other !== one));
    },
  };
  const written: { readonly at: number; readonly value: number }[] = [];
  const pacer = createPacer(
    { write: (pcm) => written.push({ at: now, value: pcm[0] ?? 0 }) > 0, drop: () => undefined },
    clock,
  );
  const run = (ms: number): void => {
    for (const end = now + ms; now < end; now += 1) {
      const due = waiting.filter(({ at }) => at <= now);
      waiting = waiting.filter(({ at }) => at > now);
      for (const { call } of due) call();
    }
  };
  return { pacer, written, run };
};

test('more than a card holds is handed over at once, then a frame each 20 ms', () => {
  const { pacer, written, run } = rig();
  pacer.play(
    () => frame(7),
    () => undefined,
  );
  run(101);
  expect(written.filter(({ at }) => at === 0)).toHaveLength(3);
  expect(written.slice(3).map(({ at }) => at)).toEqual([20, 40, 60, 80, 100]);
});

test('no silence goes ahead of a sound that is still being made', () => {
  const { pacer, written, run } = rig();
  let isMade = false;
  pacer.play(
    () => (isMade ? frame(7) : new Int16Array(0)),
    () => undefined,
  );
  run(55);
  expect(written).toEqual([]);
  isMade = true;
  run(30);
  expect(written[0]?.at).toBeLessThanOrEqual(57);
  expect(written.slice(0, 3).map(({ value }) => value)).toEqual([7, 7, 7]);
  expect(written).toHaveLength(4);
});

test('a gap in the middle is silence of its own length', () => {
  const { pacer, written, run } = rig();
  let isThere = true;
  pacer.play(
    () => (isThere ? frame(7) : new Int16Array(0)),
    () => undefined,
  );
  run(41);
  isThere = false;
  run(40);
  isThere = true;
  run(40);
  expect(written.map(({ value }) => value)).toEqual([7, 7, 7, 7, 7, 0, 0, 7, 7]);
});

test('what is never made ends', () => {
  const { pacer, run } = rig();
  let ended = 0;
  pacer.play(
    () => null,
    () => (ended += 1),
  );
  run(300);
  expect(ended).toBe(1);
});
