import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../../emulator/clock.ts';
import { coveredStdio } from '../../emulator/line/covered-stdio.ts';
import { createSerialPlug } from '../../emulator/line/serial-plug.ts';
import { createWire } from '../../emulator/line/wire.ts';
import { createWorld, type World } from '../../emulator/world.ts';
import { needs } from '../support/needs.ts';
import { catalogue, site, wiring } from './village.ts';

const run = promisify(execFile);

describe('a pulled plug', () => {
  it('hangs up although a child process was started while the port was open', async () => {
    const wire = createWire({
      clock: realClock(),
      byteMs: 1,
      onArrival: () => undefined,
      onCollision: () => undefined,
    });
    const place = mkdtempSync(join(tmpdir(), 'mingluo-plug-'));
    const plug = await createSerialPlug(wire, join(place, 'port'));
    const device = plug.device ?? 'no pseudo-terminal';
    expect(existsSync(device)).toBe(true);
    const child = spawn('sleep', ['60'], { stdio: coveredStdio('ignore', 'ignore', 'ignore') });
    await plug.unplug();
    await expect.poll(() => existsSync(device), { timeout: 20_000, interval: 20 }).toBe(false);
    child.kill('SIGKILL');
    await plug.plug();
    expect(plug.device).not.toBe(device);
    plug.close();
    rmSync(place, { recursive: true, force: true });
  });
});

/** Programs that know nothing of this project, on the pseudo-terminals of the village. */
describe('programs of other people', { timeout: 60_000 }, () => {
  let world: World;
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-emulator-'));

  beforeAll(async () => {
    const made = await createWorld({ site, wiring, catalogue, runDir: folder });
    if (!made.ok) throw new Error(JSON.stringify(made.problem));
    world = made.value;
  }, 60_000);

  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const pty = (line: string): string => world.lines[line]?.ptyPath ?? 'no pseudo-terminal';
  const mbpoll = async (...options: readonly string[]): Promise<string> => {
    const { stdout } = await run('mbpoll', [
      '-m',
      'rtu',
      '-b',
      '9600',
      '-P',
      'none',
      '-0',
      '-1',
      '-q',
      '-o',
      '2',
      ...options,
    ]);
    return stdout;
  };

  it('mbpoll reads and writes a relay board, and sees the current that it switched', async () => {
    if (!needs('mbpoll', 'mbpoll')) return;
    await mbpoll('-a', '1', '-t', '0', '-r', '0', pty('cabinet'), '1');
    expect(await mbpoll('-a', '1', '-t', '0', '-r', '0', '-c', '2', pty('cabinet'))).toMatch(
      /\[0\]:\s+1\n\[1\]:\s+0\n/,
    );
    expect(await mbpoll('-a', '2', '-t', '3', '-r', '0', '-c', '2', pty('cabinet'))).toMatch(
      /\[0\]:\s+320\n\[1\]:\s+0\n/,
    );
    await mbpoll('-a', '1', '-t', '0', '-r', '0', pty('cabinet'), '0');
    expect(world.core.units.get('cabinet/1')?.unit.channels[0]?.on).toBe(false);
  });

  it('mbpoll is told of an address that does not exist', async () => {
    if (!needs('mbpoll', 'mbpoll')) return;
    const refusal = mbpoll('-a', '1', '-t', '4', '-r', '99', '-c', '1', pty('cabinet'));
    await expect(refusal.catch((error: unknown) => String(error))).resolves.toMatch(/Illegal data address/);
  });

  it('a libmodbus program reads, writes, is refused, and broadcasts to every unit', async () => {
    if (!needs('gcc', 'gcc') || !needs('libmodbus-dev', '/usr/include/modbus/modbus.h')) return;
    const program = join(folder, 'client');
    await run('gcc', ['-o', program, join(import.meta.dirname, 'peers/client.c'), '-lmodbus']);
    const { stdout } = await run(program, [pty('sirens')]).catch((error: unknown) => {
      throw new Error(`the client failed: ${JSON.stringify(error)}`);
    });
    expect(stdout.split('\n')).toEqual([
      'status 1 current 420',
      'too long: Illegal data value',
      'coils: Illegal function',
      'unit 1 sounds',
      'unit 2 is silent',
      'unit 3 sounds',
      '',
    ]);
    expect(world.core.lines.get('sirens')?.rtu?.counters.broadcasts).toBe(1);
  });
});
