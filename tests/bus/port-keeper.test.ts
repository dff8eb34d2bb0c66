import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLine } from '../../src/bus/open-line.ts';
import type { ModbusLine } from '../../src/bus/line.ts';
import { isForgotten, mailsEndBefore, nextMailId } from '../../src/bus/serial-messages.ts';
import { bundleWorker } from './support/bundled-worker.ts';
import { read, write } from './support/frames.ts';
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

const plug = (): { readonly pty: TestPty; readonly server: TestServer } => {
  const pty: TestPty = new TestPty((bytes) => server.take(bytes));
  const server: TestServer = new TestServer([1], (bytes) => pty.write(bytes));
  endings.push(() => pty.unplug());
  return { pty, server };
};

const lineAt = (path: string): ModbusLine => {
  const line = openLine(
    {
      ...{ id: 'rs485', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 20, pollEveryMs: 1000 },
      port: { kind: 'serial', path, baud: 115_200, parity: 'none', stopBits: 1 },
    },
    { workerUrl: worker.url },
  );
  endings.push(() => line.close());
  return line;
};

const ask = (pdu: Uint8Array, lane: 'alarm' | 'poll' = 'poll') => ({
  ...{ lane, unit: 1, pdu, turnaroundMs: 300, trace: null },
});

const opened = (line: ModbusLine): Promise<void> =>
  new Promise((resolve) => {
    line.onState((state) => {
      if (state === 'open') resolve();
    });
  });

describe('the port of a serial line', () => {
  it('that opens late gets nothing of what was told to have failed before', async () => {
    const { pty, server } = plug();
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-late-'));
    endings.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'port');
    const line = lineAt(path);
    // More than the ring between the threads holds.
    const alarms = Array.from({ length: 50 }, () => line.submit(ask(write(5, 0, 0xff00), 'alarm')));
    const replies = await Promise.all(alarms);
    expect(new Set(replies.map((reply) => (reply.ok ? 'ok' : reply.failure.code)))).toEqual(new Set(['line-gone']));
    const isOpen = opened(line);
    symlinkSync(pty.path, path);
    await isOpen;
    expect(await line.submit(ask(read(1, 0, 1)))).toMatchObject({ ok: true });
    expect(server.requests).toHaveLength(1);
    expect(server.coils.get(1)?.[0]).toBe(0);
  });

  it('is free for the next line when its line is closed', async () => {
    const { pty } = plug();
    for (let time = 0; time < 3; time += 1) {
      const line = lineAt(pty.path);
      expect(await line.submit(ask(read(3, 0, 1)))).toMatchObject({ ok: true });
      await line.close();
    }
  });

  it('is opened by the main thread: the program of the line has nothing of the library that opens it', () => {
    const program = readFileSync(fileURLToPath(worker.url), 'utf8');
    expect(program).toContain('modbus-serial');
    expect(program).not.toMatch(/["'](@serialport\/[a-z-]+|serialport)["']/);
  });
});

describe('the numbers of mails', () => {
  it('go on after they are used up', () => {
    expect(nextMailId(41)).toBe(42);
    expect(nextMailId(2 ** 31 - 1)).toBe(-(2 ** 31));
  });

  it('are forgotten up to the oldest that is waited for, or to the newest, wherever they stand', () => {
    for (const newest of [2 ** 20, 2 ** 31 - 1, -(2 ** 31), 0]) {
      const [oldest, next] = [(newest - 5) | 0, nextMailId(newest)];
      const forgotten = mailsEndBefore(oldest, newest);
      expect([isForgotten((oldest - 1) | 0, forgotten), isForgotten(oldest, forgotten)]).toEqual([true, false]);
      const none = mailsEndBefore(null, newest);
      expect([isForgotten((newest - 1) | 0, none), isForgotten(newest, none), isForgotten(next, none)]).toEqual([
        true,
        false,
        false,
      ]);
    }
  });

  it('tell what was given up from what came later, wherever they stand', () => {
    for (const last of [0, 7, 2 ** 31 - 1, -(2 ** 31), -1]) {
      const later = nextMailId(last);
      expect([isForgotten(last, last), isForgotten(later, last), isForgotten(last, later)]).toEqual([
        true,
        false,
        true,
      ]);
    }
  });
});
