import type { LineResult, LineTask } from './clients/line-client.ts';
import type { WakesResult, WakesTask } from './clients/empty-wakes.ts';
import { openBus, type BusOptions, type BusReport } from './paced-bus.ts';
import { Talker } from './talker.ts';
import { onTimeBesideTheBus, type Workshop } from './tools.ts';
import { distEntry } from '../support/dist.ts';

export type ClientName = LineTask['client'] | 'libmodbus';

export interface LineRun extends Pick<LineTask, 'act' | 'warm' | 'count'> {
  readonly client: ClientName;
  readonly bus: BusOptions;
  readonly stallMs?: number;
}

export interface LineMeasure {
  readonly wire: BusReport;
  readonly client: Pick<LineResult, 'exchanges' | 'failed' | 'cpuUs'>;
}

const startPeer = (workshop: Workshop, path: string, { bus, act, count }: LineRun): Talker => {
  const binary = workshop.compile('libmodbus-client.c', ['-I/usr/include/modbus', '-lmodbus']);
  const args = [path, String(bus.baud), act === 'read' ? 'read' : 'coil', String(count), String(bus.units)];
  return new Talker(...onTimeBesideTheBus(binary, args));
};

const startNode = async (workshop: Workshop, path: string, run: LineRun): Promise<Talker> => {
  const { client, bus, act, warm, count, stallMs = 0 } = run;
  const worker = distEntry('serial-line.entry');
  const task = { client, path, baud: bus.baud, act, warm, count, units: bus.units, worker, stallMs };
  const program = await workshop.bundle('clients/line-client.ts');
  return new Talker(...onTimeBesideTheBus(process.execPath, [program, JSON.stringify(task)]));
};

/** Processor time, in us, that three empty wakes of two threads take at this pace: see clients/empty-wakes.ts. */
export const measureWakes = async (workshop: Workshop, task: WakesTask): Promise<number> => {
  const program = await workshop.bundle('clients/empty-wakes.ts');
  const talker = new Talker(...onTimeBesideTheBus(process.execPath, [program, JSON.stringify(task)]));
  const { cpuUs } = JSON.parse(await talker.line()) as WakesResult;
  await talker.close();
  return cpuUs;
};

/** One client on a paced line of its own: what it says of itself, and what the wire saw of it. */
export const measureLine = async (workshop: Workshop, run: LineRun): Promise<LineMeasure> => {
  const bus = await openBus(workshop, run.bus);
  try {
    const isPeer = run.client === 'libmodbus';
    const talker = isPeer ? startPeer(workshop, bus.path, run) : await startNode(workshop, bus.path, run);
    if (!isPeer) {
      await talker.line();
      await bus.report();
      talker.say('go');
    }
    const client = JSON.parse(await talker.line()) as LineMeasure['client'];
    await talker.close();
    return { client, wire: await bus.report() };
  } finally {
    await bus.close();
  }
};
