import { fork, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PanelWiring } from '../core/wiring.ts';
import { dark, sameShow, type PanelShow } from './panel-show.ts';
import { panelReportOf, type PanelReport } from './report.ts';
import type { PanelTimers } from './timers.ts';

export interface PanelProcessOptions {
  readonly wiring: PanelWiring;
  readonly timers: PanelTimers;
  readonly onReport: (report: PanelReport) => void;
  /** Another compiled entry; for tests. */
  readonly entry?: URL;
}

export interface PanelProcess {
  show(next: PanelShow): void;
  /** The process now; null between two lives. */
  readonly pid: () => number | null;
  stop(): Promise<void>;
}

const ownEntry = new URL('./panel.entry.ts', import.meta.url);
const backOffMs = { first: 250, longest: 10_000 } as const;
const steadyMs = 30_000;
/** A process that says nothing for so long hangs, or spins. */
export const silentMaxMs = 10_000;
const closeWithinMs = 1_500;

const spawn = (entry: URL, wiring: PanelWiring): ChildProcess =>
  fork(entry, [JSON.stringify(wiring)], {
    cwd: dirname(fileURLToPath(entry)),
    execArgv: entry.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

/**
 * The panel's process, started again when it ends and ended when it hangs. What people do comes as reports; what is to be shown is
 * sent when it changes, and again to every new process.
 */
export const startPanel = ({ wiring, timers, onReport, entry = ownEntry }: PanelProcessOptions): PanelProcess => {
  let show: PanelShow = dark;
  let child: ChildProcess | null = null;
  let isOpen = true;
  let pauseMs: number = backOffMs.first;
  let cancelStart = (): void => undefined;
  let cancelWatch = (): void => undefined;

  const watch = (watched: ChildProcess): void => {
    cancelWatch();
    cancelWatch = timers.after(silentMaxMs, () => void watched.kill('SIGKILL'));
  };
  const send = (): void => {
    if (child?.connected === true) child.send(show, () => undefined);
  };
  const start = (): void => {
    const startedAt = timers.now();
    const started = spawn(entry, wiring);
    child = started;
    watch(started);
    send();
    started.on('message', (message) => {
      watch(started);
      const report = panelReportOf(message);
      if (report !== null && report.say !== 'beat') onReport(report);
    });
    let isOver = false;
    const over = (how: string): void => {
      if (isOver) return;
      isOver = true;
      cancelWatch();
      child = null;
      if (!isOpen) return;
      onReport({ say: 'down', code: 'panel-process-ended', detail: how });
      pauseMs = timers.now() - startedAt >= steadyMs ? backOffMs.first : Math.min(backOffMs.longest, pauseMs * 2);
      cancelStart = timers.after(pauseMs, start);
    };
    started.on('error', (error) => over(error.message));
    started.on('exit', (code, signal) => over(signal ?? `exit ${String(code)}`));
  };

  start();
  return {
    show: (next) => {
      if (sameShow(show, next)) return;
      show = next;
      send();
    },
    pid: () => child?.pid ?? null,
    stop: () =>
      new Promise((resolve) => {
        isOpen = false;
        cancelStart();
        const running = child;
        if (running === null) {
          resolve();
          return;
        }
        const cancel = timers.after(closeWithinMs, () => void running.kill('SIGKILL'));
        running.once('exit', () => {
          cancel();
          resolve();
        });
        running.kill('SIGTERM');
      }),
  };
};
