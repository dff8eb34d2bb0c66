import { execFile } from 'node:child_process';
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LineRehearsal } from '../../src/bus/line-rehearsal.ts';
import { settingsOf } from '../../src/bus/settings-of.ts';
import { TestPty } from './support/pty.ts';
import { TestServer } from './support/test-server.ts';

/**
 * The loop of a line, which holds all else of an exchange: made quick by the rehearsal, and slow again when V8 throws that
 * away. What it calls may be thrown away one by one, as `send` is in some runs.
 */
const loop = ['turn', 'perform', 'hear', 'tick', 'step', 'submit', 'bytes', 'accept', 'parse'];

const rehearsalAt = (baud: number): LineRehearsal =>
  new LineRehearsal(
    settingsOf(
      {
        ...{ id: 'rehearsed', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1000 },
        port: { kind: 'serial', path: '/dev/null', baud, parity: 'none', stopBits: 1 },
      },
      { patienceMs: 2, lateGuardMs: 1000 },
    ),
  );

/** What a descriptor leads to; nothing when it is closed by now. */
const fileOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
};

const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('the rehearsal of a line', () => {
  it.each([9600, 115_200])(
    'goes well to its end at %d baud, and keeps no file open',
    (baud) => {
      const before = openFiles();
      const rehearsal = rehearsalAt(baud);
      let steps = 0;
      for (; !rehearsal.isOver; steps += 1) expect(rehearsal.step()).toBe(true);
      expect(steps).toBeGreaterThan(1000);
      expect(openFiles()).toBe(before);
      expect(rehearsal.step()).toBe(false);
    },
    60_000,
  );

  it('ends without a word when its file can no longer be written, and keeps no file open', () => {
    const before = openFiles();
    const rehearsal = rehearsalAt(9600);
    expect(rehearsal.step()).toBe(true);
    const file = readdirSync('/proc/self/fd').find((fd) => fileOf(fd).startsWith('/dev/shm/'));
    expect(file).toBeDefined();
    // What stands at its place now can be read only, as if the memory behind it had failed.
    closeSync(Number(file));
    const instead = openSync('/dev/null', 'r');
    expect(String(instead)).toBe(file);
    expect(rehearsal.step()).toBe(false);
    expect(rehearsal.isOver).toBe(true);
    expect(openFiles()).toBe(before);
  });

  it('is over when it is closed in the middle', () => {
    const before = openFiles();
    const rehearsal = rehearsalAt(9600);
    for (let steps = 0; steps < 10; steps += 1) rehearsal.step();
    expect(openFiles()).toBeGreaterThan(before);
    rehearsal.close();
    expect(rehearsal.isOver).toBe(true);
    expect(openFiles()).toBe(before);
  });

  it('makes the loop of a line quick, and it stays so when the first real exchanges come', async () => {
    const pty: TestPty = new TestPty((bytes) => server.take(bytes));
    const server: TestServer = new TestServer([1], (bytes) => pty.write(bytes));
    const program = fileURLToPath(new URL('support/first-exchanges.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, pty.path]);
    pty.unplug();
    expect(server.requests.length).toBe(40);
    const thrownAway = [...stdout.matchAll(/begin\. deoptimizing \S+ <JSFunction (\S+)/g)].map(([, name]) => name);
    expect(loop.filter((name) => thrownAway.includes(name))).toEqual([]);
  }, 60_000);
});
