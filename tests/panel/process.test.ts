import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../emulator/clock.ts';
import { createFirmataBoard } from '../../emulator/panel/firmata-board.ts';
import { createPanel, type EmulatedPanel } from '../../emulator/panel/panel.ts';
import type { PanelWiring } from '../../src/core/wiring.ts';
import { startPanel, type PanelProcess } from '../../src/panel/panel-process.ts';
import type { PanelReport } from '../../src/panel/report.ts';
import { TestPty } from '../bus/support/pty.ts';
import { distEntry } from '../support/dist.ts';
import { panelWiring, pins } from './bench.ts';

const entry = pathToFileURL(distEntry('panel.entry'));
const timers = {
  now: () => performance.now(),
  after: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
const patience = { timeout: 20_000, interval: 20 };

interface Running {
  readonly process: PanelProcess;
  readonly reports: PanelReport[];
  readonly count: (say: PanelReport['say']) => number;
}

const begun: Running[] = [];
const begin = (port: PanelWiring['port']): Running => {
  const reports: PanelReport[] = [];
  const process = startPanel({
    wiring: { ...panelWiring, port },
    timers,
    entry,
    onReport: (report) => void reports.push(report),
  });
  const running = { process, reports, count: (say: PanelReport['say']) => reports.filter((r) => r.say === say).length };
  begun.push(running);
  return running;
};
const onPty = (path: string): PanelWiring['port'] => ({
  kind: 'serial',
  path,
  baud: 57_600,
  parity: 'none',
  stopBits: 1,
});
const last = ({ reports }: Running) => reports.filter(({ say }) => say === 'up' || say === 'down').at(-1)?.say;
/** Up, and more often than `before`: a busy machine may lose the board once more than it was told to. */
const isUp = (running: Running, before = 0) =>
  vi.waitFor(() => expect([last(running), running.count('up') > before]).toEqual(['up', true]), patience);
const lit = { power: true, alarm: 'off', fault: false, uplink: true, buzzer: false } as const;

afterEach(async () => {
  for (const { process } of begun.splice(0)) await process.stop();
});

describe('the process of the panel', () => {
  let panel: EmulatedPanel;
  const hang = async (): Promise<EmulatedPanel> => {
    panel = await createPanel({
      wiring: panelWiring,
      runDir: mkdtempSync(join(tmpdir(), 'mingluo-panel-')),
      clock: realClock(),
    });
    return panel;
  };

  test('attaches to a pseudo-terminal, shows, hears, survives noise, and is killed and back', async () => {
    await hang();
    const running = begin(onPty(panel.ptyPath ?? ''));
    await isUp(running);
    running.process.show(lit);
    await vi.waitFor(() => expect(panel.face().lamps).toMatchObject({ power: true, uplink: true }), patience);

    const beforeNoise = running.count('up');
    await panel.setFault('noise');
    await isUp(running, beforeNoise);
    expect(running.count('down')).toBeGreaterThanOrEqual(1);
    expect(running.count('turned')).toBe(0);

    const beforeKill = { up: running.count('up'), down: running.count('down') };
    process.kill(running.process.pid() ?? 0, 'SIGKILL');
    await isUp(running, beforeKill.up);
    expect(running.count('down')).toBeGreaterThan(beforeKill.down);
    await vi.waitFor(() => expect(panel.face().lamps.power).toBe(true), patience);
    const stops = running.count('stop');
    panel.press('stop', 100);
    await vi.waitFor(() => expect(running.count('stop')).toBe(stops + 1), patience);

    await running.process.stop();
    // Its last word may still be on the wire when it has ended.
    await vi.waitFor(() => expect(panel.face().lamps.power).toBe(false), patience);
    await panel.close();
  }, 60_000);

  test('finds the board again after the plug was pulled, although it has another name then', async () => {
    await hang();
    const running = begin(onPty(panel.ptyPath ?? ''));
    await isUp(running);
    await panel.setFault('unplugged');
    await vi.waitFor(() => expect(last(running)).toBe('down'), patience);
    const before = running.count('up');
    await panel.setFault('none');
    await isUp(running, before);
    await panel.close();
  }, 60_000);

  test('reaches a board behind a serial device server', async () => {
    await hang();
    const running = begin({ kind: 'tcp', host: '127.0.0.1', port: panel.tcpPort, baud: 57_600 });
    await isUp(running);
    await panel.close();
    await vi.waitFor(() => expect(running.count('down')).toBeGreaterThanOrEqual(1), patience);
  }, 60_000);
});

describe('a board whose every byte comes alone', () => {
  test('is attached, and its stop is heard', async () => {
    const queue: number[] = [];
    const board = createFirmataBoard((bytes) => queue.push(...bytes));
    const pty = new TestPty((bytes) => board.receive(bytes));
    board.setGrounded(pins.keyClosed, true);
    const speak = setInterval(() => {
      const byte = queue.shift();
      if (byte !== undefined) pty.write(Uint8Array.of(byte));
    }, 1);
    const link = join(mkdtempSync(join(tmpdir(), 'mingluo-panel-')), 'board');
    symlinkSync(pty.path, link);
    const running = begin(onPty(link));
    await isUp(running);
    board.setGrounded(pins.stop, true);
    await vi.waitFor(() => expect(running.count('stop')).toBe(1), patience);
    clearInterval(speak);
    rmSync(link);
    await running.process.stop();
    pty.unplug();
  }, 60_000);
});

test('johnny-five and firmata-io work inside the very program that serves the panel', () => {
  const { sources } = JSON.parse(readFileSync(`${distEntry('panel.entry')}.map`, 'utf8')) as { sources: string[] };
  for (const name of ['johnny-five', 'firmata-io', 'serialport']) {
    expect(
      sources.some((source) => source.includes(`node_modules/${name}/`)),
      name,
    ).toBe(true);
  }
});
