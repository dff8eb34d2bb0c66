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
  pid(): number | null;
  stop(): Promise<void>;
}

const ownEntry = new URL('./panel.entry.ts', import.meta.url);
const backOffMs = { first: 250, longest: 10_000 } as const;
const steadyMs = 30_000;
/** A process that says nothing for so long hangs, or spins. */
export const silentMaxMs = 10_000;
const closeWithinMs = 1_500;

/** A few lamps and buttons: a small heap, and a bound for whatever a board floods it with. */
const smallFlags = ['--max-old-space-size=64', '--max-semi-space-size=1'] as const;

const spawn = (entry: URL, wiring: PanelWiring): ChildProcess =>
  fork(entry, [JSON.stringify(wiring)], {
    cwd: dirname(fileURLToPath(entry)),
    execArgv: [...smallFlags, ...(entry.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [])],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

class SupervisedPanel implements PanelProcess {
  private readonly options: PanelProcessOptions;
  private shown: PanelShow = dark;
  private child: ChildProcess | null = null;
  private isOpen = true;
  private pauseMs: number = backOffMs.first;
  private cancelStart = (): void => undefined;
  private cancelWatch = (): void => undefined;

  constructor(options: PanelProcessOptions) {
    this.options = options;
    this.start();
  }

  show(next: PanelShow): void {
    if (sameShow(this.shown, next)) return;
    this.shown = next;
    this.send();
  }

  pid(): number | null {
    return this.child?.pid ?? null;
  }

  stop(): Promise<void> {
    this.isOpen = false;
    this.cancelStart();
    const running = this.child;
    if (running === null) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.timers.after(closeWithinMs, () => void running.kill('SIGKILL'));
      running.once('exit', () => {
        cancel();
        resolve();
      });
      running.kill('SIGTERM');
    });
  }

  private start(): void {
    const { timers, wiring, onReport, entry = ownEntry } = this.options;
    const startedAt = timers.now();
    const started = this.started(entry, wiring);
    if (started === null) return;
    this.child = started;
    this.watch(started);
    this.send();
    started.on('message', (message) => {
      this.watch(started);
      const report = panelReportOf(message);
      if (report !== null && report.say !== 'beat') onReport(report);
    });
    let isOver = false;
    const over = (how: string): void => {
      if (isOver) return;
      isOver = true;
      this.ended(how, timers.now() - startedAt);
    };
    started.on('error', (error) => over(error.message));
    started.on('exit', (code, signal) => over(signal ?? `exit ${String(code)}`));
  }

  /** Short of memory the system starts none, and Node throws: that is one which has ended. */
  private started(entry: URL, wiring: PanelWiring): ChildProcess | null {
    try {
      return spawn(entry, wiring);
    } catch (error) {
      const how = error instanceof Error ? error.message : 'not started';
      this.cancelStart = this.options.timers.after(0, () => this.ended(how, 0));
      return null;
    }
  }

  private ended(how: string, livedMs: number): void {
    this.cancelWatch();
    this.child = null;
    if (!this.isOpen) return;
    this.options.onReport({ say: 'down', code: 'panel-process-ended', detail: how });
    this.pauseMs = livedMs >= steadyMs ? backOffMs.first : Math.min(backOffMs.longest, this.pauseMs * 2);
    this.cancelStart = this.options.timers.after(this.pauseMs, () => this.start());
  }

  /** A process that says nothing for too long is ended; its end starts the next. */
  private watch(watched: ChildProcess): void {
    this.cancelWatch();
    this.cancelWatch = this.options.timers.after(silentMaxMs, () => void watched.kill('SIGKILL'));
  }

  private send(): void {
    if (this.child?.connected === true) this.child.send(this.shown, () => undefined);
  }
}

/**
 * The panel's process, started again when it ends and ended when it hangs. What people do comes as reports; what is to be
 * shown is sent when it changes, and again to every new process.
 */
export const startPanel = (options: PanelProcessOptions): PanelProcess => new SupervisedPanel(options);
