import { expect, test } from 'vitest';
import { createSoundChild, type SoundProcess } from '../../src/audio/sound-child.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';

/** Sound processes that say they are alive when they are asked, or nothing at all, on a clock of their own. */
const village = (answers: boolean) => {
  const time = new VirtualTime();
  const troubles: string[] = [];
  const killedAt: number[] = [];
  let started = 0;
  const start = (): SoundProcess => {
    started += 1;
    let gone = (): void => undefined;
    let hear: (message: unknown) => void = () => undefined;
    return {
      send: (ask) => {
        if (answers && ask.do === 'alive') time.after(1, () => hear({ say: 'alive' }));
      },
      onMessage: (take) => void (hear = take),
      onExit: (told) => (gone = told),
      end: () => gone(),
      kill: () => {
        killedAt.push(time.now());
        gone();
      },
      pid: started,
    };
  };
  const child = createSoundChild({
    setup: { outputs: [], ears: [], maker: { cacheFolder: null, mostCacheBytes: 0, speech: { engine: 'builtin' } } },
    onOutput: () => undefined,
    onTrouble: ({ code }) => troubles.push(code),
    clock: { now: () => time.now(), after: (ms, call) => time.after(ms, call) },
    start,
  });
  return { time, child, troubles, killedAt, started: () => started };
};

test('a sound process that says nothing any more is ended, what it played has failed, and another is started', async () => {
  const { time, child, troubles, killedAt, started } = village(false);
  const ended: (string | undefined)[] = [];
  const run = child.begin('card', [], {
    onSounding: () => undefined,
    onQuiet: () => undefined,
    onInstead: () => undefined,
    onHeard: () => undefined,
    onEnded: ({ failure }) => ended.push(failure?.code),
  });
  run.start(0);
  await time.runUntil(21_000);
  expect([killedAt, ended, troubles, started()]).toEqual([[20_000], ['audio-child'], ['audio-child'], 2]);
  await child.close();
  await time.runUntil(60_000);
  expect([killedAt.length, started()]).toEqual([1, 2]);
});

test('one that answers is left alone, however long nothing is played', async () => {
  const { time, child, killedAt, started } = village(true);
  await time.runUntil(600_000);
  expect([killedAt, started()]).toEqual([[], 1]);
  await child.close();
});
