import type { Clock } from '../make/clock.ts';
import { failed } from '../../words/failure.ts';
import { pcmRate, type Pcm } from '../pcm.ts';
import { spawnPlayer, type PlayerProcess, type StartPlayer } from './player-process.ts';
import { bytesOf, retryMs, type Sink, type SinkEvents, type SinkState } from './sink.ts';

export interface AlsaPlayerOptions {
  readonly output: string;
  readonly device: string;
  readonly clock: Clock;
  readonly events: SinkEvents;
  readonly start?: StartPlayer;
}

/**
 * The card's own buffer: short, so that a stop is soon heard; aplay's 500 ms would begin half a second late. What is handed
 * over before it is due fills it at once and a little more (see pacer.ts): a player that waits for a full one waits for nothing.
 */
const bufferUs = 40_000;
const periodUs = 10_000;

const player = 'aplay';

const argsOf = (device: string): readonly string[] => [
  ...['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(pcmRate), '-D', device],
  ...[`--buffer-time=${bufferUs}`, `--period-time=${periodUs}`, `--start-delay=${periodUs}`],
];

/** aplay says so when it has opened the device. */
const openedWords = /^Playing raw data/m;
/** A player that takes nothing for this long is stuck in its device. */
const stuckBytes = (2 * pcmRate * 400) / 1000;
const longestRetryMs = 2_000;
/** A device that is there opens within a moment; one that hangs in it would be fed for ever, and nobody told. */
const openWithinMs = 5_000;
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
class AlsaPlayer implements Sink {
  private readonly options: AlsaPlayerOptions;
  private running: PlayerProcess | null = null;
  private now: SinkState = { state: 'starting' };
  private attempts = 0;
  private openBy: number | null = null;
  private isClosed = false;
  private forget: () => void = () => undefined;

  constructor(options: AlsaPlayerOptions) {
    this.options = options;
    this.begin();
  }

  state(): SinkState {
    return this.now;
  }

  write(frame: Pcm): boolean {
    if (this.running === null) return false;
    if (this.running.waiting() > stuckBytes) {
      this.drop();
      return false;
    }
    this.running.write(bytesOf(frame));
    return true;
  }

  /** Killed on purpose: what it held is gone with it, and the next one starts at once. One that was gone is so until it opens. */
  drop(): void {
    this.end();
    if (this.isClosed) return;
    if (this.now.state !== 'gone') this.enter({ state: 'starting' });
    this.begin();
  }

  close(): void {
    this.isClosed = true;
    this.end();
  }

  private end(): void {
    const old = this.running;
    this.running = null;
    this.forget();
    old?.kill();
  }

  private enter(next: SinkState): void {
    const same = this.now.state === next.state && this.now.state !== 'gone';
    this.now = next;
    if (!same && !this.isClosed) this.options.events.onState(next);
  }

  private begin(): void {
    const { device, clock, start = spawnPlayer } = this.options;
    const process = start(player, argsOf(device));
    this.running = process;
    let words = '';
    process.onWords((text) => {
      words = (words + text).slice(-wordsMax * 4);
      if (openedWords.test(words)) this.opened(process);
    });
    process.onExit((how) => this.lost(process, reasonOf(words, how)));
    // One that is stuck before it opened is started again, but has no more time for it.
    this.openBy ??= clock.now() + openWithinMs;
    this.forget = clock.after(Math.max(0, this.openBy - clock.now()), () => {
      this.lost(process, 'it did not open in time');
      process.kill();
    });
  }

  private opened(process: PlayerProcess): void {
    if (this.running !== process) return;
    this.forget();
    this.openBy = null;
    this.attempts = 0;
    this.enter({ state: 'open' });
  }

  private lost(process: PlayerProcess, why: string): void {
    if (this.running !== process || this.isClosed) return;
    const { output, clock } = this.options;
    this.running = null;
    this.openBy = null;
    this.forget();
    this.enter({ state: 'gone', failure: failed('audio-player', { output, player, why }).failure });
    this.forget = clock.after(retryMs(this.attempts, longestRetryMs), () => this.begin());
    this.attempts += 1;
  }
}

export const createAlsaPlayer = (options: AlsaPlayerOptions): Sink => new AlsaPlayer(options);
