import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LineWiring } from '../../src/core/wiring.ts';
import { SerialLine } from '../../src/bus/serial-line.ts';
import { openLine } from '../../src/bus/open-line.ts';
import type { LineOptions } from '../../src/bus/line-options.ts';
import type { Exchange, FrameNote, ModbusLine, Reply } from '../../src/bus/line.ts';
import { pause } from '../support/waiting.ts';
import { bundleWorker } from './support/bundled-worker.ts';
import { hex, read, write } from './support/frames.ts';
import { TestPty } from './support/pty.ts';
import { TestServer } from './support/test-server.ts';

let worker: Awaited<ReturnType<typeof bundleWorker>>;
beforeAll(async () => {
  worker = await bundleWorker();
});
afterAll(() => worker.remove());

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const plug = (units: readonly number[]): { pty: TestPty; server: TestServer } => {
  const pty: TestPty = new TestPty((bytes) => server.take(bytes));
  const server: TestServer = new TestServer(units, (bytes) => pty.write(bytes));
  endings.push(() => pty.unplug());
  return { pty, server };
};

const serial = (path: string): LineWiring => ({
  ...{ id: 'rs485', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 20, pollEveryMs: 1000 },
  port: { kind: 'serial', path, baud: 115_200, parity: 'none', stopBits: 1 },
});

const open = (path: string, options: LineOptions = {}): ModbusLine => {
  const line = openLine(serial(path), { workerUrl: worker.url, ...options });
  endings.push(() => line.close());
  return line;
};

const ask = (unit: number, pdu: Uint8Array, lane: 'alarm' | 'read-back' | 'poll' = 'poll') => ({
  ...{ lane, unit, pdu, turnaroundMs: 300, trace: null },
});
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.failure.code);

const stateOf = (line: ModbusLine, wanted: string): Promise<void> =>
  new Promise((resolve) => {
    if (line.state === wanted) resolve();
    line.onState((state) => {
      if (state === wanted) resolve();
    });
  });

describe('a serial line in its worker thread, from the bundle', () => {
  it('tells only of frames that serve an order when asked to', async () => {
    const { pty } = plug([1]);
    const notes: FrameNote[] = [];
    const line = open(pty.path, { onFrame: (note) => notes.push(note), onlyTraced: true });
    await line.submit(ask(1, read(3, 0, 2)));
    await line.submit({ ...ask(1, write(5, 0, 0xff00), 'alarm'), trace: 'an-order' });
    await line.submit(ask(1, read(3, 0, 2)));
    expect(notes.map(({ direction, trace }) => [direction, trace])).toEqual([
      ['sent', 'an-order'],
      ['received', 'an-order'],
    ]);
  });

  it('reads, writes, broadcasts and tells exceptions over a real tty', async () => {
    const { pty, server } = plug([1, 2]);
    const notes: FrameNote[] = [];
    const line = open(pty.path, { onFrame: (note) => notes.push(note) });
    // The units answer from this very thread, as soon as it comes to it.
    const submit = (exchange: Exchange) => line.submit({ ...exchange, turnaroundMs: 5_000 });
    const replies = await Promise.all([
      submit(ask(1, read(3, 4, 2))),
      submit(ask(2, write(6, 9, 4242))),
      submit(ask(2, read(4, 9, 1))),
      submit({ ...ask(1, write(5, 3, 0xff00), 'alarm'), trace: 'order-1' }),
      submit(ask(1, Uint8Array.of(16, 0, 10, 0, 2, 4, 0, 1, 0, 2))),
      submit(ask(1, Uint8Array.of(15, 0, 0, 0, 8, 1, 0xa5))),
      submit(ask(1, read(1, 0, 8))),
      submit(ask(1, read(3, 60, 9))),
    ]);
    expect(replies.map((reply) => (reply.ok ? hex(reply.pdu) : reply.failure.code))).toEqual([
      '030401040105',
      '0600091092',
      '04021092',
      '050003ff00',
      '10000a0002',
      '0f00000008',
      '0101a5',
      'modbus-exception',
    ]);
    const told = await line.submit({ ...ask(0, write(5, 7, 0xff00), 'alarm'), turnaroundMs: 5 });
    expect(told).toMatchObject({ ok: true });
    expect(codeOf(await submit(ask(2, read(1, 7, 1))))).toBe('ok');
    expect([server.coils.get(1)![7], server.coils.get(2)![7]]).toEqual([1, 1]);
    expect(server.wrong).toBe(0);
    expect(notes.filter(({ trace }) => trace === 'order-1').map(({ direction }) => direction)).toEqual([
      'sent',
      'received',
    ]);
    expect(line.health()).toMatchObject({ exchanges: 10, broadcasts: 1, exceptions: 1, opens: 1 });
    for (const { timing } of replies) {
      expect(timing.endedAt).toBeGreaterThan(timing.sentAt);
      expect(timing.endedAt).toBeLessThanOrEqual(performance.now());
    }
  });

  it('has sent an alarm on a resting line when `submit` returns, whatever the main thread does next', async () => {
    const { pty } = plug([1]);
    const line = open(pty.path);
    await line.submit(ask(1, read(3, 0, 2)));
    let sentBefore = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      // The thread falls asleep again some time after the reply: there is nothing to be told of it.
      await pause(15);
      const told = line.submit(ask(1, write(5, 0, 0xff00), 'alarm'));
      const returnedAt = performance.now();
      const { timing } = await told;
      if (timing.sentAt <= returnedAt) sentBefore += 1;
    }
    // A busy machine may keep the thread from its processor for longer than anybody waits here.
    expect(sentBefore).toBeGreaterThan(10);
  }, 20_000);

  it('lets an alarm out right after the exchange on the wire while many polls wait', async () => {
    const { pty, server } = plug([1, 2]);
    const line = open(pty.path);
    const polls = Array.from({ length: 60 }, (_, at) => line.submit(ask(1, read(3, at % 32, 10))));
    await polls[2];
    const alarm = await line.submit({ ...ask(2, write(5, 0, 0xff00), 'alarm'), trace: 'order-1' });
    expect(alarm.ok).toBe(true);
    const place = server.requests.findIndex(([unit]) => unit === 2);
    expect(place).toBeLessThan(12);
    expect((await Promise.all(polls)).every(({ ok }) => ok)).toBe(true);
    expect(alarm.timing.queuedMs).toBeLessThan(100);
  });

  it('is hung up, fails what waits, opens the device again under another name, and goes on', async () => {
    const { pty } = plug([1]);
    const second = plug([1]);
    const line = open(pty.path, { alternatives: [second.pty.path] });
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('ok');
    const states: string[] = [];
    line.onState((state) => states.push(state));
    const waiting = [1, 2, 3].map((n) => line.submit({ ...ask(9, read(3, n, 1)), turnaroundMs: 20_000 }));
    pty.unplug();
    const codes = (await Promise.all(waiting)).map(codeOf);
    expect(codes).toEqual(['line-gone', 'line-gone', 'line-gone']);
    await stateOf(line, 'open');
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('ok');
    expect(states).toEqual(['gone', 'open']);
    expect(line.health().opens).toBe(2);
  });

  it('finds a device again behind a link that means another device now', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-bus-'));
    endings.push(() => rmSync(folder, { recursive: true }));
    const link = join(folder, 'by-id');
    const [first, second] = [plug([1]), plug([2])];
    symlinkSync(first.pty.path, link);
    const line = open(link);
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('ok');
    const gone = stateOf(line, 'gone');
    rmSync(link);
    symlinkSync(second.pty.path, link);
    await gone;
    await stateOf(line, 'open');
    expect(codeOf(await line.submit(ask(2, read(3, 0, 1))))).toBe('ok');
  });

  it('says that a port does not exist, keeps trying without using the processor, and closes at once', async () => {
    const line = open('/dev/mingluo-no-such-port');
    const reply = await line.submit(ask(1, read(3, 0, 1)));
    expect(reply).toMatchObject({ ok: false, failure: { code: 'line-gone', params: { line: 'rs485' } } });
    const before = process.cpuUsage();
    await pause(600);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 600_000).toBeLessThan(0.5);
    const start = performance.now();
    await line.close();
    expect(performance.now() - start).toBeLessThan(1500);
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('line-closed');
  });

  it('outlives its thread: a worker that dies ends what waits, and the line says that it is gone', async () => {
    const { pty } = plug([1]);
    const line = open(pty.path, { workerUrl: new URL('./no-such-program.js', import.meta.url) });
    const reply = await line.submit(ask(1, read(3, 0, 1)));
    expect(codeOf(reply)).toBe('line-gone');
    expect(!reply.ok && reply.failure.params['reason']).toMatch(/^its thread failed/);
    expect(line.state).toBe('gone');
    await line.close();
    expect(line.state).toBe('closed');
  });

  it('keeps serving while a flood of noise comes in, and an idle line costs nearly no processor time', async () => {
    const { pty, server } = plug([1]);
    const line = open(pty.path);
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('ok');
    for (let n = 0; n < 20; n += 1) pty.write(new Uint8Array(4000).fill(0x5a + n));
    const replies = await Promise.all([1, 2, 3].map((at) => line.submit(ask(1, read(3, at, 1), 'alarm'))));
    for (const reply of replies) expect(['ok', 'line-babbling', 'reply-garbled']).toContain(codeOf(reply));
    await pause(300);
    expect(codeOf(await line.submit(ask(1, read(3, 5, 1))))).toBe('ok');
    // What it rehearses when it rests is no part of what an idle line costs.
    await expect.poll(() => line instanceof SerialLine && line.isRehearsed, { timeout: 50_000 }).toBe(true);
    const [before, from] = [process.cpuUsage(), performance.now()];
    await pause(800);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / (performance.now() - from)).toBeLessThan(0.3);
    expect(server.wrong).toBe(0);
  }, 60_000);

  it('keeps asking at full pace while the main thread is blocked', async () => {
    const { pty } = plug([1]);
    const line = open(pty.path);
    expect(codeOf(await line.submit(ask(1, read(3, 0, 1))))).toBe('ok');
    // Silent units: their timeouts need no help from this thread, on which the test's own server lives.
    const silent = [11, 12, 13, 14, 15, 16].map((unit) =>
      line.submit({ ...ask(unit, read(3, 0, 1)), turnaroundMs: 20 }),
    );
    const until = performance.now() + 600;
    while (performance.now() < until);
    const replies = await Promise.all(silent);
    expect(replies.map(codeOf)).toEqual(silent.map(() => 'unit-silent'));
    for (const { timing } of replies) expect(timing.endedAt).toBeLessThan(until);
  });
});
