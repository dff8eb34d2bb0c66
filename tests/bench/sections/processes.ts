import { pause } from '../../support/waiting.ts';
import { brief, median, spreadOf, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { sizeOf } from '../process-size.ts';
import { startProduct } from '../product.ts';
import { Talker } from '../talker.ts';
import { besideTheBus, type Workshop } from '../tools.ts';
import { latenciesOf, orderFor } from '../triggers.ts';
import { measureVillage, type VillageSize } from '../village-size.ts';

interface Seen {
  readonly upMs: number;
  readonly rssMb: number;
}

const seenOf = (pid: number, upMs: number): Seen => ({ upMs, rssMb: sizeOf(pid).rssMb });

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
  const product = await startProduct(workshop, { site, bare: true });
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

/** A village takes a quarter of a minute to come up, play and be looked at. */
const villagesMax = 3;

const mainRows = (node: readonly Seen[], box: readonly Seen[]): readonly Row[] => {
  const rss = { node: middle(node, (one) => one.rssMb), box: middle(box, (one) => one.rssMb) };
  const up = { node: middle(node, (one) => one.upMs), box: middle(box, (one) => one.upMs) };
  return [
    {
      what: {
        zh: '主进程内存，减去每条线路 10 MB，/ 空 Node',
        en: 'main process: RSS less 10 MB for its line / empty Node',
      },
      ...{ value: (rss.box - 10) / rss.node, op: '<=', goal: 1.6, ours: `${brief(rss.box)} MB` },
      ...{ floor: `${brief(rss.node)} MB`, peer: '' },
      spread: spreadOf(box.map((one) => (one.rssMb - 10) / rss.node)),
    },
    {
      what: {
        zh: '就绪（输出安全、日志折叠、线路打开）/ 空 Node 启动',
        en: 'ready (journal folded, lines open) / start of empty Node',
      },
      ...{ value: up.box / up.node, op: '<=', goal: 2.5, ours: `${brief(up.box)} ms` },
      ...{ floor: `${brief(up.node)} ms`, peer: '' },
      spread: spreadOf(box.map((one) => one.upMs / up.node)),
    },
  ];
};

const villageRow = (villages: readonly VillageSize[]): Row => {
  const value = median(villages.map(({ pssMb }) => pssMb));
  const [typical] = villages.filter(({ pssMb }) => pssMb === value);
  const parts = Object.entries(typical?.parts ?? {}).map(([program, mb]) => `${program} ${brief(mb)}`);
  return {
    what: { zh: '全部进程合计，MB', en: 'all processes together while it plays, MB' },
    ...{ value, op: '<=', goal: 256, ours: `${brief(value)} MB PSS: ${parts.join(', ')}`, floor: '', peer: '' },
    spread: spreadOf(villages.map(({ pssMb }) => pssMb)),
  };
};

/** Memory and start of the running box beside an empty Node process; and the whole box of the example village. */
export const processesSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const seen: { readonly node: Seen[]; readonly box: Seen[] } = { node: [], box: [] };
  const villages: VillageSize[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) {
    seen.node.push(await empty());
    seen.box.push(await box(workshop));
    if (round < villagesMax) villages.push(await measureVillage());
  }
  const [nodeRss, boxRss] = [middle(seen.node, (one) => one.rssMb), middle(seen.box, (one) => one.rssMb)];
  const bars = [
    { label: 'empty Node', value: nodeRss, of: 'floor' as const },
    { label: 'mingluo, main', value: boxRss, of: 'ours' as const },
    { label: 'limit', value: 1.6 * nodeRss + 10, of: 'goal' as const },
  ];
  const title = { zh: '主进程内存', en: 'memory of the main process' };
  const rows = [...mainRows(seen.node, seen.box), villageRow(villages)];
  return { rows, charts: [{ name: 'memory', title, unit: 'MB', bars }], remarks: [] };
};
