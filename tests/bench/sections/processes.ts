import { brief, median, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { sizeOf, treeOf } from '../process-size.ts';
import { startProduct } from '../product.ts';
import { Talker } from '../talker.ts';
import { besideTheBus, type Workshop } from '../tools.ts';
import { latenciesOf, orderFor } from '../triggers.ts';

interface Seen {
  readonly upMs: number;
  readonly rssMb: number;
  readonly treePssMb: number;
  readonly processes: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const seenOf = (pid: number, upMs: number): Seen => {
  const tree = treeOf(pid);
  const treePssMb = tree.map((each) => sizeOf(each).pssMb).reduce((sum, each) => sum + each, 0);
  return { upMs, rssMb: sizeOf(pid).rssMb, treePssMb, processes: tree.length };
};

/** A Node process that does nothing. */
const empty = async (): Promise<Seen> => {
  const startedAt = performance.now();
  const program = "process.stdout.write('UP\\n'); process.stdin.resume()";
  const talker = new Talker(...besideTheBus(process.execPath, ['-e', program]));
  await talker.line();
  const upMs = performance.now() - startedAt;
  await pause(500);
  const seen = seenOf(talker.child.pid ?? 0, upMs);
  await talker.close();
  return seen;
};

/** The box with one line of eight sirens, polled, while it sounds. */
const box = async (workshop: Workshop): Promise<Seen> => {
  const site = { units: 8, zones: 8, baud: 9600, pollEvery: '1 s' };
  const product = await startProduct(workshop, { site });
  try {
    await latenciesOf(
      (unit) => orderFor(product, unit),
      [1, 2, 3, 4],
      () => 300,
    );
    return seenOf(product.pid, product.upMs);
  } finally {
    await product.close();
  }
};

const middle = (seen: readonly Seen[], of: (one: Seen) => number): number => median(seen.map(of));

/** Memory and start of the running box beside an empty Node process. */
export const processesSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const seen: { readonly node: Seen[]; readonly box: Seen[] } = { node: [], box: [] };
  for (let round = 0; round < sizes.rounds; round += 1) {
    seen.node.push(await empty());
    seen.box.push(await box(workshop));
  }
  const [nodeRss, boxRss] = [middle(seen.node, (one) => one.rssMb), middle(seen.box, (one) => one.rssMb)];
  const [nodeUp, boxUp] = [middle(seen.node, (one) => one.upMs), middle(seen.box, (one) => one.upMs)];
  const tree = middle(seen.box, (one) => one.treePssMb);
  const processes = middle(seen.box, (one) => one.processes);
  const rows: readonly Row[] = [
    {
      what: {
        zh: '主进程内存，减去每条线路 10 MB，/ 空 Node',
        en: 'main process: RSS less 10 MB for its line / empty Node',
      },
      ...{ value: (boxRss - 10) / nodeRss, op: '<=', goal: 1.6, ours: `${brief(boxRss)} MB` },
      ...{ floor: `${brief(nodeRss)} MB`, peer: '' },
    },
    {
      what: {
        zh: '就绪（输出安全、日志折叠、线路打开）/ 空 Node 启动',
        en: 'ready (journal folded, lines open) / start of empty Node',
      },
      ...{ value: boxUp / nodeUp, op: '<=', goal: 2.5, ours: `${brief(boxUp)} ms` },
      ...{ floor: `${brief(nodeUp)} ms`, peer: '' },
    },
    {
      what: { zh: '全部进程合计，MB', en: 'all processes together while it plays, MB' },
      ...{
        value: tree,
        op: '<=',
        goal: 256,
        ours: `${brief(tree)} MB PSS in ${processes} processes`,
        floor: '',
        peer: '',
      },
    },
  ];
  const bars = [
    { label: 'empty Node', value: nodeRss, of: 'floor' as const },
    { label: 'mingluo, main', value: boxRss, of: 'ours' as const },
    { label: 'limit', value: 1.6 * nodeRss + 10, of: 'goal' as const },
  ];
  const title = { zh: '主进程内存', en: 'memory of the main process' };
  return { rows, charts: [{ name: 'memory', title, unit: 'MB', bars }], remarks: [] };
};
