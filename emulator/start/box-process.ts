import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { coveredStdio } from '../line/covered-stdio.ts';
import { unitEnvironment, unitFlags } from './as-the-unit-file.ts';

export interface BoxProcessOptions {
  readonly program: string;
  readonly configDir: string;
  readonly stateDir: string;
  readonly overridesFile: string;
  readonly logFile: string;
  /** Address of the box's page, as the box says it once it listens there. */
  readonly pageUrl: string;
  readonly onStarted: (pid: number) => void;
  readonly onDied: (how: string, restartMs: number) => void;
}

export interface BoxProcess {
  readonly pid: () => number | null;
  /** How often the supervisor had to start it. */
  readonly starts: () => number;
  /** Settles once the box has said that its page listens. */
  readonly pageIsUp: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A promise that settles with the first line, of any start of the box, that holds the words. */
const lineWatch = (words: string) => {
  let settle: () => void = () => undefined;
  const isSaid = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const watch = (output: Readable | null): void => {
    if (output === null) return;
    createInterface({ input: output }).on('line', (line) => {
      if (line.includes(words)) settle();
    });
  };
  return { isSaid, watch };
};

/** First restart at once, then slower, as systemd's RestartSec would; a box that keeps dying must not spin. */
const restartMs = (inARow: number): number => Math.min(5_000, 200 * 2 ** inARow);
const steadyMs = 10_000;
/** After this long an orderly end is given up. */
const patienceMs = 5_000;

/** As its unit file starts it. */
const spawnBox = ({ program, configDir, stateDir, overridesFile }: BoxProcessOptions): ChildProcess => {
  const args = [program, 'run', '--config', configDir, '--state', stateDir, '--overrides', overridesFile];
  return spawn(process.execPath, [...unitFlags, ...args], {
    env: { ...process.env, ...unitEnvironment },
    stdio: coveredStdio('ignore', 'pipe', 'pipe'),
  });
};

/**
 * The box as a supervised child process: the very program that runs on site, restarted when it dies, as its systemd unit
 * does. What it says goes to a log file.
 */
export const superviseBox = (options: BoxProcessOptions): BoxProcess => {
  const log: WriteStream = createWriteStream(options.logFile, { flags: 'a' });
  const page = lineWatch(options.pageUrl);
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let starts = 0;
  let inARow = 0;
  let ending = false;

  const start = (): void => {
    timer = null;
    starts += 1;
    const startedAt = performance.now();
    const started = spawnBox(options);
    child = started;
    started.stdout?.pipe(log, { end: false });
    page.watch(started.stdout);
    started.stderr?.pipe(log, { end: false });
    if (started.pid !== undefined) options.onStarted(started.pid);
    started.once('error', (error) => log.write(`${error.message}\n`));
    started.once('close', (code, signal) => {
      child = null;
      if (ending) return;
      inARow = performance.now() - startedAt > steadyMs ? 0 : inARow + 1;
      const waitMs = restartMs(inARow);
      options.onDied(signal ?? `exit ${String(code)}`, waitMs);
      timer = setTimeout(start, waitMs);
    });
  };

  start();
  return {
    pid: () => child?.pid ?? null,
    starts: () => starts,
    pageIsUp: page.isSaid,
    stop: () =>
      new Promise((resolve) => {
        ending = true;
        if (timer !== null) clearTimeout(timer);
        const running = child;
        const done = (): void => {
          log.end();
          resolve();
        };
        if (running === null) {
          done();
          return;
        }
        const giveUp = setTimeout(() => running.kill('SIGKILL'), patienceMs);
        running.once('close', () => {
          clearTimeout(giveUp);
          done();
        });
        running.kill('SIGTERM');
      }),
  };
};

/** Runs the box program once for its output, with `input` to read; throws with what it said when it fails. */
export const askProgram = (program: string, args: readonly string[], input = ''): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    input,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(stderr.trim() === '' ? `mingluo ${args.join(' ')}: exit ${String(status)}` : stderr.trim());
  return stdout;
};
