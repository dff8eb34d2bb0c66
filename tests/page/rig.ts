import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadChecked } from '../../src/box/load-box.ts';
import { siteViewOf } from '../../src/box/site-view.ts';
import { reportIn, type ChildReport, type ChildStart } from '../../src/console/child-messages.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { openControlServer, type ControlAnswer, type Watcher } from '../../src/console/control-server.ts';
import { writePin } from '../../src/console/pin-file.ts';
import type { LiveView, SiteView } from '../../src/console/view.ts';
import { ok } from '../../src/words/failure.ts';
import { distEntry } from '../support/dist.ts';

export const pin = '480915';
/** 2026-11-23, a Monday, 09:00 in Beijing. */
export const mondayNine = Date.UTC(2026, 10, 23, 1, 0, 0);

/** The example village as the page sees it, compiled from its own files. */
export const exampleSite = async (): Promise<SiteView> => {
  const loaded = await loadChecked({ configDir: 'config', devicesDir: 'devices' });
  if (!loaded.ok) throw new Error(loaded.failures.map(({ code }) => code).join(' '));
  return siteViewOf(loaded.value.site, loaded.value.people, loaded.value.wiring);
};

/** A quiet village, seen a moment ago. */
export const calmView = (site: SiteView, more: Partial<LiveView> = {}): LiveView => ({
  at: { wall: mondayNine, trust: 'trusted' },
  boot: 'b00t',
  software: 'mingluo test',
  uplink: { state: 'connected', sinceMs: 120_000 },
  isDurable: true,
  troubles: [],
  live: [],
  ended: [],
  terminals: site.terminals.map(({ id }) => ({
    ...{ id, health: 'well', reason: '', sounding: 'no', last: null },
    seenAgoMs: 1_000,
  })),
  receipts: [],
  stop: null,
  ...more,
});

/** A page process between a real control socket and a real port; the box behind the socket is played by the test. */
export interface PageRig {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly stateDir: string;
  readonly asked: readonly ControlRequest[];
  /** Every report of the page process. */
  readonly reports: readonly ChildReport[];
  /** What the box answers from now on. */
  readonly answerWith: (answer: ControlAnswer) => void;
  /** Shows the pages another state. */
  readonly show: (live: LiveView) => void;
  /** The box does not answer; the page process has nothing of it. */
  readonly showNothing: () => void;
  /** The box was started again, with this site. */
  readonly startAnew: (site: SiteView, live: LiveView) => void;
  readonly close: () => Promise<void>;
}

const childStart = (stateDir: string, staff: ChildStart['staff'], allowedHosts: readonly string[]): ChildStart => ({
  listen: { host: '127.0.0.1', port: 0 },
  allowedHosts,
  control: join(stateDir, 'control.sock'),
  triesFile: join(stateDir, 'pin-tries.json'),
  staff,
  contacts: [{ name: '赵大河', duty: '河坝组组长', phone: '023-67000011', zones: ['heba'] }],
});

const listening = (child: ChildProcess, reports: ChildReport[]): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the page process ended with ${String(code)}`)));
    child.on('message', (message) => {
      const report = reportIn(message);
      if (report === null) return;
      reports.push(report);
      if (report.told === 'listening') resolve(report.port);
    });
  });

const writePins = async (stateDir: string): Promise<ChildStart['staff']> => {
  const pinFile = join(stateDir, 'pin');
  writeFileSync(pinFile, await writePin(pin));
  return [
    { id: 'li-ming', name: '李明', role: 'leader', pinFile },
    { id: 'wang-fang', name: '王芳', role: 'staff', pinFile: null },
    { id: 'chen-gong', name: '陈工', role: 'technician', pinFile },
  ];
};

export const startRig = async (first: SiteView, allowedHosts: readonly string[] = []): Promise<PageRig> => {
  const stateDir = mkdtempSync(join(tmpdir(), 'mingluo-page-'));
  const asked: ControlRequest[] = [];
  const watchers = new Set<Watcher>();
  let site = first;
  let live: LiveView | null = calmView(site);
  let sequence = 0;
  let answer: ControlAnswer = ok({ id: 'a1', recorded: true });
  const push = (watcher: Watcher): void => watcher.push({ sequence: (sequence += 1), live, site });
  const beat = setInterval(() => watchers.forEach(push), 1_000);
  const control = await openControlServer(join(stateDir, 'control.sock'), {
    obey: (request) => {
      asked.push(request);
      return Promise.resolve(answer);
    },
    now: () => performance.now(),
    watch: (watcher) => {
      watchers.add(watcher);
      push(watcher);
      return () => watchers.delete(watcher);
    },
  });
  const reports: ChildReport[] = [];
  const child = fork(distEntry('console.entry'), { execArgv: ['--max-old-space-size=64'] });
  const port = listening(child, reports);
  child.send(childStart(stateDir, await writePins(stateDir), allowedHosts));
  const open = await port;
  const show = (next: LiveView | null): void => {
    live = next;
    watchers.forEach(push);
  };
  return {
    url: `http://127.0.0.1:${open}/`,
    ...{ port: open, child, stateDir, asked, reports },
    answerWith: (next) => (answer = next),
    show,
    showNothing: () => show(null),
    startAnew: (next, nextLive) => {
      site = next;
      show(nextLive);
    },
    close: async () => {
      clearInterval(beat);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      await control.close();
    },
  };
};
