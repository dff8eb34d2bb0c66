import type { Clock } from '../make/clock.ts';
import { failed, type Failure } from '../../words/failure.ts';
import { pcmRate } from '../pcm.ts';
import { spawnPlayer, type PlayerProcess, type StartPlayer } from './player-process.ts';
import { bytesOf, retryMs, type Sink, type SinkEvents, type SinkState } from './sink.ts';

export interface AlsaPlayerOptions {
  readonly output: string;
  readonly player: 'aplay' | 'pw-play';
  readonly device: string;
  readonly clock: Clock;
  readonly events: SinkEvents;
  readonly start?: StartPlayer;
}

/** The card's own buffer: short, so that a stop is soon heard; aplay's 500 ms would begin half a second late. */
const bufferUs = 80_000;
const periodUs = 20_000;

const argsOf = (player: AlsaPlayerOptions['player'], device: string): readonly string[] =>
  player === 'aplay'
    ? [
        ...['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(pcmRate), '-D', device],
        ...[`--buffer-time=${bufferUs}`, `--period-time=${periodUs}`, `--start-delay=${periodUs}`],
      ]
    : [
        ...['--playback', '--raw', '--format', 's16', '--channels', '1', '--rate', String(pcmRate)],
        ...['--latency', '40ms', ...(device === 'default' ? [] : ['--target', device]), '-'],
      ];

/** aplay says so when it has opened the device; pw-play says nothing and is taken to be open when it lives this long. */
const openedWords = /^Playing raw data/m;
const livesMs = 300;
/** A player that takes nothing for this long is stuck in its device. */
const stuckBytes = (2 * pcmRate * 400) / 1000;
const longestRetryMs = 2_000;
const wordsMax = 400;

/** The last line of what it said is the reason; warnings of other kinds stand before it. */
const reasonOf = (words: string, how: string): string => {
  const last = words
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .at(-1);
  return (last ?? how).slice(0, wordsMax);
};

/**
 * A persistent player on the machine's sound system, fed through a pipe and started again when it dies: at once, then
 * slower, never later than two seconds. When we die its input closes, and it falls silent by itself.
 */
export const createAlsaPlayer = (options: AlsaPlayerOptions): Sink => {
  const { output, player, device, clock, events, start = spawnPlayer } = options;
  let running: PlayerProcess | null = null;
  let state: SinkState = { state: 'starting' };
  let attempts = 0;
  let isClosed = false;
  let forget = (): void => undefined;
  const enter = (next: SinkState): void => {
    const same = state.state === next.state && state.state !== 'gone';
    state = next;
    if (!same && !isClosed) events.onState(next);
  };
  const lost = (failure: Failure): void => {
    running = null;
    if (isClosed) return;
    enter({ state: 'gone', failure });
    forget = clock.after(retryMs(attempts, longestRetryMs), begin);
    attempts += 1;
  };
  const opened = (process: PlayerProcess): void => {
    if (running !== process) return;
    attempts = 0;
    enter({ state: 'open' });
  };
  const begin = (): void => {
    const process = start(player, argsOf(player, device));
    running = process;
    let words = '';
    process.onWords((text) => {
      words = (words + text).slice(-wordsMax * 4);
      if (player === 'aplay' && openedWords.test(words)) opened(process);
    });
    process.onExit((how) => {
      if (running !== process) return;
      forget();
      lost(failed('audio-player', { output, player, why: reasonOf(words, how) }).failure);
    });
    if (player === 'pw-play') forget = clock.after(livesMs, () => opened(process));
  };
  /** Killed on purpose: what it held is gone with it, and the next one starts at once. */
  const restart = (): void => {
    const old = running;
    running = null;
    forget();
    old?.kill();
    if (isClosed) return;
    enter({ state: 'starting' });
    begin();
  };
  begin();
  return {
    state: () => state,
    write: (frame) => {
      if (running === null) return false;
      if (running.waiting() > stuckBytes) {
        restart();
        return false;
      }
      running.write(bytesOf(frame));
      return true;
    },
    drop: restart,
    close: () => {
      isClosed = true;
      forget();
      running?.kill();
      running = null;
    },
  };
};
