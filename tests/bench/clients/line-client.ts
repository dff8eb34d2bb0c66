/**
 * One client of a Modbus line in a process of its own, so that its processor time is its own. Its one argument is the
 * task as JSON. Prints `warm` after the first exchanges, waits for a line, does the counted ones and prints the result.
 */
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import modbus from 'modbus-serial';
import { SerialLine } from '../../../src/bus/serial-line.ts';
import type { SerialWiring } from '../../../src/bus/serial-messages.ts';

export interface LineTask {
  readonly client: 'mingluo' | 'modbus-serial';
  readonly path: string;
  readonly baud: number;
  /** `read`: 10 registers; `coil`: one coil on; `broadcast`: one coil on, everywhere. */
  readonly act: 'read' | 'coil' | 'broadcast';
  readonly warm: number;
  readonly count: number;
  readonly units: number;
  /** The worker program of the product. */
  readonly worker: string;
  /** The main thread is blocked for so long of every 100 ms. */
  readonly stallMs: number;
}

export interface LineResult {
  readonly exchanges: number;
  readonly failed: number;
  readonly cpuUs: number;
  readonly tookMs: number;
}

/** Does one exchange, when it is prepared; resolves to whether it was good. */
interface Client {
  readonly prepare: () => Promise<void>;
  readonly act: (unit: number) => Promise<boolean>;
  readonly close: () => Promise<unknown>;
}

const lookEveryMs = 20;

const ours = (task: LineTask): Client => {
  const { path, baud, act } = task;
  const wiring: SerialWiring = {
    ...{ id: 'bench', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1000 },
    port: { kind: 'serial', path, baud, parity: 'none', stopBits: 1 },
  };
  const line = new SerialLine(wiring, { workerUrl: pathToFileURL(task.worker) });
  const pdu = act === 'read' ? Uint8Array.of(3, 0, 0, 0, 10) : Uint8Array.of(5, 0, 0, 0xff, 0);
  const lane = act === 'read' ? 'poll' : 'alarm';
  return {
    // As in a box that has been up for some seconds.
    prepare: async () => {
      while (!line.isRehearsed) await setTimeout(lookEveryMs);
    },
    act: async (unit) =>
      (await line.submit({ lane, unit: act === 'broadcast' ? 0 : unit, pdu, turnaroundMs: 100, trace: null })).ok,
    close: () => line.close(),
  };
};

/** The library as its documentation shows it, with its timer as the only means to keep silence. */
const plain = async ({ path, baud, act }: LineTask): Promise<Client> => {
  const client = new modbus.default();
  await client.connectRTUBuffered(path, { baudRate: baud });
  client.setTimeout(act === 'broadcast' ? 1 : 1000);
  const silenceMs = Math.ceil(baud > 19_200 ? 1.75 : 35_000 / baud);
  const once = (unit: number): Promise<unknown> => {
    client.setID(act === 'broadcast' ? 0 : unit);
    return act === 'read' ? client.readHoldingRegisters(0, 10) : client.writeCoil(0, true);
  };
  return {
    prepare: () => Promise.resolve(),
    act: async (unit) => {
      const good = await once(unit).then(
        () => true,
        () => false,
      );
      await setTimeout(silenceMs);
      return good;
    },
    close: () => new Promise((resolve) => client.close(resolve)),
  };
};

const stall = (ms: number): NodeJS.Timeout | null => {
  if (ms === 0) return null;
  return setInterval(() => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }, 100);
};

const run = async (task: LineTask): Promise<LineResult> => {
  const client = task.client === 'mingluo' ? ours(task) : await plain(task);
  await client.prepare();
  for (let n = 0; n < task.warm; n += 1) await client.act(1 + (n % task.units));
  process.stdout.write('warm\n');
  await new Promise((resolve) => createInterface({ input: process.stdin }).once('line', resolve));
  const stalling = stall(task.stallMs);
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  let failed = 0;
  for (let n = 0; n < task.count; n += 1) if (!(await client.act(1 + (n % task.units)))) failed += 1;
  const { user, system } = process.cpuUsage(before);
  const tookMs = performance.now() - startedAt;
  if (stalling !== null) clearInterval(stalling);
  await client.close();
  return { exchanges: task.count, failed, cpuUs: (user + system) / task.count, tookMs };
};

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as LineTask))}\n`);
process.exit(0);
