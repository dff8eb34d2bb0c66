import { join } from 'node:path';
import { pause } from '../../support/waiting.ts';
import { connectFlood, floodOf, slowFlood, type Flood } from '../flood.ts';
import { brief, quantile, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { sizeOf, treeOf } from '../process-size.ts';
import { openPage } from '../page-client.ts';
import { benchPin, startProduct, type Product } from '../product.ts';
import { pagePeople } from '../site-files.ts';
import { Talker } from '../talker.ts';
import type { Workshop } from '../tools.ts';
import { latenciesOf, orderFor, pressFor, triggerFor } from '../triggers.ts';

interface Storm {
  readonly name: string;
  readonly what: { readonly zh: string; readonly en: string };
  readonly page?: boolean;
  readonly begin: (product: Product, workshop: Workshop) => readonly Flood[] | Promise<readonly Flood[]>;
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
  {
    name: 'page',
    what: {
      zh: '页面每秒 2000 个连接、900 个慢头、500 个慢体、每秒 2 万碎片',
      en: '2000 connects a second to the page, 900 slow headers, 500 slow bodies, 20,000 fragments a second, reloads',
    },
    page: true,
    begin: async (product, workshop) => {
      const flood = new Talker(process.execPath, [
        await workshop.bundle('clients/page-flood.ts'),
        String(product.pagePort),
      ]);
      return [{ stop: () => flood.endInput() }];
    },
  },
];

/** One way in: what it took each time, and how often nothing came of it. */
interface Part {
  readonly ms: readonly number[];
  readonly lost: number;
}

interface Outcome {
  readonly local: Part;
  readonly pressed: Part;
  readonly signed: Part;
  readonly treeMb: number;
  readonly thrown: string;
}

interface Weather {
  readonly workshop: Workshop;
  readonly product: Product;
  readonly storm: Storm;
  readonly count: number;
}

const weather = async ({ workshop, product, storm, count }: Weather): Promise<Outcome> => {
  const page =
    product.pagePort === null
      ? null
      : await openPage(product.pagePort, pagePeople.slice(0, Math.ceil(count / 3)), benchPin);
  const floods = await storm.begin(product, workshop);
  await pause(count > 1 ? 1000 : 100);
  const zones = Array.from({ length: count }, (_, n) => 1 + (n % 40));
  const gap = (): number => 60 + 80 * Math.random();
  const press = page === null ? null : pressFor(page);
  const local = await latenciesOf((unit) => triggerFor(product, unit), zones, gap);
  const pressed =
    press === null ? { latencies: [], lost: 0 } : await latenciesOf((unit) => press(product, unit), zones, gap);
  const signed = await latenciesOf((unit) => orderFor(product, unit), zones, gap);
  const treeMb = treeOf(product.pid)
    .map((pid) => sizeOf(pid).pssMb)
    .reduce((sum, each) => sum + each, 0);
  const thrown: string[] = [];
  for (const flood of floods) thrown.push(String(await flood.stop()));
  const times = (of: typeof local): Part => ({
    ms: of.latencies.map(({ fromSendMs }) => fromSendMs),
    lost: of.lost,
  });
  return { local: times(local), pressed: times(pressed), signed: times(signed), treeMb, thrown: thrown.join(', ') };
};

const timeRow = ({ what }: Storm, way: Row['what'], { ms, lost }: Part, goal: number): Row => {
  const worst = quantile(ms, 0.99);
  return {
    what: { zh: `${what.zh}：${way.zh}`, en: `${what.en}: ${way.en}` },
    ...{ value: lost > 0 ? Number.POSITIVE_INFINITY : worst, op: '<=', goal, floor: '', peer: '' },
    ours: `${brief(worst)} ms (median ${brief(quantile(ms, 0.5))} ms, ${ms.length} of them, ${lost} lost)`,
  };
};

const rowsOf = (storm: Storm, { local, pressed, signed, treeMb, thrown }: Outcome): readonly Row[] => [
  timeRow(storm, { zh: '现场触发到首帧 99%，毫秒', en: 'a person’s trigger to its first frame, 99 %, ms' }, local, 300),
  ...(pressed.ms.length + pressed.lost === 0
    ? []
    : [timeRow(storm, { zh: '页面触发到首帧 99%，毫秒', en: 'a trigger at the page, 99 %, ms' }, pressed, 300)]),
  timeRow(storm, { zh: '签名指令到首帧 99%，毫秒', en: 'a signed order, 99 %, ms' }, signed, 1000),
  {
    what: {
      zh: `${storm.what.zh}：全部进程内存，MB`,
      en: `${storm.what.en}: memory of all processes, MB`,
    },
    ...{ value: treeMb, op: '<=', goal: 256, ours: `${brief(treeMb)} MB PSS; thrown: ${thrown}`, floor: '', peer: '' },
  },
];

/** A village that this storm comes upon; with the page where the storm asks for it. */
const under = async <T>(workshop: Workshop, page: boolean, measure: (product: Product) => Promise<T>): Promise<T> => {
  const site = { units: 40, zones: 40, baud: 9600, pollEvery: '200 ms' };
  const product = await startProduct(workshop, { site, ...(page ? { page } : {}) });
  try {
    return await measure(product);
  } finally {
    await product.close();
  }
};

/** All storms upon one box, one after the other, a moment each: shows that the rig works. */
const drizzle = (workshop: Workshop): Promise<SectionResult> =>
  under(workshop, true, async (product) => {
    const rows: Row[] = [];
    for (const storm of storms) rows.push(...rowsOf(storm, await weather({ workshop, product, storm, count: 1 })));
    return { rows, charts: [], remarks: [] };
  });

/** What comes at the box from outside must not keep an alarm waiting. */
export const floodSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  if (sizes.share < 0.1) return drizzle(workshop);
  const [rows, remarks]: [Row[], string[]] = [[], []];
  const count = scaled(sizes, 20 * sizes.rounds, 2);
  for (const storm of storms) {
    const measure = async (product: Product): Promise<readonly Row[]> =>
      rowsOf(storm, await weather({ workshop, product, storm, count }));
    try {
      rows.push(...(await under(workshop, storm.page === true, measure)));
    } catch (error) {
      remarks.push(`${storm.name}: not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rows, charts: [], remarks };
};
