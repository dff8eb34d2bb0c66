import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTone } from '../../emulator/ear/analyse.ts';
import { readWav } from '../../emulator/ear/wav.ts';
import { sealFrame } from '../../emulator/line/rtu-frame.ts';
import type { LineAddress } from '../../emulator/world.ts';
import { bytesOf, hex, line, site, wiring } from './village.ts';

interface Ready {
  readonly http: string;
  readonly lines: Readonly<Record<string, LineAddress>>;
}

const root = join(import.meta.dirname, '../..');
/** Two processes and a kernel have a hand in it. */
const patience = { timeout: 20_000, interval: 20 };
const folder = mkdtempSync(join(tmpdir(), 'mingluo-village-'));
const network = {
  ...wiring,
  lines: [...wiring.lines, line('net', 'modbus-tcp')],
  units: [...wiring.units, { line: 'net', unit: 1, model: 'waveshare-relay-8', groupBit: null }],
};

const dial = async (address: LineAddress | undefined): Promise<Socket> => {
  const socket = createConnection({ host: '127.0.0.1', port: address?.tcpPort ?? 0 });
  await once(socket, 'connect');
  return socket;
};

const talk = async (socket: Socket, bytes: Uint8Array, length: number): Promise<string> => {
  let back = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      back = Buffer.concat([back, chunk]);
      if (back.length >= length) resolve(hex(back));
    });
    socket.write(bytes);
  });
};

describe('the village as a process of its own', () => {
  let child: ChildProcess;
  let ready: Ready;
  const lines: string[] = [];

  beforeAll(async () => {
    const file = join(folder, 'site.json');
    writeFileSync(file, JSON.stringify({ site, wiring: network }));
    const options = ['--site', file, '--run', folder, '--fault', 'siren-2=silent', '--variant', 'all=ignored'];
    child = spawn(process.execPath, ['--import', 'tsx', 'emulator/emulator.entry.ts', ...options], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const reader = createInterface({ input: child.stdout! });
    const first = once(reader, 'line');
    reader.on('line', (text) => lines.push(text));
    await first;
    ready = JSON.parse(lines[0]!) as Ready;
  }, 60_000);

  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(ready.http + path, { method, body: text });
    return { status: response.status, body: await response.json() };
  };

  it('listens on loopback only and starts with the faults of its command line', async () => {
    expect(new URL(ready.http).hostname).toBe('127.0.0.1');
    const { body } = await call('GET', '/faults');
    expect(body).toEqual([{ target: 'siren-2', fault: 'silent', value: null }]);
  });

  it('speaks RTU over TCP, to one client at a time', async () => {
    const socket = await dial(ready.lines['cabinet']);
    const on = sealFrame(1, bytesOf('05 0000 FF00'));
    expect(await talk(socket, on, 8)).toBe(hex(on));
    const second = await dial(ready.lines['cabinet']);
    await once(second.resume(), 'close');
    const { body } = await call('GET', '/state');
    expect(body).toMatchObject({
      terminals: [
        { terminal: 'motor', contactClosed: true, amperes: 3.2, heard: { kind: 'tone', hz: 500, level: 1 } },
        {},
        {},
        {},
        {},
      ],
    });
    const off = sealFrame(1, bytesOf('05 0000 0000'));
    expect(await talk(socket, off, 8)).toBe(hex(off));
    // Closed for a second: what is heard of it is asked for at the end.
    const flash = sealFrame(1, bytesOf('05 0200 000A'));
    expect(await talk(socket, flash, 8)).toBe(hex(flash));
    socket.destroy();
  });

  it('speaks Modbus TCP where the wiring says so', async () => {
    const socket = await dial(ready.lines['net']);
    const reply = await talk(socket, bytesOf('0007 0000 0006 01 05 0000 FF00'), 12);
    expect(reply).toBe('00070000000601050000FF00');
    socket.write(bytesOf('0007 0001 0006 01 05 0000 FF00'));
    await once(socket.resume(), 'close');
  });

  it('pulls a plug and puts the port back under another name, the stable path in front of it', async () => {
    const path = ready.lines['weather']?.ptyPath ?? '';
    const before = readlinkSync(path);
    await call('POST', '/faults', { target: 'weather', fault: 'unplugged' });
    await expect.poll(() => existsSync(path), patience).toBe(false);
    await expect.poll(() => existsSync(before), patience).toBe(false);
    await call('DELETE', '/faults?target=weather');
    await expect.poll(() => existsSync(path), patience).toBe(true);
    expect(readlinkSync(path)).not.toBe(before);
    const socket = await dial(ready.lines['weather']);
    expect(await talk(socket, sealFrame(2, bytesOf('03 0000 0001')), 7)).toMatch(/^020302/);
    socket.destroy();
  });

  it('an unplugged port with a time comes back by itself', async () => {
    const path = ready.lines['voice']?.ptyPath ?? '';
    const before = readlinkSync(path);
    await call('POST', '/faults', { target: 'voice', fault: 'unplugged', value: 200 });
    await expect.poll(() => existsSync(path) && readlinkSync(path) !== before, patience).toBe(true);
    expect((await call('GET', '/faults')).body).toHaveLength(1);
  });

  it.each([
    ['POST /faults', 'no JSON', 'emulator-body-malformed'],
    ['POST /faults', [], 'emulator-body-malformed'],
    ['POST /faults', { target: 'motor' }, 'emulator-body-malformed'],
    ['POST /faults', { target: 'motor', fault: 'asleep' }, 'emulator-fault-unknown'],
    ['POST /faults', { target: 'x', fault: 'silent' }, 'emulator-target-unknown'],
    ['POST /faults', 'x'.repeat(20_000), 'emulator-body-too-long'],
    ['POST /variants', { variant: 'all=often' }, 'emulator-variant-malformed'],
    ['POST /rain', { target: 'weather/2', mm: -1 }, 'emulator-body-malformed'],
    ['POST /rain', { target: 'cabinet/1', mm: 1 }, 'emulator-target-unfit'],
    ['POST /satellite', { sender: 1, hex: 'abc' }, 'emulator-body-malformed'],
    ['POST /nothing', {}, 'emulator-no-such-page'],
  ])('%s with %j is refused by name and changes nothing', async (page, sent, code) => {
    const [method = '', path = ''] = page.split(' ');
    const { status, body } = await call(method, path, sent);
    expect(status).toBe(code === 'emulator-no-such-page' ? 404 : 400);
    expect(body).toMatchObject({ code });
    const { message } = body as { message: { zh: string; en: string } };
    expect(message.zh).toContain(code);
    expect(message.en).not.toMatch(/\{\w+\}/);
    expect((await call('GET', '/faults')).body).toHaveLength(1);
  });

  it('lets rain fall and a satellite message arrive', async () => {
    expect((await call('POST', '/rain', { target: 'weather/2', mm: 10 })).status).toBe(200);
    const gauge = await dial(ready.lines['weather']);
    expect(await talk(gauge, sealFrame(2, bytesOf('03 0000 0001')), 7)).toMatch(/^0203020064/);
    gauge.destroy();
    const terminal = await dial(ready.lines['beidou']);
    const arrived = talk(terminal, new Uint8Array(), 25);
    await call('POST', '/satellite', { sender: 200_001, hex: '0102030405' });
    expect((await arrived).slice(0, 8)).toBe('24545858');
    terminal.write(bytesOf('24 54 58 53 51 00 16 00 00 00 44 00 00 00 00 20 00 C4 E3 BA C3 06'));
    await expect
      .poll(async () => (await call('GET', '/satellite')).body, patience)
      .toMatchObject([{ mode: 'chinese', text: '你好' }]);
    terminal.destroy();
  });

  it('tells what is heard, and leaves its recordings when it is asked to end', async () => {
    const heard = async () =>
      (await call('GET', '/heard?wav=no')).body as {
        terminals: { terminal: string; hz: number; stretches: { fromMs: number; toMs: number | null }[] }[];
      };
    const flash = async () => (await heard()).terminals[0]!.stretches.at(-1)!;
    await expect.poll(async () => (await flash()).toMs, patience).not.toBeNull();
    const stretch = await flash();
    const toMs = stretch.toMs ?? 0;
    child.kill('SIGTERM');
    // Not its exit: what it said last may still be in the pipe then.
    await once(child, 'close');
    const ended = JSON.parse(lines.at(-1)!) as { event: string; recording: { files: Record<string, string> } };
    expect(ended.event).toBe('ended');
    expect(toMs - stretch.fromMs).toBeGreaterThan(950);
    const motor = readWav(ended.recording.files['motor']!);
    expect(isTone(motor.subarray(Math.round(stretch.fromMs + 100) * 16, Math.round(toMs - 100) * 16), 500)).toBe(true);
  }, 60_000);
});
