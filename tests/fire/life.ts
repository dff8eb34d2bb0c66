import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { unitEnvironment, unitFlags } from '../../emulator/start/as-the-unit-file.ts';
import { isRunning } from '../support/processes.ts';
import { pause } from '../support/waiting.ts';

/** How a life of the box is begun. */
export interface LifeOptions {
  readonly program: string;
  readonly configDir: string;
  readonly stateDir: string;
  readonly overridesFile: string;
  /** A program that runs the box, as `strace -D …`; the box's own process id must stay that of this command. */
  readonly under?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Ms from the start of the process to its word that it is ready: by the clock, and less what other programs took of it. */
export interface Ready {
  readonly byClockMs: number;
  readonly ownMs: number;
}

/** One life of the real box, from its start to its end, whichever end that is. */
export interface Life {
  readonly pid: number;
  /** When it said that it is ready; null when it ended before. */
  readonly ready: Promise<Ready | null>;
  /** What ended it: a signal, `exit N`; null while it lives. */
  readonly end: () => string | null;
  readonly ended: Promise<string>;
  /** Everything it said on its error output, the newest 64 kB. */
  readonly said: () => string;
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, and SIGKILL after a while. */
  readonly stop: () => Promise<void>;
}

/** Ms that the main thread of a process has waited for a processor that others held; 0 where the kernel does not say. */
const waitedMs = (pid: number): number => {
  try {
    const nanoseconds = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]);
    return Number.isFinite(nanoseconds) ? nanoseconds / 1e6 : 0;
  } catch {
    // It has ended, or the kernel counts nothing: then nothing is taken off.
    return 0;
  }
};

const saidMax = 65_536;
const patienceMs = 15_000;
const gone = 10;

/** As its unit file starts it. */
const spawnBox = (options: LifeOptions): ChildProcess => {
  const { program, configDir, stateDir, overridesFile, under = [], environment = {} } = options;
  const run = ['run', '--config', configDir, '--state', stateDir, '--overrides', overridesFile];
  const [command = '', ...args] = [...under, process.execPath, ...unitFlags, program, ...run];
  return spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...unitEnvironment, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', ...environment },
  });
};

const untilGone = async (pid: number): Promise<void> => {
  while (isRunning(pid)) await pause(gone);
};

export const startLife = (options: LifeOptions): Life => {
  const startedAt = performance.now();
  const child = spawnBox(options);
  const pid = child.pid ?? 0;
  let end: string | null = null;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-saidMax)));
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      end = signal ?? `exit ${String(code)}`;
      resolve(end);
    });
  });
  const ready = new Promise<Ready | null>((resolve) => {
    void ended.then(() => resolve(null));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('UP ')) return;
      const byClockMs = performance.now() - startedAt;
      resolve({ byClockMs, ownMs: byClockMs - waitedMs(pid) });
    });
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await untilGone(pid);
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(timer);
  };
  return { pid, ready, end: () => end, ended, said: () => said, kill, stop };
};
