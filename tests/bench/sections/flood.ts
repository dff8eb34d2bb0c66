import { join } from 'node:path';
import { connectFlood, floodOf, slowFlood, type Flood } from '../flood.ts';
import { brief, quantile, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { sizeOf, treeOf } from '../process-size.ts';
import { startProduct, type Product } from '../product.ts';
import type { Workshop } from '../tools.ts';
import { latenciesOf, orderFor, triggerFor } from '../triggers.ts';

interface Storm {
  readonly name: string;
  readonly what: { readonly zh: string; readonly en: string };
  readonly begin: (product: Product) => readonly Flood[];
}

const forged = (n: number): string =>
  JSON.stringify({
    ...{ type: 'order', key: 'practice-county', signature: Buffer.alloc(64, n).toString('base64') },
    envelope: Buffer.alloc(700, 65 + (n % 26)).toString('base64'),
  });

const control = ({ stateDir }: Product): { readonly path: string } => ({ path: join(stateDir, 'control.sock') });

const storms: readonly Storm[] = [
  {
    name: 'link',
    what: { zh: '中心链路每秒 1000 条伪造指令', en: '1000 forged orders a second over the link to the centre' },
    begin: ({ centre }) => {
      let n = 0;
      return [floodOf(1000, () => void centre.sendRaw(forged((n += 1))))];
    },
  },
  {
    name: 'control',
    what: {
      zh: '控制口每秒 1000 个连接、200 个慢连接',
      en: '1000 connects a second to the control socket, 200 slow ones',
    },
    begin: (product) => [
      connectFlood(control(product), 1000, '{"do":"nonsense"}\n'.repeat(3)),
      slowFlood(control(product), 200, '{"do":"trig'),
    ],
  },
];

interface Outcome {
  readonly localMs: readonly number[];
  readonly signedMs: readonly number[];
  readonly lost: number;
  readonly treeMb: number;
  readonly thrown: number;
}

const weather = async (product: Product, storm: Storm, count: number): Promise<Outcome> => {
  const floods = storm.begin(product);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const zones = Array.from({ length: count }, (_, n) => 1 + (n % 40));
  const gap = (): number => 60 + 80 * Math.random();
  const local = await latenciesOf((unit) => triggerFor(product, unit), zones, gap);
  const signed = await latenciesOf((unit) => orderFor(product, unit), zones, gap);
  const treeMb = treeOf(product.pid)
    .map((pid) => sizeOf(pid).pssMb)
    .reduce((sum, each) => sum + each, 0);
  let thrown = 0;
  for (const flood of floods) thrown += await flood.stop();
  const times = (of: typeof local): readonly number[] => of.latencies.map(({ fromSendMs }) => fromSendMs);
  return { localMs: times(local), signedMs: times(signed), lost: local.lost + signed.lost, treeMb, thrown };
};

const rowsOf = ({ what }: Storm, { localMs, signedMs, lost, treeMb, thrown }: Outcome): readonly Row[] => {
  const [local, signed] = [quantile(localMs, 0.99), quantile(signedMs, 0.99)];
  return [
    {
      what: {
        zh: `${what.zh}：现场触发到首帧 99%，毫秒`,
        en: `${what.en}: a person’s trigger to its first frame, 99 %, ms`,
      },
      ...{ value: lost > 0 ? Number.POSITIVE_INFINITY : local, op: '<=', goal: 300, floor: '', peer: '' },
      ours: `${brief(local)} ms (median ${brief(quantile(localMs, 0.5))} ms, ${localMs.length} triggers, ${lost} lost; ${thrown} thrown)`,
    },
    {
      what: { zh: `${what.zh}：签名指令 99%，毫秒`, en: `${what.en}: a signed order, 99 %, ms` },
      ...{
        value: signedMs.length === 0 ? Number.POSITIVE_INFINITY : signed,
        op: '<=',
        goal: 1000,
        ours: `${brief(signed)} ms`,
        floor: '',
        peer: '',
      },
    },
    {
      what: { zh: `${what.zh}：全部进程内存，MB`, en: `${what.en}: memory of all processes, MB` },
      ...{ value: treeMb, op: '<=', goal: 256, ours: `${brief(treeMb)} MB PSS`, floor: '', peer: '' },
    },
  ];
};

/** What comes at the box from outside must not keep an alarm waiting. */
export const floodSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const rows: Row[] = [];
  for (const storm of storms) {
    const site = { units: 40, zones: 40, baud: 9600, pollEvery: '200 ms' };
    const product = await startProduct(workshop, { site });
    try {
      rows.push(...rowsOf(storm, await weather(product, storm, scaled(sizes, 20 * sizes.rounds, 2))));
    } finally {
      await product.close();
    }
  }
  return { rows, charts: [], remarks: [] };
};
