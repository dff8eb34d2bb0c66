/**
 * The measurement of docs/explanation/threads-and-lines.md: exchanges a second with the line in its worker and on the
 * main thread, while the main thread is blocked for part of the time. Each run has a paced line of its own.
 *
 *   npx tsx tests/bus/support/measure-threads.ts [rounds]
 */
import { SerialPort } from 'serialport';
import { AsyncLine } from '../../../src/bus/async-line.ts';
import type { Connector } from '../../../src/bus/connector.ts';
import { systemClock } from '../../../src/bus/line-clock.ts';
import type { ModbusLine } from '../../../src/bus/line.ts';
import { openLine } from '../../../src/bus/open-line.ts';
import type { SerialWiring } from '../../../src/bus/serial-messages.ts';
import { settingsOf } from '../../../src/bus/settings-of.ts';
import { compile, Helper } from './compiled.ts';
import { read } from './frames.ts';

/** The same line machine on the main thread, over SerialPort as a stream: what the worker is compared with. */
const mainThreadConnector =
  ({ port: { path, baud } }: SerialWiring): Connector =>
  (events) => {
    const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
    port.open(() => {
      port.on('data', (bytes: Buffer) => events.bytes(bytes));
      events.opened();
    });
    return { write: (bytes) => void port.write(Buffer.from(bytes)), close: () => port.close() };
  };

const lineOf = (where: 'worker' | 'main', wiring: SerialWiring): ModbusLine =>
  where === 'worker'
    ? openLine(wiring)
    : new AsyncLine(
        settingsOf(wiring, { patienceMs: 20, lateGuardMs: 1000 }),
        mainThreadConnector(wiring),
        systemClock,
      );

interface Case {
  readonly where: 'worker' | 'main';
  readonly baud: number;
  readonly count: number;
  readonly blockedMs: number;
}

const measure = async (binary: string, { where, baud, count, blockedMs }: Case): Promise<string> => {
  const helper = new Helper(binary, [String(baud), '0', '16']);
  const path = await helper.line();
  const line = lineOf(where, {
    ...{ id: 'measured', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1000 },
    port: { kind: 'serial', path, baud, parity: 'none', stopBits: 1 },
  });
  const ask = (n: number) => {
    return { lane: 'poll' as const, unit: 1 + (n % 16), pdu: read(3, n % 50, 10), turnaroundMs: 100, trace: null };
  };
  for (let n = 0; n < 10; n += 1) await line.submit(ask(n));
  const blocking = setInterval(() => {
    const until = performance.now() + blockedMs;
    while (performance.now() < until);
  }, 100);
  if (blockedMs === 0) clearInterval(blocking);
  const before = process.cpuUsage();
  const replies = await Promise.all(Array.from({ length: count }, (_, n) => line.submit(ask(n))));
  const { user, system } = process.cpuUsage(before);
  clearInterval(blocking);
  helper.endInput();
  const wire = JSON.parse(await helper.line()) as { early: number; neededUs: number; elapsedUs: number };
  await line.close();
  const good = replies.filter(({ ok }) => ok).map(({ timing }) => timing);
  const periods = good.slice(1).map(({ sentAt }, n) => sentAt - (good[n]?.sentAt ?? sentAt));
  periods.sort((x, y) => x - y);
  const tookMs = Math.max(...good.map(({ endedAt }) => endedAt)) - Math.min(...good.map(({ sentAt }) => sentAt));
  return JSON.stringify({
    ...{ where, baud, blockedMs, good: good.length, of: count },
    perSecond: Number(((1000 * good.length) / tookMs).toFixed(1)),
    medianPeriodMs: Number((periods[periods.length >> 1] ?? 0).toFixed(2)),
    wireUse: Number((wire.neededUs / wire.elapsedUs).toFixed(3)),
    ...{ earlyFrames: wire.early, cpuUs: Math.round((user + system) / count) },
  });
};

const binary = compile('paced-unit.c', ['-lutil']);
for (let round = 0; round < Number(process.argv[2] ?? 1); round += 1) {
  for (const [baud, count] of [
    [9600, 60],
    [115_200, 300],
  ] as const) {
    for (const blockedMs of [0, 50]) {
      for (const where of ['worker', 'main'] as const) {
        console.log(await measure(binary, { where, baud, count, blockedMs }));
      }
    }
  }
}
