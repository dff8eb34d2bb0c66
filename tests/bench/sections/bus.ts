import { brief, median, scaled, type Chart, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { measureLine, measureWakes, type ClientName, type LineMeasure } from '../line-clients.ts';
import { efficiencyOf, plainEfficiencyOf } from '../paced-bus.ts';
import { isThere, libmodbus, type Workshop } from '../tools.ts';

const speeds = [
  { baud: 9600, warm: 40, count: 96, efficiency: 0.97, cpu: 2 },
  { baud: 115_200, warm: 200, count: 400, efficiency: 0.93, cpu: 4 },
] as const;

type Speed = (typeof speeds)[number];
type Measures = Readonly<Record<ClientName, readonly LineMeasure[]>> & { readonly wakesUs: readonly number[] };

const names: readonly ClientName[] = ['libmodbus', 'mingluo', 'modbus-serial'];

/** The clients take turns within a round, so that a busy minute of the machine meets all of them. */
const measure = async (workshop: Workshop, sizes: Sizes, { baud, warm, count }: Speed): Promise<Measures> => {
  const measures: Record<ClientName, LineMeasure[]> = { libmodbus: [], mingluo: [], 'modbus-serial': [] };
  const wakesUs: number[] = [];
  // A request of 8 characters, a reply of 25, each of 10 bits; and 3.5 characters of silence before them, 1.75 ms at least.
  const charMs = 10_000 / baud;
  const pace = { silenceMs: Math.max(1.75, 3.5 * charMs), replyMs: 33 * charMs };
  const clients = names.filter((name) => name !== 'libmodbus' || isThere(libmodbus));
  for (let round = 0; round < sizes.rounds; round += 1) {
    for (const client of clients) {
      const counts = { warm: scaled(sizes, warm, 3), count: scaled(sizes, count, 8) };
      measures[client].push(await measureLine(workshop, { client, bus: { baud, units: 16 }, act: 'read', ...counts }));
    }
    wakesUs.push(await measureWakes(workshop, { ...pace, count: scaled(sizes, count, 8) }));
  }
  return { ...measures, wakesUs };
};

const efficiency = (measures: readonly LineMeasure[]): number => median(measures.map(({ wire }) => efficiencyOf(wire)));
const plain = (measures: readonly LineMeasure[]): number => median(measures.map(({ wire }) => plainEfficiencyOf(wire)));
const cpuUs = (measures: readonly LineMeasure[]): number => median(measures.map(({ client }) => client.cpuUs));

const rowsOf = ({ baud, ...goals }: Speed, measures: Measures): readonly Row[] => {
  const { mingluo, libmodbus: peer, 'modbus-serial': plainClient } = measures;
  const [ours, theirs] = [cpuUs(mingluo), cpuUs(peer)];
  return [
    {
      what: { zh: `${baud} 波特线路利用率（轮询 10 个寄存器）`, en: `line use at ${baud} baud (polling 10 registers)` },
      ...{ value: efficiency(mingluo), op: '>=', goal: goals.efficiency },
      ours: `${efficiency(mingluo).toFixed(3)} (${plain(mingluo).toFixed(3)} with the host's own moments)`,
      floor: '1 (wire)',
      peer: `libmodbus ${efficiency(peer).toFixed(3)}, modbus-serial ${efficiency(plainClient).toFixed(3)}`,
    },
    {
      what: {
        zh: `${baud} 波特：静默不足的帧`,
        en: `frames at ${baud} baud that began before 3.5 characters of silence`,
      },
      ...{ value: mingluo.reduce((sum, { wire }) => sum + wire.early, 0), op: '<=', goal: 0 },
      ours: String(mingluo.reduce((sum, { wire }) => sum + wire.early, 0)),
      floor: '0',
      peer: `modbus-serial ${plainClient.reduce((sum, { wire }) => sum + wire.early, 0)}`,
    },
    {
      what: {
        zh: `${baud} 波特：每次问答的处理器时间 / libmodbus`,
        en: `processor time for one exchange at ${baud} baud / libmodbus`,
      },
      ...{ value: ours / theirs, op: '<=', goal: goals.cpu },
      ours: `${brief(ours)} µs`,
      floor: `${brief(median(measures.wakesUs))} µs (three empty wakes)`,
      peer: `libmodbus ${brief(theirs)} µs, modbus-serial ${brief(cpuUs(plainClient))} µs`,
    },
  ];
};

const bars = (
  measures: Measures,
  value: (of: readonly LineMeasure[]) => number,
  goal: number | null,
): Chart['bars'] => [
  ...names.map((label) => ({
    label,
    value: value(measures[label]),
    of: label === 'mingluo' ? ('ours' as const) : ('peer' as const),
  })),
  ...(goal === null ? [] : [{ label: 'goal', value: goal, of: 'goal' as const }]),
];

/** Line use, silence and processor time of one exchange, beside libmodbus and modbus-serial as it comes. */
export const busSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const rows: Row[] = [];
  const charts: Chart[] = [];
  for (const speed of speeds) {
    const measures = await measure(workshop, sizes, speed);
    rows.push(...rowsOf(speed, measures));
    charts.push({
      name: `line-use-${speed.baud}`,
      title: { zh: `${speed.baud} 波特线路利用率`, en: `line use at ${speed.baud} baud` },
      unit: '',
      bars: bars(measures, efficiency, speed.efficiency),
    });
    charts.push({
      name: `cpu-${speed.baud}`,
      title: {
        zh: `${speed.baud} 波特每次问答的处理器时间`,
        en: `processor time of one exchange at ${speed.baud} baud`,
      },
      unit: 'µs',
      bars: bars(measures, cpuUs, speed.cpu * cpuUs(measures.libmodbus)),
    });
  }
  return { rows, charts, remarks: [] };
};
