import { join } from 'node:path';
import { realDisk } from '../../src/store/disk.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { pause } from '../support/waiting.ts';
import { median, quantile } from './goal.ts';
import type { LoopDisk } from './loop-disk.ts';
import { cpuMsOf, sizeOf, treeOf } from './process-size.ts';
import { startProduct, type Product } from './product.ts';
import type { Workshop } from './tools.ts';
import { latenciesOf, orderFor } from './triggers.ts';
import { createUplinkCounter, type SentMessage, type UplinkCounter } from './uplink-counter.ts';

/** What a village of so many units costs its box. */
export interface VillageCost {
  readonly units: number;
  /** From an order's leaving the centre to its first frame, while all units are polled: median, ms. */
  readonly alarmMs: number;
  /** Bytes that reached the device for one durable record, whatever was written; null without a device of one's own. */
  readonly bytesPerEvent: number | null;
  /** Upstream bytes of an hour in which nothing changes. */
  readonly quietHourBytes: number;
  /** Upstream bytes of the receipts of one alarm of one siren. */
  readonly receiptBytes: number;
  /** A whole state, as it goes up after each connect and at most every ten seconds while things change. */
  readonly stateBytes: number;
  readonly mainRssMb: number;
  readonly treePssMb: number;
  /** Processor time of a second in which only polls go out, ms. */
  readonly cpuMsPerSecond: number;
  readonly cpuUsPerPoll: number;
}

export interface CostOptions {
  readonly workshop: Workshop;
  readonly disk: LoopDisk | null;
  readonly units: number;
  readonly rounds: number;
  /** How long it is left alone after each unit was looked at for the first time, ms. */
  readonly settleMs?: number;
  /** In each round: how long nothing happens but polls, ms, and then how many alarms ring. */
  readonly quietMs: number;
  readonly alarms: number;
}

/** Alarms ring in one zone after the other, each with one siren, however many units there are. */
const zones = 8;
/** A first look at a unit takes more than a poll of it. */
const firstLookMs = 60;
/** A change of state is told within ten seconds: that every unit was seen for the first time is one. */
const stateToldMs = 11_000;
/** The last tone is over, and what became of it is told. */
const afterAlarmsMs = 2_500;
const statusesPerHour = 60;
const timeRequestsPerHour = 4;
const timeRequestBytes = 80;

const bytesOf = (sent: readonly SentMessage[]): number => sent.reduce((sum, { bytes }) => sum + bytes, 0);

const recordsIn = async ({ stateDir }: Product): Promise<number> => {
  const verified = await verifyJournal(realDisk, join(stateDir, 'journal'));
  if (!verified.ok) throw new Error(verified.failure.code);
  return verified.value.head.number;
};

const lastTold = ({ centre }: Product): string =>
  JSON.stringify(
    centre
      .receipts()
      .slice(-3)
      .map(({ receipt }) => receipt.body),
  );

const treeCpuMs = (pid: number): number => treeOf(pid).reduce((sum, each) => sum + cpuMsOf(each), 0);
const treePssMb = (pid: number): number => treeOf(pid).reduce((sum, each) => sum + sizeOf(each).pssMb, 0);

type Quiet = Pick<VillageCost, 'quietHourBytes' | 'cpuMsPerSecond' | 'cpuUsPerPoll' | 'mainRssMb' | 'treePssMb'>;

/** Nothing but polls. A status goes up each minute whatever happens: it is asked for once, and counted sixty times. */
const whileQuiet = async (product: Product, counter: UplinkCounter, quietMs: number): Promise<Quiet> => {
  const { pid, bus, centre } = product;
  counter.sent();
  await bus.report();
  const [cpuBefore, startedAt] = [treeCpuMs(pid), performance.now()];
  await pause(quietMs);
  const [cpuMs, tookMs] = [treeCpuMs(pid) - cpuBefore, performance.now() - startedAt];
  const { requests } = await bus.report();
  const news = counter.sent().filter(({ type }) => type !== 'status');
  centre.ping();
  await pause(500);
  const status = counter.sent().find(({ type }) => type === 'status');
  if (status === undefined) throw new Error('no status came when it was asked for');
  return {
    quietHourBytes:
      (bytesOf(news) * 3_600_000) / tookMs + statusesPerHour * status.bytes + timeRequestsPerHour * timeRequestBytes,
    cpuMsPerSecond: (1000 * cpuMs) / tookMs,
    cpuUsPerPoll: (1000 * cpuMs) / requests,
    mainRssMb: sizeOf(pid).rssMb,
    treePssMb: treePssMb(pid),
  };
};

type Alarmed = Pick<VillageCost, 'alarmMs' | 'bytesPerEvent' | 'receiptBytes'>;

const whileAlarmed = async (
  product: Product,
  counter: UplinkCounter,
  { disk, alarms }: Pick<CostOptions, 'disk' | 'alarms'>,
): Promise<Alarmed> => {
  counter.sent();
  const [written, records] = [disk?.count().bytes ?? null, await recordsIn(product)];
  const turns = Array.from({ length: alarms }, (_, n) => 1 + (n % (zones - 1)));
  const { latencies, lost } = await latenciesOf(
    (unit) => orderFor(product, unit),
    turns,
    () => 150 + Math.random() * 200,
  );
  if (lost > 0) throw new Error(`${lost} of ${alarms} orders came to no frame; last told: ${lastTold(product)}`);
  await pause(afterAlarmsMs);
  const receipts = counter.sent().filter(({ type }) => type === 'receipts');
  const events = (await recordsIn(product)) - records;
  return {
    alarmMs: quantile(
      latencies.map(({ fromSendMs }) => fromSendMs),
      0.5,
    ),
    bytesPerEvent: disk === null || written === null ? null : (disk.count().bytes - written) / events,
    receiptBytes: bytesOf(receipts) / alarms,
  };
};

/** Brings a village of this size up, lets it be, and then lets it ring, again and again. Throws where an order came to nothing. */
export const costsOf = async (options: CostOptions): Promise<readonly VillageCost[]> => {
  const { workshop, disk, units, rounds, quietMs, settleMs = stateToldMs } = options;
  const counter = createUplinkCounter();
  const site = { units, zones, ownZones: true, baud: 9600, pollEvery: '200 ms' };
  const product = await startProduct(workshop, {
    ...{ site, between: counter.between },
    ...(disk === null ? {} : { stateDir: join(disk.dir, `state-${units}`) }),
  });
  try {
    await pause(units * firstLookMs + settleMs);
    const stateBytes = counter.sent().findLast(({ type }) => type === 'snapshot')?.bytes ?? Number.NaN;
    const quiets: Quiet[] = [];
    for (let round = 0; round < rounds; round += 1) quiets.push(await whileQuiet(product, counter, quietMs));
    const costs: VillageCost[] = [];
    for (const quiet of quiets) {
      costs.push({ units, stateBytes, ...quiet, ...(await whileAlarmed(product, counter, options)) });
    }
    return costs;
  } finally {
    await product.close();
  }
};

/** The middle of several measurements of one village. */
export const middleOf = (costs: readonly VillageCost[], part: keyof VillageCost): number =>
  median(costs.flatMap((cost) => cost[part] ?? []));
