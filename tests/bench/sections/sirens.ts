import { brief, median, scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import { measureLine, type LineMeasure, type LineRun } from '../line-clients.ts';
import type { Workshop } from '../tools.ts';

const baud = 9600;
const charMs = 10_000 / baud;
const silenceMs = 3.5 * charMs;
/** First byte of the first request to the last unit's knowing that its request is over. */
const lastOnMs = (units: number): number => (units - 1) * (16 * charMs + 2 * silenceMs) + 8 * charMs + silenceMs;

const rounds = async (workshop: Workshop, sizes: Sizes, run: LineRun): Promise<readonly LineMeasure[]> => {
  const measures: LineMeasure[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) measures.push(await measureLine(workshop, run));
  return measures;
};

const lastOnOf = (measures: readonly LineMeasure[]): number => median(measures.map(({ wire }) => wire.lastOnUs)) / 1000;
const fewestOn = (measures: readonly LineMeasure[]): number => Math.min(...measures.map(({ wire }) => wire.sirensOn));

const broadcastRows = (measures: readonly LineMeasure[]): readonly Row[] => {
  const floorMs = lastOnMs(1);
  const tookMs = lastOnOf(measures);
  return [
    {
      what: { zh: '一帧广播，247 台中最后一台响起', en: 'one broadcast frame: the last of 247 sirens on' },
      ...{ value: tookMs / floorMs, op: '<=', goal: 1.02, ours: `${brief(tookMs)} ms` },
      ...{ floor: `${brief(floorMs)} ms`, peer: '' },
    },
    {
      what: { zh: '一帧广播响起的台数', en: 'sirens reached by it' },
      ...{ value: fewestOn(measures), op: '>=', goal: 247, ours: String(fewestOn(measures)), floor: '247', peer: '' },
    },
  ];
};

const unicastRow = (units: number, ours: readonly LineMeasure[], peer: readonly LineMeasure[]): Row => {
  const floorMs = lastOnMs(units);
  const tookMs = lastOnOf(ours);
  return {
    what: { zh: `逐台接通，${units} 台中最后一台响起`, en: `one by one: the last of ${units} sirens on` },
    ...{ value: tookMs / floorMs, op: '<=', goal: 1.05, ours: `${brief(tookMs)} ms` },
    ...{ floor: `${brief(floorMs)} ms`, peer: `libmodbus ${brief(lastOnOf(peer))} ms` },
  };
};

const strictRows = (units: number, ours: readonly LineMeasure[], plain: readonly LineMeasure[]): readonly Row[] => {
  const early = ours.reduce((sum, { wire }) => sum + wire.early, 0);
  return [
    {
      what: {
        zh: `严格按规范的 ${units} 台设备，接通的台数`,
        en: `sirens on of ${units} whose units keep to the book`,
      },
      ...{ value: fewestOn(ours), op: '>=', goal: units, ours: String(fewestOn(ours)), floor: String(units) },
      peer: `modbus-serial with its timer ${fewestOn(plain)}`,
    },
    {
      what: { zh: '静默不足的帧', en: 'frames that began before 3.5 characters of silence' },
      ...{ value: early, op: '<=', goal: 0, ours: String(early), floor: '0' },
      peer: `modbus-serial ${plain.reduce((sum, { wire }) => sum + wire.early, 0)}`,
    },
  ];
};

/** All sirens at once by broadcast, one by one, and on units that drop what comes too early. */
export const sirensSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const [all, some, few] = [247, scaled(sizes, 64, 4), scaled(sizes, 32, 4)];
  const run = (part: Pick<LineRun, 'client' | 'act'>, units: number, strict = false): Promise<readonly LineMeasure[]> =>
    rounds(workshop, sizes, {
      ...{ ...part, warm: 0, count: part.act === 'broadcast' ? 1 : units, bus: { baud, units, strict } },
    });
  const broadcast = await run({ client: 'mingluo', act: 'broadcast' }, all);
  const [ours, peer] = [
    await run({ client: 'mingluo', act: 'coil' }, some),
    await run({ client: 'libmodbus', act: 'coil' }, some),
  ];
  const [strict, plain] = [
    await run({ client: 'mingluo', act: 'coil' }, few, true),
    await run({ client: 'modbus-serial', act: 'coil' }, few, true),
  ];
  return {
    rows: [...broadcastRows(broadcast), unicastRow(some, ours, peer), ...strictRows(few, strict, plain)],
    charts: [
      {
        name: 'sirens',
        title: { zh: '最后一台警报器响起（9600 波特）', en: 'the last siren is on (9600 baud)' },
        unit: 'ms',
        bars: [
          { label: 'broadcast, 247: wire', value: lastOnMs(1), of: 'floor' },
          { label: 'broadcast, 247: mingluo', value: lastOnOf(broadcast), of: 'ours' },
          { label: `each of ${some}: wire`, value: lastOnMs(some), of: 'floor' },
          { label: `each of ${some}: mingluo`, value: lastOnOf(ours), of: 'ours' },
          { label: `each of ${some}: libmodbus`, value: lastOnOf(peer), of: 'peer' },
        ],
      },
    ],
    remarks: [],
  };
};
