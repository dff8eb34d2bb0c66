import { createServer, type Socket } from 'node:net';
import { pause } from '../../support/waiting.ts';
import { brief, quantile, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { openBus } from '../paced-bus.ts';
import { startProduct, type ProductOptions } from '../product.ts';
import { Talker } from '../talker.ts';
import { besideTheBus, type Workshop } from '../tools.ts';
import { latenciesOf, orderFor, type Latency } from '../triggers.ts';

const idleMs = 40;
/** An order's own read-backs are over, and the line is idle again, before the next one comes. */
const restMs = (): number => 1800 + 100 * Math.random();

/** From a message's leaving to the first byte on the line, when a C program stands between: median, ms. */
const floorMs = async (workshop: Workshop, count: number): Promise<number> => {
  const bus = await openBus(workshop, { baud: 9600, units: 1 });
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const program = new Talker(...besideTheBus(workshop.compile('floor.c'), [String(port), bus.path]));
  try {
    const socket = await new Promise<Socket>((resolve) => server.once('connection', resolve));
    const took: number[] = [];
    for (let n = 0; n < count; n += 1) {
      await pause(idleMs);
      await bus.frames();
      const sentAt = process.hrtime.bigint();
      socket.write(Buffer.alloc(1024, 'x'));
      await pause(20);
      const [frame] = await bus.frames();
      if (frame !== undefined) took.push(Number(frame.at - sentAt) / 1e6);
    }
    socket.destroy();
    return quantile(took, 0.5);
  } finally {
    server.close();
    await program.close();
    await bus.close();
  }
};

const verifyMs = async (workshop: Workshop, count: number): Promise<number> => {
  const program = await workshop.bundle('clients/verify-client.ts');
  const talker = new Talker(...besideTheBus(process.execPath, [program, String(count)]));
  const us = Number(await talker.line());
  await talker.close();
  return us / 1000;
};

/** Orders to an idle line: median from arrival in the box to the first byte, ms; and all of them from their leaving. */
const boxMs = async (
  workshop: Workshop,
  count: number,
  trouble: Partial<ProductOptions>,
): Promise<{ readonly p50: number; readonly p99: number; readonly sentP50: number }> => {
  const zones = 40;
  const site = { units: zones, zones, baud: 9600, pollEvery: '90 s' };
  const product = await startProduct(workshop, { site, probe: true, ...trouble });
  try {
    await pause(zones * 60 + 2500);
    const turns = Array.from({ length: count }, (_, n) => 1 + (n % zones));
    const trigger = (unit: number): Promise<Latency | null> => orderFor(product, unit);
    const { latencies } = await latenciesOf(trigger, turns, restMs);
    const known = latencies.flatMap(({ fromReceiveMs }) => (fromReceiveMs === null ? [] : [fromReceiveMs]));
    const sent = latencies.map(({ fromSendMs }) => fromSendMs);
    return { p50: quantile(known, 0.5), p99: quantile(known, 0.99), sentP50: quantile(sent, 0.5) };
  } finally {
    await product.close();
  }
};

/** From the bytes of a signed order to the first byte on an idle wire: the running box, beside a C program. */
export const triggerSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const count = scaled(sizes, 8 * sizes.rounds, 2);
  const [floor, verify] = [await floorMs(workshop, count), await verifyMs(workshop, count)];
  const plain = await boxMs(workshop, count, {});
  const slow = await boxMs(workshop, count, { syncMs: 30 });
  const stuck = await boxMs(workshop, count, { poolMs: 1000 });
  const least = floor + verify;
  const beside = `C ${brief(floor)} ms + Ed25519 ${brief(verify)} ms`;
  const rows: readonly Row[] = [
    {
      what: { zh: '收到指令到线上首字节', en: 'from an order’s arrival to the first byte on the wire' },
      ...{ value: plain.p50 / least, op: '<=', goal: 1.5, floor: beside, peer: '' },
      ours: `${brief(plain.p50)} ms (99 %: ${brief(plain.p99)} ms; from its leaving the centre ${brief(plain.sentP50)} ms)`,
    },
    {
      what: { zh: '磁盘每次落盘慢 30 毫秒，多花的毫秒', en: 'a disk whose every flush takes 30 ms more: ms added' },
      ...{ value: slow.p50 - plain.p50, op: '<=', goal: 1, floor: '0', peer: '', ours: `${brief(slow.p50)} ms` },
    },
    {
      what: { zh: 'libuv 线程池全被占住时，毫秒', en: 'all threads of libuv’s pool are stuck: ms to the wire' },
      ...{ value: stuck.p50, op: '<=', goal: 5, floor: '', peer: '', ours: `${brief(stuck.p50)} ms` },
    },
  ];
  const bars = [
    { label: 'C program', value: floor, of: 'floor' as const },
    { label: '+ Ed25519 verify', value: least, of: 'floor' as const },
    { label: 'mingluo', value: plain.p50, of: 'ours' as const },
    { label: 'fsync + 30 ms', value: slow.p50, of: 'ours' as const },
    { label: 'pool stuck', value: stuck.p50, of: 'ours' as const },
  ];
  const title = { zh: '收到指令到线上首字节', en: 'from an order’s arrival to the first byte on the wire' };
  return { rows, charts: [{ name: 'trigger', title, unit: 'ms', bars }], remarks: [] };
};
