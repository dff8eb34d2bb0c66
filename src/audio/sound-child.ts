import { fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failed, type Failure } from '../words/failure.ts';
import { silentDbfs } from './level.ts';
import { realClock, type Clock } from './make/clock.ts';
import type { Ways } from './out/part-feed.ts';
import { isSoundTell, type SoundAsk, type SoundSetup, type SoundTell } from './out/sound-messages.ts';
import type { Programme } from './programme.ts';

/** What happens to one item; each is told at most once but `heard`, and nothing after `ended`. */
export interface RunEvents {
  /** The first sample of the item itself has been handed over, at this instant of our own monotonic clock. */
  readonly onSounding: (at: number) => void;
  readonly onInstead: (instead: Extract<SoundTell, { say: 'instead' }>['instead']) => void;
  readonly onHeard: (heard: Pick<Extract<SoundTell, { say: 'heard' }>, 'terminal' | 'heard'>) => void;
  readonly onEnded: (ended: Pick<Extract<SoundTell, { say: 'ended' }>, 'level' | 'ms' | 'failure'>) => void;
}

export interface SoundRun {
  readonly start: (leadMs: number) => void;
  readonly stop: () => void;
}

/** The sound process as the box sees it. Nothing here ever waits for it. */
export interface SoundChild {
  /** Begins to make an item for an output; it is heard after `start`. */
  readonly begin: (output: string, ways: Ways, events: RunEvents) => SoundRun;
  readonly prepare: (programmes: readonly Programme[]) => void;
  readonly pid: () => number | undefined;
  readonly close: () => Promise<void>;
}

/** The process behind the channel, as this file needs it; simulated in tests of its supervision. */
export interface SoundProcess {
  readonly send: (ask: SoundAsk) => void;
  readonly onMessage: (take: (message: unknown) => void) => void;
  readonly onExit: (gone: () => void) => void;
  readonly end: () => void;
  readonly kill: () => void;
  readonly pid: number | undefined;
}

export interface SoundChildOptions {
  readonly setup: SoundSetup;
  /** An output is lost (with the reason) or back (null). */
  readonly onOutput: (output: string, failure: Failure | null) => void;
  readonly onPrepared?: (made: number, of: number) => void;
  readonly onTrouble: (failure: Failure) => void;
  readonly clock?: Clock;
  readonly start?: () => SoundProcess;
}

const ownEntry = new URL('./sound.entry.ts', import.meta.url);
/** Times after which it is started again when it keeps dying. */
const restartMs = (inARow: number): number => Math.min(1_000, 20 * 2 ** inARow);
const steadyMs = 10_000;
const closeWithinMs = 1_500;

/** Starts the process beside this program, compiled or through tsx. */
export const forkSound = (entry: URL = ownEntry): SoundProcess => {
  const child = fork(entry, {
    cwd: dirname(fileURLToPath(entry)),
    execArgv: ['--max-old-space-size=128', ...(entry.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [])],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    // A message to a process that has just died is answered by its exit.
    send: (ask) => {
      if (child.connected) child.send(ask, () => undefined);
    },
    onMessage: (take) => child.on('message', take),
    onExit: (gone) => {
      child.once('exit', gone);
      child.once('error', gone);
    },
    end: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => child.kill('SIGKILL'),
    pid: child.pid,
  };
};

interface OpenRun {
  readonly output: string;
  readonly events: RunEvents;
}

const nothingPlayed = { level: { rmsDbfs: silentDbfs, peakDbfs: silentDbfs }, ms: 0 } as const;

const deliver = (runs: Map<number, OpenRun>, tell: Extract<SoundTell, { run: number }>): void => {
  const run = runs.get(tell.run);
  if (run === undefined) return;
  const { events } = run;
  switch (tell.say) {
    case 'sounding':
      events.onSounding(tell.at - performance.timeOrigin);
      return;
    case 'instead':
      events.onInstead(tell.instead);
      return;
    case 'heard':
      events.onHeard(tell);
      return;
    case 'ended':
      runs.delete(tell.run);
      events.onEnded(tell);
  }
};

/**
 * Keeps the sound process running: started again at once when it dies, never later than a second. What it was playing
 * then has failed, and says so; the broadcast goes on by the rules of core.
 */
export const createSoundChild = (options: SoundChildOptions): SoundChild => {
  const { setup, clock = realClock, start = () => forkSound() } = options;
  const runs = new Map<number, OpenRun>();
  let child: SoundProcess | null = null;
  let lastRun = 0;
  let inARow = 0;
  let isClosed = false;
  let programmes: readonly Programme[] = [];
  let forget = (): void => undefined;
  let gone = (): void => undefined;

  const hear = (message: unknown): void => {
    if (!isSoundTell(message)) return;
    if ('run' in message) deliver(runs, message);
    else if (message.say === 'output') options.onOutput(message.output, message.failure);
    else if (message.say === 'prepared') options.onPrepared?.(message.made, message.of);
    else if (message.say === 'trouble') options.onTrouble(message.failure);
  };
  const endAll = (): void => {
    const { failure } = failed('audio-child');
    const open = [...runs.values()];
    runs.clear();
    for (const { events } of open) events.onEnded({ ...nothingPlayed, failure });
  };
  const launch = (): void => {
    const fresh = start();
    const startedAt = clock.now();
    child = fresh;
    fresh.onMessage(hear);
    fresh.onExit(() => {
      if (child !== fresh) return;
      child = null;
      gone();
      if (isClosed) return;
      endAll();
      options.onTrouble(failed('audio-child').failure);
      inARow = clock.now() - startedAt > steadyMs ? 0 : inARow + 1;
      forget = clock.after(restartMs(inARow), launch);
    });
    fresh.send({ do: 'setup', setup });
    if (programmes.length > 0) fresh.send({ do: 'prepare', programmes });
  };
  launch();

  return {
    pid: () => child?.pid,
    prepare: (wanted) => {
      programmes = wanted;
      child?.send({ do: 'prepare', programmes });
    },
    begin: (output, ways, events) => {
      lastRun += 1;
      const run = lastRun;
      runs.set(run, { output, events });
      if (child === null) {
        // Told a moment later, as everything else is.
        clock.after(0, () => {
          if (runs.delete(run)) events.onEnded({ ...nothingPlayed, failure: failed('audio-child').failure });
        });
      } else child.send({ do: 'begin', run, output, ways });
      return {
        start: (leadMs) => child?.send({ do: 'start', run, leadMs }),
        stop: () => child?.send({ do: 'stop', run }),
      };
    },
    close: () =>
      new Promise((resolve) => {
        isClosed = true;
        forget();
        endAll();
        if (child === null) {
          resolve();
          return;
        }
        const giveUp = clock.after(closeWithinMs, () => child?.kill());
        gone = () => {
          giveUp();
          resolve();
        };
        child.end();
      }),
  };
};
