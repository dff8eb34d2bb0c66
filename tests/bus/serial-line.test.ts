import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LineWiring } from '../../src/core/wiring.ts';
import { openLine } from '../../src/bus/open-line.ts';
import type { LineOptions } from '../../src/bus/line-options.ts';
import type { FrameNote, ModbusLine, Reply } from '../../src/bus/line.ts';
import { hex, read, write } from './support/frames.ts';
import { TestPty } from './support/pty.ts';
import { TestServer } from './support/test-server.ts';

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
  const line = openLine(serial(path), options);
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

describe('a serial line in its worker thread', () => {
  it('reads, writes, broadcasts and tells exceptions over a real tty', async () => {
    const { pty, server } = plug([1, 2]);
    const notes: FrameNote[] = [];
    const line = open(pty.path, { onFrame: (note) => notes.push(note) });
    const replies = await Promise.all([
      line.submit(ask(1, read(3, 4, 2))),
      line.submit(ask(2, write(6, 9, 4242))),
      line.submit(ask(2, read(4, 9, 1))),
      line.submit({ ...ask(1, write(5, 3, 0xff00), 'alarm'), trace: 'order-1' }),
      line.submit(ask(1, Uint8Array.of(16, 0, 10, 0, 2, 4, 0, 1, 0, 2))),
      line.submit(ask(1, Uint8Array.of(15, 0, 0, 0, 8, 1, 0xa5))),
      line.submit(ask(1, read(1, 0, 8))),
      line.submit(ask(1, read(3, 60, 9))),
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
    expect(codeOf(await line.submit(ask(2, read(1, 7, 1))))).toBe('ok');
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
});
