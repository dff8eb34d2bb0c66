import { expect, onTestFinished, test, vi } from 'vitest';
import { createSoundChild, forkSound, type SoundProcess } from '../../src/audio/sound-child.ts';
import { distEntry } from '../support/dist.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';

/**
 * Sound processes that say they are alive when they are asked, or nothing at all, on a clock of their own. The first may
 * die by itself after so long.
 */
const village = (answers: boolean, firstDiesAtMs = Infinity, mayStart: (nth: number) => boolean = () => true) => {
  const time = new VirtualTime();
  const troubles: string[] = [];
  const killedAt: number[] = [];
  let started = 0;
  const start = (): SoundProcess => {
    started += 1;
    if (!mayStart(started)) throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
    let gone = (): void => undefined;
    let hear: (message: unknown) => void = () => undefined;
    return {
      send: (ask) => {
        if (answers && ask.do === 'alive') time.after(1, () => hear({ say: 'alive' }));
      },
      onMessage: (take) => void (hear = take),
      onExit: (told) => {
        gone = told;
        if (started === 1 && firstDiesAtMs < Infinity) time.after(firstDiesAtMs, gone);
      },
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

test('each that is started has all of its time to answer, whatever those before it did', async () => {
  const hung = village(false);
  await hung.time.runUntil(45_000);
  expect(hung.killedAt).toEqual([20_000, 40_020]);
  await hung.child.close();
  const died = village(false, 12_000);
  await died.time.runUntil(35_000);
  expect(died.killedAt).toEqual([32_020]);
  await died.child.close();
});

test('one that the system will not start has died: the box lives on, and tries again until there is one', async () => {
  for (const missing of [1, 2]) {
    const { time, child, troubles, started } = village(true, 5_000, (nth) => nth !== missing);
    await time.runUntil(60_000);
    // The first of those that lived has died by itself, where it was the first that was started.
    expect([started(), troubles]).toEqual(missing === 1 ? [2, ['audio-child']] : [3, ['audio-child', 'audio-child']]);
    await child.close();
  }
});

test('the real sound process answers when it is asked whether it is alive', { timeout: 120_000 }, async () => {
  const real = forkSound(new URL(`file://${distEntry('sound.entry')}`));
  onTestFinished(() => real.end());
  const heard: unknown[] = [];
  real.onMessage((message) => heard.push(message));
  real.send({ do: 'alive' });
  await vi.waitFor(() => expect(heard).toEqual([{ say: 'alive' }]), { timeout: 15_000, interval: 10 });
});
