import { fork, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failed, type Failure } from '../words/failure.ts';
import { reportIn, type ChildReport, type ChildStart } from './child-messages.ts';

/** A running page process, as its supervisor sees it. */
export interface PageProcess {
  readonly onReport: (listener: (report: ChildReport) => void) => void;
  readonly onEnd: (listener: (how: string) => void) => void;
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => void;
}

export interface SupervisorPorts {
  readonly start: () => PageProcess;
  readonly now: () => number;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly listen: string;
  readonly listening: (port: number) => void;
  /** True while the page is there; the failure when it is not. */
  readonly state: (failure: Failure | null) => void;
  readonly report: (failure: Failure) => void;
}

export interface Supervisor {
  readonly stop: () => Promise<void>;
}

const againMs = { first: 200, longest: 10_000 } as const;
const steadyMs = 20_000;
const silentMs = 10_000;
const endMs = 2_000;

/**
 * Why the page is not there: told once, until it is another reason or the page was there meanwhile. A port that stays taken
 * must not fill the log of the night, however often it is tried.
 */
const reasonTeller = (report: SupervisorPorts['report']) => {
  let told = '';
  return {
    tell: (failure: Failure): void => {
      const reason = JSON.stringify([failure.code, failure.params]);
      if (reason !== told) report(failure);
      told = reason;
    },
    forget: (): void => {
      told = '';
    },
  };
};

type ReasonTeller = ReturnType<typeof reasonTeller>;

/** What a report of the page process means to the box; the failure, if it says why it is about to end. */
const takeReport = (ports: SupervisorPorts, reasons: ReasonTeller, report: ChildReport): Failure | null => {
  switch (report.told) {
    case 'alive':
      return null;
    case 'listening':
      reasons.forget();
      ports.state(null);
      ports.listening(report.port);
      return null;
    case 'listen-failed':
      return failed('page-listen-failed', { listen: ports.listen, detail: report.detail }).failure;
    case 'pin-file':
      ports.report(failed('pin-file-unreadable', { file: report.file, detail: report.detail }).failure);
      return null;
  }
};

/** Short of memory the system starts none, and Node throws: that is one which has ended. */
const started = ({ start, after }: SupervisorPorts): PageProcess => {
  try {
    return start();
  } catch (error) {
    const how = error instanceof Error ? error.message : 'not started';
    return { onReport: () => undefined, onEnd: (listener) => void after(0, () => listener(how)), end: () => undefined };
  }
};

/**
 * Keeps the page process running: one that ended or fell silent is started again, ever slower while it keeps failing. The
 * box itself never waits for it.
 */
export const supervise = (ports: SupervisorPorts): Supervisor => {
  const { after, now } = ports;
  const reasons = reasonTeller(ports.report);
  let child: PageProcess | null = null;
  let cancel: () => void = () => undefined;
  let inARow = 0;
  let ending = false;
  let ended: () => void = () => undefined;

  const begin = (): void => {
    const begun = started(ports);
    const startedAt = now();
    let why: Failure | null = null;
    child = begun;
    const watch = (): void => {
      cancel();
      cancel = after(silentMs, () => begun.end('SIGKILL'));
    };
    watch();
    begun.onReport((report) => {
      if (ending || child !== begun) return;
      watch();
      why = takeReport(ports, reasons, report) ?? why;
    });
    begun.onEnd((how) => {
      if (child !== begun) return;
      child = null;
      cancel();
      ended();
      if (ending) return;
      inARow = now() - startedAt > steadyMs ? 0 : inARow + 1;
      const failure = failed('page-down', { detail: how }).failure;
      ports.state(failure);
      reasons.tell(why ?? failure);
      cancel = after(Math.min(againMs.longest, againMs.first * 2 ** Math.min(inARow, 10)), begin);
    });
  };
  begin();
  return {
    stop: () =>
      new Promise((resolve) => {
        ending = true;
        cancel();
        const running = child;
        if (running === null) {
          resolve();
          return;
        }
        const giveUp = after(endMs, () => running.end('SIGKILL'));
        ended = () => {
          giveUp();
          resolve();
        };
        running.end('SIGTERM');
      }),
  };
};

/** Memory of the page process in MB: enough for every page that watches, and a bound for whatever floods it. */
const heapMb = 64;

/** The real page process, beside this module when compiled, through tsx from sources. */
export const startPageProcess = (start: ChildStart): PageProcess => {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = new URL('./console.entry.ts', import.meta.url);
  const child: ChildProcess = fork(fileURLToPath(entry), {
    cwd: dirname(fileURLToPath(entry)),
    // A small young generation: a page, a reply and a state of the live view are soon garbage.
    execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=1', ...(fromSource ? ['--import', 'tsx'] : [])],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // Out of open files it has no channel; its error, told a moment later, must find somebody who listens.
  if (child.connected) child.send(start, () => undefined);
  return {
    onReport: (listener) =>
      void child.on('message', (message) => {
        const report = reportIn(message);
        if (report !== null) listener(report);
      }),
    onEnd: (listener) => {
      let isOver = false;
      const over = (how: string): void => {
        if (!isOver) listener(how);
        isOver = true;
      };
      child.once('error', (error) => over(error.message));
      child.once('exit', (code, signal) => over(signal ?? `exit ${String(code)}`));
    },
    end: (signal) => void child.kill(signal),
  };
};
