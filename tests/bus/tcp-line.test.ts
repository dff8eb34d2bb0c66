import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LineWiring } from '../../src/core/wiring.ts';
import { openByteLine } from '../../src/bus/byte-line.ts';
import { openLine } from '../../src/bus/open-line.ts';
import type { ModbusLine, Reply } from '../../src/bus/line.ts';
import { until } from '../support/waiting.ts';
import { hex, read, TestUnits, write } from './support/frames.ts';
import { TestPty } from './support/pty.ts';
import { TestServer } from './support/test-server.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const listen = (onSocket: (socket: Socket) => void, port = 0): Promise<{ port: number; stop: () => Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    onSocket(socket);
  });
  const stop = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  endings.push(stop);
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, stop });
    });
  });
};

const rtuServer = (units: readonly number[]) => {
  const server = new TestServer(units, () => undefined);
  const onSocket = (socket: Socket): void => {
    const each = new TestServer(units, (bytes) => socket.write(bytes));
    each.script = (request) => server.script(request);
    for (const [unit, words] of server.registers) each.registers.set(unit, words);
    for (const [unit, bits] of server.coils) each.coils.set(unit, bits);
    socket.on('data', (bytes: Buffer) => {
      each.take(bytes);
      server.requests.push(...each.requests.splice(0));
    });
  };
  return { server, onSocket };
};

/** MBAP by hand: the reply to each whole request, with its own transaction number. */
const mbapServer =
  (units: TestUnits, delayMs: (nth: number) => number = () => 0) =>
  (socket: Socket): void => {
    let nth = 0;
    socket.on('data', (request: Buffer) => {
      const unit = request[6]!;
      if (unit === 0) {
        for (const each of units.alive) units.answer(each, request.subarray(7));
      } else if (units.alive.has(unit)) {
        const pdu = units.answer(unit, Uint8Array.from(request.subarray(7)));
        const frame = Uint8Array.from([...request.subarray(0, 4), 0, pdu.length + 1, unit, ...pdu]);
        const late = delayMs(nth);
        nth += 1;
        if (late === 0) {
          socket.write(frame.subarray(0, 5));
          setImmediate(() => socket.write(frame.subarray(5)));
        } else {
          setTimeout(() => socket.write(frame), late);
        }
      }
    });
  };

const wiring = (port: number, speaks: LineWiring['speaks']): LineWiring => ({
  ...{ id: 'tcp', speaks, echoes: false, adapterLatencyMs: 50, pollEveryMs: 1000 },
  port: { kind: 'tcp', host: '127.0.0.1', port, baud: 115_200 },
});

const open = (port: number, speaks: LineWiring['speaks']): ModbusLine => {
  const line = openLine(wiring(port, speaks));
  endings.push(() => line.close());
  return line;
};

const ask = (unit: number, pdu: Uint8Array, turnaroundMs = 300) => ({
  ...{ lane: 'poll' as const, unit, pdu, turnaroundMs, trace: null },
});
const shown = (reply: Reply): string => (reply.ok ? hex(reply.pdu) : reply.failure.code);

const opened = (line: { readonly state: string; onState(listener: (state: string) => void): void }): Promise<void> =>
  new Promise((resolve) => {
    if (line.state === 'open') resolve();
    line.onState((state) => {
      if (state === 'open') resolve();
    });
  });

describe('RTU over TCP', () => {
  it('asks units behind a serial device server, one at a time and in order', async () => {
    const { server, onSocket } = rtuServer([1, 2]);
    const { port } = await listen(onSocket);
    const line = open(port, 'modbus-rtu');
    const replies = await Promise.all([
      line.submit(ask(1, read(3, 4, 2))),
      line.submit(ask(2, write(6, 9, 4242))),
      line.submit(ask(2, read(3, 9, 1))),
      line.submit(ask(0, write(5, 7, 0xff00), 5)),
      line.submit(ask(1, read(1, 7, 1))),
      line.submit(ask(9, read(3, 0, 1), 20)),
    ]);
    expect(replies.map(shown)).toEqual(['030401040105', '0600091092', '03021092', '', '010101', 'unit-silent']);
    expect(server.requests.map((request) => request[0])).toEqual([1, 2, 2, 0, 1, 9]);
  });

  it('connects again after the server went and came back, and says so', async () => {
    const { onSocket } = rtuServer([1]);
    const first = await listen(onSocket);
    const line = open(first.port, 'modbus-rtu');
    const states: string[] = [];
    line.onState((state) => states.push(state));
    expect(shown(await line.submit(ask(1, read(3, 0, 1))))).toBe('03020100');
    const pending = line.submit(ask(1, Uint8Array.of(3, 0, 0, 0, 99), 3000));
    await first.stop();
    expect(['line-gone', 'modbus-exception']).toContain(shown(await pending));
    await listen(onSocket, first.port);
    await opened(line);
    expect(shown(await line.submit(ask(1, read(3, 0, 1))))).toBe('03020100');
    expect(states.slice(0, 2)).toEqual(['open', 'gone']);
    expect(states.at(-1)).toBe('open');
  });

  it('tells at once that nobody listens, and neither throws nor spins', async () => {
    const { port, stop } = await listen(() => undefined);
    await stop();
    const line = open(port, 'modbus-rtu');
    expect(shown(await line.submit(ask(1, read(3, 0, 1))))).toBe('line-gone');
    expect(shown(await line.submit(ask(1, read(3, 0, 1))))).toBe('line-gone');
    expect(line.state).toBe('gone');
  });
});

describe('Modbus TCP', () => {
  it('reads and writes by MBAP frames, also when they come in pieces', async () => {
    const units = new TestUnits([1, 17]);
    const { port } = await listen(mbapServer(units));
    const line = open(port, 'modbus-tcp');
    const replies = await Promise.all([
      line.submit(ask(17, read(3, 4, 2))),
      line.submit(ask(1, write(6, 9, 4242))),
      line.submit(ask(1, read(4, 9, 1))),
      line.submit(ask(1, read(3, 60, 10))),
    ]);
    expect(replies.map(shown)).toEqual(['030411041105', '0600091092', '04021092', 'modbus-exception']);
  });

  it('never takes a late reply for the next answer: the transaction number tells', async () => {
    const units = new TestUnits([1]);
    const { port } = await listen(mbapServer(units, (nth) => (nth === 0 ? 150 : 0)));
    const line = open(port, 'modbus-tcp');
    expect(shown(await line.submit(ask(1, read(3, 1, 1), 10)))).toBe('unit-silent');
    const replies = await Promise.all([2, 3, 4, 5].map((address) => line.submit(ask(1, read(3, address, 1)))));
    expect(replies.map(shown)).toEqual(['03020102', '03020103', '03020104', '03020105']);
  });
});

describe('byte lines', () => {
  it('carries bytes both ways over TCP', async () => {
    const { port } = await listen((socket) => socket.on('data', (bytes: Buffer) => socket.write(bytes.toReversed())));
    const line = openByteLine(wiring(port, 'bytes'));
    endings.push(() => line.close());
    await opened(line);
    const heard = new Promise<string>((resolve) => line.onBytes((bytes) => resolve(hex(bytes))));
    expect(await line.send(Uint8Array.of(0xfd, 0, 2))).toEqual({ ok: true });
    expect(await heard).toBe('0200fd');
    await line.close();
    expect(await line.send(Uint8Array.of(1))).toMatchObject({ ok: false, failure: { code: 'line-closed' } });
  });

  it('carries bytes over a tty, notices that it was unplugged, and opens it again under another name', async () => {
    const sent: string[] = [];
    const plug = (): TestPty => new TestPty((bytes) => sent.push(hex(bytes)));
    const [first, second] = [plug(), plug()];
    endings.push(() => [first, second].forEach((pty) => pty.unplug()));
    const base = wiring(1, 'bytes');
    const line = openByteLine(
      { ...base, port: { kind: 'serial', path: first.path, baud: 9600, parity: 'none', stopBits: 1 } },
      { alternatives: [second.path] },
    );
    endings.push(() => line.close());
    const states: string[] = [];
    line.onState((state) => states.push(state));
    await opened(line);
    expect(await line.send(Uint8Array.of(0xfd, 0, 2, 0x21, 0xde))).toEqual({ ok: true });
    const heard = new Promise<string>((resolve) => line.onBytes((bytes) => resolve(hex(bytes))));
    first.write(Uint8Array.of(0x41));
    expect(await heard).toBe('41');
    first.unplug();
    await until('the line is gone', () => line.state === 'gone');
    expect(await line.send(Uint8Array.of(1))).toMatchObject({ ok: false, failure: { code: 'line-gone' } });
    await opened(line);
    await until('every state is told', () => states.length >= 3);
    expect(await line.send(Uint8Array.of(0x55))).toEqual({ ok: true });
    await until('the byte', () => sent.includes('55'));
    expect(states).toEqual(['open', 'gone', 'open']);
  });
});
