import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { watchAppends } from '../../src/box/append-age.ts';
import { feedWatchdog } from '../../src/box/watchdog.ts';
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
    const child = spawn('systemd-notify', ['WATCHDOG=1'], { env: { ...process.env, NOTIFY_SOCKET: socket } });
    await once(child, 'close');
    await once(listener, 'close');
    expect(lines).toContain('WATCHDOG=1');
  });
});

describe('the systemd unit', () => {
  const unit = readFileSync('docs/how-to/mingluo.service', 'utf8');

  test('restarts after a crash, without a limit, and has a watchdog that children may feed', () => {
    for (const line of [
      'Restart=always',
      'StartLimitIntervalSec=0',
      'WatchdogSec=10',
      'NotifyAccess=all',
      'Type=notify',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
  });
});
