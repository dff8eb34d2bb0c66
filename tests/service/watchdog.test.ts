import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { unitEnvironment, unitFlags } from '../../emulator/start/as-the-unit-file.ts';
import { watchAppends } from '../../src/box/append-age.ts';
import { feedWatchdog, notifySystemd } from '../../src/box/watchdog.ts';
import { needs } from '../support/needs.ts';

/** A fake service manager's timer: the test decides when a period is over. */
const manualTimer = () => {
  const calls: { ms: number; call: () => void }[] = [];
  return {
    calls,
    every: (ms: number, call: () => void) => {
      calls.push({ ms, call });
      return () => undefined;
    },
  };
};

describe('the watchdog', () => {
  const environment = { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '9000000' };

  test('is fed at a third of its time, and only while lines and journal are alive', () => {
    const said: string[] = [];
    const timer = manualTimer();
    let alive = true;
    feedWatchdog({ environment, notify: (line) => said.push(line), every: timer.every }, () => alive);
    expect(timer.calls[0]?.ms).toBe(3_000);
    timer.calls[0]?.call();
    alive = false;
    timer.calls[0]?.call();
    expect(said).toEqual(['--ready', 'WATCHDOG=1']);
  });

  test('whose word cannot be started, for want of memory or for whatever Node throws, ends no box', () => {
    expect(() => notifySystemd('no\0such')).not.toThrow();
  });

  test('only an append that hangs counts as dead, not one that the disk refuses', async () => {
    let mono = 0;
    const appends = watchAppends(() => mono);
    let answer: (result: string) => void = () => undefined;
    const refused = appends.watch(() => Promise.resolve('EIO'));
    const hanging = appends.watch(() => new Promise<string>((resolve) => (answer = resolve)));
    await refused;
    mono = 6_000;
    expect(appends.oldestMs()).toBe(6_000);
    answer('done');
    await hanging;
    expect(appends.oldestMs()).toBe(0);
  });

  test('without a service manager nothing is sent', () => {
    const said: string[] = [];
    feedWatchdog({ environment: {}, notify: (line) => said.push(line), every: manualTimer().every }, () => true);
    expect(said).toEqual([]);
  });

  test('the lines reach a real notification socket', async () => {
    if (!needs('systemd', 'systemd-notify')) return;
    const socket = join(mkdtempSync(join(tmpdir(), 'mingluo-')), 'notify');
    const listener = spawn('python3', [
      '-c',
      'import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind(sys.argv[1]);print("bound",flush=True)\nprint(s.recv(4096).decode().splitlines()[0],flush=True)',
      socket,
    ]);
    const lines: string[] = [];
    listener.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
    await once(listener.stdout, 'data');
    // Either may end first: the listener has all it wants as soon as the line is there, and then takes no barrier.
    const ended = once(listener, 'close');
    const child = spawn('systemd-notify', ['WATCHDOG=1'], { env: { ...process.env, NOTIFY_SOCKET: socket } });
    await Promise.all([once(child, 'close'), ended]);
    expect(lines).toContain('WATCHDOG=1');
  });
});

/** The lines of one section: systemd ignores a key that stands in the wrong one, with a warning nobody reads. */
const sectionOf = (unit: string, name: string): readonly string[] =>
  unit.split(/^(?=\[)/m).flatMap((part) => (part.startsWith(`[${name}]`) ? part.split('\n') : []));

describe('the systemd unit', () => {
  const file = 'docs/how-to/mingluo.service';
  const unit = readFileSync(file, 'utf8');

  test('restarts after a crash, without a limit, and has a watchdog that children may feed', () => {
    expect(sectionOf(unit, 'Unit')).toContain('StartLimitIntervalSec=0');
    const service = sectionOf(unit, 'Service');
    for (const line of ['Restart=always', 'WatchdogSec=10', 'NotifyAccess=all', 'Type=notify']) {
      expect(service).toContain(line);
    }
  });

  test('kills no Node that asks for protection keys at its start: a call that is not allowed only fails', () => {
    const service = sectionOf(unit, 'Service');
    expect(service).toContain('SystemCallErrorNumber=EPERM');
    expect(service.find((line) => line.startsWith('SystemCallFilter=@'))).toContain('@pkey');
  });

  test('may use serial ports and the sound card, also those that are plugged in after its start', () => {
    const service = sectionOf(unit, 'Service');
    expect(service).toContain('DevicePolicy=closed');
    expect(service).toContain('SupplementaryGroups=dialout audio');
    const kinds = ['ttyUSB', 'ttyACM', 'ttyS', 'ttyAMA', 'alsa'];
    expect(service.filter((line) => line.startsWith('DeviceAllow='))).toEqual(
      kinds.map((kind) => `DeviceAllow=char-${kind} rw`),
    );
    // systemd looks the kinds up when the service starts and leaves out, without an error, those of drivers not yet loaded.
    const drivers = ['usbserial', 'cdc_acm', 'snd'].map((driver) => `modprobe@${driver}.service`).join(' ');
    expect(sectionOf(unit, 'Unit')).toEqual(expect.arrayContaining([`Wants=${drivers}`, `After=${drivers}`]));
  });

  test('starts the box as the emulated village and the measurements do', () => {
    const service = sectionOf(unit, 'Service');
    const start = service.find((line) => line.startsWith('ExecStart='))?.split(' ') ?? [];
    expect(start.slice(1, start.indexOf('/opt/mingluo/dist/mingluo.js'))).toEqual(unitFlags);
    const environment = Object.entries(unitEnvironment).map(([name, value]) => `${name}=${value}`);
    expect(service).toContain(`Environment=${environment.join(' ')}`);
  });

  test('is understood by systemd without a warning', () => {
    if (!needs('systemd', 'systemd-analyze')) return;
    const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    // Where the machine has no such program or manual the file itself is still right.
    expect(stderr.split('\n').filter((line) => /Unknown|ignoring|Invalid|Failed to parse/.test(line))).toEqual([]);
  });
});
