import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { silentMaxMs, startPanel, type PanelProcess } from '../../src/panel/panel-process.ts';
import type { PanelReport } from '../../src/panel/report.ts';
import { distEntry } from '../support/dist.ts';
import { isRunning } from '../support/processes.ts';
import { VirtualClock } from '../console/virtual-clock.ts';
import { pause } from '../support/waiting.ts';
import { panelWiring } from './bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-panel-life-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const patience = { timeout: 20_000, interval: 10 };
// Longer than what a test waits for: what never comes is then told by its name.
vi.setConfig({ testTimeout: 60_000 });

/** Stands for the panel's program: says that it lives when it is told to, never by itself. */
const mute = pathToFileURL(join(folder, 'mute.mjs'));
writeFileSync(
  mute,
  "process.on('message', () => process.send({ say: 'beat' }));\nsetInterval(() => undefined, 1000);\n",
);

/** Hangs from its first moment: it would otherwise answer what it is told at its start, whenever it comes to that. */
const dumb = pathToFileURL(join(folder, 'dumb.mjs'));
writeFileSync(dumb, "process.on('message', () => undefined);\nsetInterval(() => undefined, 1000);\n");

let panel: PanelProcess | null = null;
afterEach(async () => {
  await panel?.stop();
  panel = null;
});

test('a process of the panel that the system will not start has ended: the box lives on, and tries again', () => {
  const timers = new VirtualClock();
  const downs: string[] = [];
  const onReport = (report: PanelReport): void => {
    if (report.say === 'down') downs.push(report.code);
  };
  panel = startPanel({ wiring: panelWiring, timers, entry: new URL('file:///no%00such.mjs'), onReport });
  timers.run(1);
  expect([downs, panel.pid()]).toEqual([['panel-process-ended'], null]);
  timers.run(10_000);
  expect(downs.length).toBeGreaterThan(2);
});

describe('a process of the panel that hangs', () => {
  test('is ended after ten seconds without a word, not before, and the next one is started', async () => {
    const timers = new VirtualClock();
    const reports: PanelReport[] = [];
    panel = startPanel({ wiring: panelWiring, timers, entry: dumb, onReport: (report) => void reports.push(report) });
    const first = panel.pid() ?? 0;
    const kill = vi.spyOn(ChildProcess.prototype, 'kill');
    timers.run(silentMaxMs - 1);
    expect(kill).not.toHaveBeenCalled();
    expect(isRunning(first)).toBe(true);
    timers.run(1);
    kill.mockRestore();
    await vi.waitFor(() => expect(reports).toHaveLength(1), patience);
    expect(reports[0]).toMatchObject({ say: 'down', code: 'panel-process-ended', detail: 'SIGKILL' });
    expect(isRunning(first)).toBe(false);
    expect(panel.pid()).toBeNull();
    timers.run(500);
    expect(panel.pid()).not.toBeNull();
    expect(panel.pid()).not.toBe(first);
  });

  test('is left alone as long as it speaks', async () => {
    const timers = new VirtualClock();
    const reports: PanelReport[] = [];
    panel = startPanel({ wiring: panelWiring, timers, entry: mute, onReport: (report) => void reports.push(report) });
    const first = panel.pid() ?? 0;
    for (let round = 1; round <= 3; round += 1) {
      timers.run(silentMaxMs - 100);
      const heard = vi.spyOn(timers, 'after');
      panel.show({ power: round % 2 === 1, alarm: 'off', fault: false, uplink: true, buzzer: false });
      await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(silentMaxMs, expect.any(Function)), patience);
      heard.mockRestore();
    }
    expect(panel.pid()).toBe(first);
    expect(reports).toEqual([]);
  });
});

/** Stands for a box: starts the panel's program as the box does, says its id, and lives until it is killed. */
const box = join(folder, 'box.mjs');
writeFileSync(
  box,
  `import { fork } from 'node:child_process';
const [entry, wiring] = process.argv.slice(2);
const child = fork(entry, [wiring], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
child.on('message', () => process.stdout.write('speaks\\n'));
process.stdout.write(child.pid + '\\n');
setInterval(() => undefined, 1000);
`,
);

describe('a process of the panel whose box was killed', () => {
  const begin = async () => {
    const wiring = { ...panelWiring, port: { kind: 'tcp', host: '127.0.0.1', port: 1, baud: 57_600 } };
    const entry = distEntry('panel.entry');
    const parent = spawn(process.execPath, [box, entry, JSON.stringify(wiring)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    parent.stdout.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split('\n')));
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(0), patience);
    const kill = async (): Promise<void> => {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    };
    const child = Number(said[0]);
    started.push(child);
    return { child, said, kill };
  };
  const started: number[] = [];
  // Nothing of a test that failed stays behind.
  afterEach(() => {
    for (const child of started.splice(0)) if (isRunning(child)) process.kill(child, 'SIGKILL');
  });
  const isGone = (pid: number) => vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience);

  test.each([0, 30, 80, 150])(
    'while it was being read for %i ms ends by itself',
    async (ms) => {
      const { child, kill } = await begin();
      await pause(ms);
      await kill();
      await isGone(child);
    },
    60_000,
  );

  test('while it worked ends by itself', async () => {
    const { child, said, kill } = await begin();
    await vi.waitFor(() => expect(said).toContain('speaks'), patience);
    await kill();
    await isGone(child);
  }, 60_000);
});
