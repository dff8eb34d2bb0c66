import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { isAlive } from '../../src/box/lines.ts';
import { openLine } from '../../src/bus/open-line.ts';
import type { LineState } from '../../src/bus/line.ts';
import type { LineWiring } from '../../src/core/wiring.ts';
import { TestPty } from './support/pty.ts';

const unplug: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const each of unplug.splice(0)) each();
});

/** A thread that opens its port and then stands still for ever, as one does that hangs in the system. */
const stuckProgram = (): URL => {
  const file = join(mkdtempSync(join(tmpdir(), 'mingluo-stuck-')), 'stuck.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     parentPort.postMessage([{ kind: 'open' }]);
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
  );
  return pathToFileURL(file);
};

/** A line on a port that is there. */
const wired = (): LineWiring => {
  const pty = new TestPty(() => undefined);
  unplug.push(() => pty.unplug());
  return {
    ...{ id: 'rs485', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 20, pollEveryMs: 1000 },
    port: { kind: 'serial', path: pty.path, baud: 9_600, parity: 'none', stopBits: 1 },
  };
};

test('a line whose thread stands still ends what waits after five seconds, and says that it is gone', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] });
  const line = openLine(wired(), { workerUrl: stuckProgram() });
  const states: LineState[] = [];
  await new Promise<void>((resolve) =>
    line.onState((state) => {
      states.push(state);
      resolve();
    }),
  );
  expect(states).toEqual(['open']);
  vi.advanceTimersByTime(10_000);
  // Nothing waits for it: a thread without work may sleep.
  expect(line.state).toBe('open');
  const reply = line.submit({
    ...{ lane: 'alarm', unit: 1, pdu: Uint8Array.of(3, 0, 0, 0, 1), turnaroundMs: 300, trace: 'order' },
  });
  vi.advanceTimersByTime(4_000);
  expect(line.state).toBe('open');
  vi.advanceTimersByTime(2_000);
  const settled = await reply;
  expect(settled.ok ? 'ok' : settled.failure.code).toBe('line-gone');
  expect(states.at(-1)).toBe('gone');
  await line.close();
});

/** A thread that sleeps in the kernel until somebody opens the other end of the pipe: nothing in this process can end it. */
const sleepingProgram = (pipe: string): URL => {
  const file = join(mkdtempSync(join(tmpdir(), 'mingluo-sleeping-')), 'sleeping.mjs');
  writeFileSync(
    file,
    `import { openSync } from 'node:fs';
     import { parentPort } from 'node:worker_threads';
     parentPort.postMessage([{ kind: 'open' }]);
     openSync(${JSON.stringify(pipe)}, 'r');`,
  );
  return pathToFileURL(file);
};

/** True when a thread of this process sleeps in the opening of a pipe (fifo(7)); it cannot say so itself. */
const someThreadSleeps = (): boolean =>
  readdirSync('/proc/self/task').some((task) => {
    try {
      return readFileSync(`/proc/self/task/${task}/wchan`, 'utf8') === 'wait_for_partner';
    } catch {
      // A thread that has ended meanwhile sleeps no more.
      return false;
    }
  });

/** The machine decides when the thread gets there; nothing of the test may end it before. */
const untilItSleeps = async (): Promise<void> => {
  const giveUpAt = performance.now() + 15_000;
  while (!someThreadSleeps()) {
    if (performance.now() > giveUpAt) throw new Error('the thread never slept');
    await new Promise((resolve) => void setImmediate(resolve));
  }
};

test('a thread that cannot even be ended keeps nobody waiting, and the watchdog is not fed any more', async () => {
  const pipe = join(mkdtempSync(join(tmpdir(), 'mingluo-pipe-')), 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] });
  const line = openLine(wired(), { workerUrl: sleepingProgram(pipe) });
  const alive = (): boolean => isAlive({ modbus: new Map([[line.id, line]]) }, { oldestMs: () => 0 });
  await new Promise<void>((resolve) => line.onState(() => resolve()));
  await untilItSleeps();
  const reply = line.submit({
    ...{ lane: 'alarm', unit: 1, pdu: Uint8Array.of(3, 0, 0, 0, 1), turnaroundMs: 300, trace: 'order' },
  });
  vi.advanceTimersByTime(6_000);
  expect((await reply).ok).toBe(false);
  expect([line.state, alive()]).toEqual(['gone', true]);
  vi.advanceTimersByTime(6_000);
  expect(alive()).toBe(false);
  const gone = line.close();
  // Both ends at once: opening one of them alone would wait for the other.
  closeSync(openSync(pipe, constants.O_RDWR));
  await gone;
});

test('an append that hangs starves the watchdog, too; a port that is unplugged does not', () => {
  const line = { id: 'x', state: 'gone' as const, submit: vi.fn(), onState: vi.fn(), close: vi.fn(), health: vi.fn() };
  const modbus = new Map([['x', line]]);
  expect(isAlive({ modbus }, { oldestMs: () => 4_999 })).toBe(true);
  expect(isAlive({ modbus }, { oldestMs: () => 5_000 })).toBe(false);
});
