import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { describe, expect, test } from 'vitest';
import { isPin, parsePin, type PinRecord } from '../../src/console/pin-file.ts';
import { distEntry } from '../support/dist.ts';

const program = distEntry('mingluo');
const folder = mkdtempSync(join(tmpdir(), 'mingluo-pin-'));
const environment = { ...process.env, LC_ALL: 'en_US.UTF-8' };

const recordIn = (line: string): PinRecord | null => {
  const record = parsePin('pin', line);
  return record.ok ? record.value : null;
};

const piped = (input: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'pin', 'set', ...args], {
    ...{ input, encoding: 'utf8', env: environment },
  });
  return { status, said: stdout + stderr };
};

/** Types the keys at a terminal once the command asks; gives all that the terminal showed, and the exit code. */
const typed = (keys: string, ...args: string[]): Promise<{ readonly code: number; readonly shown: string }> =>
  new Promise((resolve) => {
    const terminal = spawn(process.execPath, [program, 'pin', 'set', ...args], { env: environment });
    let shown = '';
    let isAsked = false;
    terminal.onData((text) => {
      shown += text;
      if (isAsked || !shown.includes('Enter:')) return;
      isAsked = true;
      terminal.write(keys);
    });
    terminal.onExit(({ exitCode }) => resolve({ code: exitCode, shown }));
  });

describe('mingluo pin set', { timeout: 60_000 }, () => {
  test('keeps a hash and never the digits, for nobody else to read, and that PIN holds', async () => {
    const file = join(folder, 'piped', 'pin');
    const { status, said } = piped('480915\n', 'li-ming', '--file', file);
    expect({ status, said }).toEqual({ status: 0, said: `PIN of li-ming set: ${file}\n` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const line = readFileSync(file, 'utf8');
    expect(line).not.toContain('480915');
    expect(await isPin('480915', recordIn(line))).toBe(true);
    expect(await isPin('480916', recordIn(line))).toBe(false);
  });

  test.each([
    ['123456\n', 'too easy'],
    ['111111\n', 'too easy'],
    ['48091\n', 'too short'],
    ['48091a\n', 'no digits'],
    ['', 'nothing'],
  ])('refuses %j: %s; nothing is written', (input) => {
    const file = join(folder, 'refused');
    const { status, said } = piped(input, 'li-ming', '--file', file);
    expect(status).toBe(1);
    expect(said.length).toBeGreaterThan(10);
    expect(() => statSync(file)).toThrow(/ENOENT/);
  });

  test('of somebody the site does not know is refused with the names it knows', () => {
    const { status, said } = piped('480915\n', 'nobody', '--config', 'config');
    expect(status).toBe(3);
    expect(said).toMatch(/nobody.*li-ming/s);
  });

  test('at a terminal shows no digit, takes a slip back, and gives up with Ctrl-C', async () => {
    const file = join(folder, 'typed');
    const { code, shown } = await typed('48099\u007f15\r', 'li-ming', '--file', file);
    expect({ code, digits: /4809|0915/.test(shown) }).toEqual({ code: 0, digits: false });
    expect(await isPin('480915', recordIn(readFileSync(file, 'utf8')))).toBe(true);
    const other = join(folder, 'given-up');
    expect((await typed('480\u0003', 'li-ming', '--file', other)).code).toBe(1);
    expect(() => statSync(other)).toThrow(/ENOENT/);
  });
});
