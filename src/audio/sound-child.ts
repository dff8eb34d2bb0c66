import { fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failed, type Failure } from '../words/failure.ts';
import { silentDbfs } from './level.ts';
import { machineAheadMs } from './machine-clock.ts';
import { realClock, type Clock } from './make/clock.ts';
import type { Ways } from './out/part-feed.ts';
import { isSoundTell, type SoundAsk, type SoundSetup, type SoundTell } from './out/sound-messages.ts';
import type { Programme } from './programme.ts';

/** What happens to one item; each is told at most once but `quiet` and `heard`, and nothing after `ended`. */
export interface RunEvents {
  /** The first of the item itself that can be heard has been handed over, at this instant of our own monotonic clock. */
  readonly onSounding: (at: number) => void;
  /** It pauses in its middle, since and until these instants of our own clock; `until` null while it lasts. */
  readonly onQuiet: (from: number, until: number | null) => void;
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
  /** How far the clock of the instants that the process tells is ahead of our own. */
  readonly aheadMs?: number;
  readonly start?: () => SoundProcess;
}

const ownEntry = new URL('./sound.entry.ts', import.meta.url);
/** Times after which it is started again when it keeps dying. */
const restartMs = (inARow: number): number => Math.min(1_000, 20 * 2 ** inARow);
const steadyMs = 10_000;
const closeWithinMs = 1_500;
/** A process that answers none of so many questions in a row hangs. Counted, not timed: a stall of our own is no silence. */
const askEveryMs = 5_000;
const asksUnanswered = 3;

/** Starts the process beside this program, compiled or through tsx. */
export const forkSound = (entry: URL = ownEntry): SoundProcess => {
  const child = fork(entry, {
    cwd: dirname(fileURLToPath(entry)),
    // A small young generation: what is made and played passes through in small pieces.
    execArgv: [
      ...['--max-old-space-size=128', '--max-semi-space-size=1'],
      ...(entry.pathname.endsWith('.ts') ? ['--import', 'tsx'] : []),
    ],
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

const deliver = (runs: Map<number, OpenRun>, tell: Extract<SoundTell, { run: number }>, aheadMs: number): void => {
  const run = runs.get(tell.run);
  if (run === undefined) return;
  const { events } = run;
  switch (tell.say) {
    case 'sounding':
      events.onSounding(tell.at - aheadMs);
      return;
    case 'quiet':
      events.onQuiet(tell.from - aheadMs, tell.until === null ? null : tell.until - aheadMs);
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
 * Keeps the sound process running: started again at once when it dies, never later than a second, and ended when it hangs.
 * What it was playing then has failed, and says so; the broadcast goes on by the rules of core.
 */
class Child implements SoundChild {
  private readonly options: SoundChildOptions;
  private readonly clock: Clock;
  private readonly runs = new Map<number, OpenRun>();
  private child: SoundProcess | null = null;
  private lastRun = 0;
  private inARow = 0;
  private isClosed = false;
  private programmes: readonly Programme[] = [];
  private unanswered = 0;
  private forget: () => void = () => undefined;
  private forgetAsking: () => void = () => undefined;
  private gone: () => void = () => undefined;

  constructor(options: SoundChildOptions) {
    this.options = options;
    this.clock = options.clock ?? realClock;
    this.launch();
  }

  pid(): number | undefined {
    return this.child?.pid;
  }

  prepare(wanted: readonly Programme[]): void {
    this.programmes = wanted;
    this.child?.send({ do: 'prepare', programmes: wanted });
  }

  begin(output: string, ways: Ways, events: RunEvents): SoundRun {
    this.lastRun += 1;
    const run = this.lastRun;
    this.runs.set(run, { output, events });
    if (this.child === null) {
      // Told a moment later, as everything else is.
      this.clock.after(0, () => {
        if (this.runs.delete(run)) events.onEnded({ ...nothingPlayed, failure: failed('audio-child').failure });
      });
    } else this.child.send({ do: 'begin', run, output, ways });
    return {
      start: (leadMs) => this.child?.send({ do: 'start', run, leadMs }),
      stop: () => this.child?.send({ do: 'stop', run }),
    };
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.forget();
    this.forgetAsking();
    this.endAll();
    const { child } = this;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      const giveUp = this.clock.after(closeWithinMs, () => child.kill());
      this.gone = () => {
        giveUp();
        resolve();
      };
      child.end();
    });
  }

  private hear(message: unknown): void {
    if (!isSoundTell(message)) return;
    this.unanswered = 0;
    if ('run' in message) deliver(this.runs, message, this.options.aheadMs ?? machineAheadMs());
    else if (message.say === 'output') this.options.onOutput(message.output, message.failure);
    else if (message.say === 'prepared') this.options.onPrepared?.(message.made, message.of);
    else if (message.say === 'trouble') this.options.onTrouble(message.failure);
  }

  private endAll(): void {
    const { failure } = failed('audio-child');
    const open = [...this.runs.values()];
    this.runs.clear();
    for (const { events } of open) events.onEnded({ ...nothingPlayed, failure });
  }

  /** Short of memory the system starts none, and Node throws: that is one which has died. */
  private started(start: () => SoundProcess): SoundProcess {
    try {
      return start();
    } catch {
      const nothing = (): void => undefined;
      const onExit = (gone: () => void): void => void this.clock.after(0, gone);
      return { send: nothing, onMessage: nothing, onExit, end: nothing, kill: nothing, pid: undefined };
    }
  }

  private launch(): void {
    const { setup, start = () => forkSound() } = this.options;
    const fresh = this.started(start);
    const startedAt = this.clock.now();
    this.child = fresh;
    fresh.onMessage((message) => this.hear(message));
    fresh.onExit(() => this.died(fresh, startedAt));
    this.unanswered = 0;
    this.askAlive(fresh);
    fresh.send({ do: 'setup', setup });
    if (this.programmes.length > 0) fresh.send({ do: 'prepare', programmes: this.programmes });
  }

  private askAlive(process: SoundProcess): void {
    this.forgetAsking = this.clock.after(askEveryMs, () => {
      if (this.unanswered >= asksUnanswered) {
        process.kill();
        return;
      }
      this.unanswered += 1;
      process.send({ do: 'alive' });
      this.askAlive(process);
    });
  }

  private died(process: SoundProcess, startedAt: number): void {
    if (this.child !== process) return;
    this.child = null;
    this.forgetAsking();
    this.gone();
    if (this.isClosed) return;
    this.endAll();
    this.options.onTrouble(failed('audio-child').failure);
    this.inARow = this.clock.now() - startedAt > steadyMs ? 0 : this.inARow + 1;
    this.forget = this.clock.after(restartMs(this.inARow), () => this.launch());
  }
}

export const createSoundChild = (options: SoundChildOptions): SoundChild => new Child(options);
