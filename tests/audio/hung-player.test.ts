import { expect, test } from 'vitest';
import type { Clock } from '../../src/audio/make/clock.ts';
import { createAlsaPlayer } from '../../src/audio/out/alsa-player.ts';
import type { PlayerProcess } from '../../src/audio/out/player-process.ts';
import { createPlayingOutput } from '../../src/audio/out/playing-output.ts';
import type { SoundTell } from '../../src/audio/out/sound-messages.ts';
import { samplesOfMs } from '../../src/audio/pcm.ts';
import type { SoundMaker } from '../../src/audio/programme.ts';
import { ok } from '../../src/words/failure.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';

/** What a player that was started does: its device opens, never opens, or is not there. */
type Fate = 'opens' | 'hangs' | 'dies';

/** Half a minute that can be heard. */
const maker: SoundMaker = {
  pieces: async function* () {
    const pcm = Int16Array.from({ length: samplesOfMs(30_000) }, (_, index) => (index % 2 === 0 ? 9_000 : -9_000));
    yield await Promise.resolve(ok({ pcm, instead: null }));
  },
  prepare: () => Promise.resolve(),
  make: () => Promise.resolve(ok(new Int16Array(0))),
  close: () => Promise.resolve(),
};

/** One sound card behind a player whose fate a test decides, on a clock of its own. */
const cardWith = (first: Fate) => {
  const time = new VirtualTime();
  const clock: Clock = { now: () => time.now(), after: (ms, call) => time.after(ms, call) };
  const tells: SoundTell[] = [];
  const card = { fate: first, pull: (): void => undefined };
  /** Players that live, and the most that ever did at once. */
  const players = { living: 0, most: 0 };
  const start = (): PlayerProcess => {
    const { fate } = card;
    let waiting = 0;
    let isLiving = true;
    players.most = Math.max(players.most, (players.living += 1));
    const leave = (): void => {
      if (isLiving) players.living -= 1;
      isLiving = false;
    };
    return {
      write: ({ length }) => {
        if (card.fate === 'hangs') waiting += length;
        return true;
      },
      waiting: () => waiting,
      onOutput: () => undefined,
      onWords: (take) => {
        if (fate === 'opens') clock.after(20, () => take('Playing raw data\n'));
      },
      onExit: (gone) => {
        card.pull = () => {
          leave();
          gone('exit 1');
        };
        if (fate === 'dies') clock.after(20, card.pull);
      },
      kill: leave,
      pid: 1,
    };
  };
  const output = createPlayingOutput({
    ...{ clock, output: { id: 'card', via: { kind: 'alsa', device: 'd' } }, ears: [], maker },
    tell: (tell) => void tells.push(tell),
    record: () => () => undefined,
    sink: (_, events) => createAlsaPlayer({ output: 'card', device: 'd', clock, events, start }),
  });
  const play = async (run: number): Promise<void> => {
    output.begin(run, [[{ make: 'file', path: 'x', longestMs: 60_000 }]], () => undefined);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    output.start(run, 0);
  };
  return {
    ...{ time, card, play, players },
    ends: () => tells.flatMap((tell) => (tell.say === 'ended' ? [tell.failure?.code ?? 'played'] : [])),
    /** What was told of the card, without what only repeats the last. */
    outputs: () =>
      tells
        .flatMap((tell) => (tell.say === 'output' ? [tell.failure?.code ?? 'there'] : []))
        .filter((said, index, all) => said !== all[index - 1]),
  };
};

test('a card that never opens is told as lost, and what plays into it has failed', async () => {
  const { time, play, players, ends, outputs } = cardWith('hangs');
  await play(1);
  await time.runUntil(40_000);
  expect(outputs()).toEqual(['audio-player']);
  expect(ends()).toEqual(['audio-player']);
  // No player that was given up still holds the card against the next one.
  expect(players.most).toBe(1);
});

test('a card that hangs in the middle of a warning is told as lost, and is there again when it opens', async () => {
  const { time, card, play, ends, outputs } = cardWith('opens');
  await time.runUntil(1_000);
  card.fate = 'hangs';
  await play(1);
  await time.runUntil(20_000);
  expect([outputs(), ends()]).toEqual([['there', 'audio-player'], ['audio-player']]);
  card.fate = 'opens';
  await time.runUntil(40_000);
  expect(outputs()).toEqual(['there', 'audio-player', 'there']);
});

test('a card that opened is there however much later its player is begun anew', async () => {
  const { time, play, ends, outputs } = cardWith('opens');
  await time.runUntil(10_000);
  await play(1);
  await time.runUntil(11_000);
  await play(2);
  await time.runUntil(12_000);
  expect([outputs(), ends()]).toEqual([['there'], ['played']]);
});

test('what plays into a card that was pulled out has failed, however often its player is started again', async () => {
  const { time, card, play, ends, outputs } = cardWith('opens');
  await time.runUntil(1_000);
  card.fate = 'dies';
  await play(1);
  card.pull();
  await time.runUntil(6_000);
  expect(ends()).toEqual(['audio-player']);
  // Given up is not found again.
  await time.runUntil(20_000);
  expect(outputs()).toEqual(['there', 'audio-player']);
});
