import type { ReadBlock, RegisterDevice } from '../../devices/define.ts';
import type { ModbusLine } from '../bus/line.ts';
import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { SensorWiring, Wiring } from '../core/wiring.ts';
import type { Chip } from './chip.ts';
import { createToken, sleep, type DriverClock, type Token } from './clock.ts';
import { detectEdges, edgesBefore, silentGauges, type Before, type Sight } from './edge-detector.ts';
import type { Settings } from './settings.ts';
import { mergeWants, readAll, readMerged, registerOf, type Readings, type Want } from './reads.ts';
import type { SiteMap, WiredLine, WiredTerminal, WiredUnit } from './site-map.ts';

/** What one poll of one unit saw. Kept in memory by whoever wants it, never journaled. */
export interface Sense {
  readonly line: string;
  readonly unit: number;
  readonly at: number;
  readonly answered: boolean;
  /** Raw words and bits by function and address. */
  readonly values: readonly { readonly function: number; readonly address: number; readonly raw: number }[];
}

export interface PollingOptions {
  readonly site: Site;
  readonly wiring: Wiring;
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly clock: DriverClock;
  readonly chipOf: (wired: WiredTerminal) => Chip | null;
  readonly settings: Pick<Settings, 'wants' | 'mark' | 'seen'>;
  readonly report: (event: Event) => void;
  readonly onSense: (sense: Sense) => void;
  readonly before: Before;
  /** How many units with sensors alone do not answer: told whenever one was asked, before the note of it. */
  readonly onGauges: (silent: number) => void;
}

export interface Polling {
  start(): void;
  /** A terminal did not answer elsewhere: as soon as polls find that it does, that is told. */
  doubt(terminal: string): void;
  stop(): Promise<void>;
}

/** However short a site sets it, a line is not asked more often than this. */
const shortestMs = 50;

const wantsOf = (line: WiredLine, { unit, device }: WiredUnit): readonly Want[] => {
  if (device === null) return [];
  const blocks = [
    ...(device.output === null ? [] : [device.output.state]),
    ...(device.proof === null ? [] : [device.proof]),
    ...device.readings.map(({ block }) => block),
  ];
  return blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, index) => ({
      ...{ line: line.id, unit, device },
      block: { function: block.function, address: block.address + index, count: 1 },
    })),
  );
};

/** Many units answer FFFF for a probe that is torn off: what their definition does not know of is no reading. */
const isReading = (device: RegisterDevice, block: ReadBlock, raw: number): boolean => {
  const [low, high] = registerOf(device, block.function, block.address)?.range ?? [0, 0xffff];
  return raw >= low && raw <= high;
};

const sensorValue = (sensor: SensorWiring, unit: WiredUnit, line: string, readings: Readings): number | null => {
  const { device } = unit;
  const reading = device?.readings.find(({ name }) => name === sensor.reading);
  if (reading === undefined || device === null) return null;
  const value = readings.valueOf({ line, unit: unit.unit, device, block: reading.block });
  if (!value.ok || !isReading(device, reading.block, value.raw)) return null;
  return Math.round(value.raw * reading.scale * 1000) / 1000;
};

type Context = PollingOptions & { readonly see: (sight: Sight) => void; readonly token: Token };

const sensorsAt = ({ wiring }: Context, line: WiredLine, unit: WiredUnit): readonly SensorWiring[] =>
  wiring.sensors.filter((one) => one.line === line.id && one.unit === unit.unit);

const terminalsAt = ({ map }: Context, line: WiredLine, unit: WiredUnit): readonly WiredTerminal[] =>
  [...map.terminals.values()].filter((one) => one.line === line.id && one.unit === unit.unit);

/** It has sensors, and no terminal hangs on it. */
const isGauge = (context: Context, line: WiredLine, unit: WiredUnit): boolean =>
  sensorsAt(context, line, unit).length > 0 && terminalsAt(context, line, unit).length === 0;

/** A speaker is there only when its chip answers too; a chip at work is left alone. */
const chipSilent = async ({ chipOf }: Context, wired: WiredTerminal): Promise<boolean> =>
  (await chipOf(wired)?.answers()) === false;

/** A unit that is silent is not asked a second time for what it was set to. */
const pollSettings = async (
  { lines, settings }: Context,
  at: { readonly line: string; readonly unit: number },
  answered: boolean,
): Promise<void> => {
  const mark = settings.mark();
  const wants = settings.wants(at.line, at.unit);
  if (wants.length === 0) return;
  settings.seen({ ...at, mark }, await readAll(answered ? wants : [], { lines, lane: 'poll', trace: null }));
};

/** One unit and what is read of it each time: how its reads are joined never changes. */
interface Task {
  readonly unit: WiredUnit;
  readonly wants: readonly Want[];
  readonly merged: readonly Want[];
  readonly everyMs: number;
  nextAt: number;
  /** Somebody asks it, or waits to. */
  taken: boolean;
}

const pollUnit = async (context: Context, line: WiredLine, { unit, wants, merged }: Task): Promise<void> => {
  const { lines, clock, onSense, see } = context;
  const readings = await readMerged(merged, { lines, lane: 'poll', trace: null });
  const values = wants.map((want) => ({ want, value: readings.valueOf(want) }));
  const answered = values.some(({ value }) => value.ok || value.sight === 'rejected');
  await pollSettings(context, { line: line.id, unit: unit.unit }, answered);
  const reason = values.flatMap(({ value }) => (value.ok ? [] : [value.reason]))[0] ?? '';
  onSense({
    ...{ line: line.id, unit: unit.unit, at: clock.now(), answered },
    values: values.flatMap(({ want: { block }, value }) =>
      value.ok ? [{ function: block.function, address: block.address, raw: value.raw }] : [],
    ),
  });
  for (const wired of terminalsAt(context, line, unit)) {
    const mute = answered && (await chipSilent(context, wired));
    see({ see: 'terminal', terminal: wired.id, answered: answered && !mute, reason: mute ? 'chip-silent' : reason });
  }
  if (isGauge(context, line, unit)) see({ see: 'gauge', line: line.id, unit: unit.unit, answered });
  for (const sensor of sensorsAt(context, line, unit)) {
    const value = sensorValue(sensor, unit, line.id, readings);
    if (value !== null) see({ see: 'reading', sensor: sensor.sensor, value, at: clock.now() });
  }
};

/** A gauge is asked as often as its sensors want it, every other unit at least as often as the line's file says. */
const everyMs = (context: Context, line: WiredLine, unit: WiredUnit): number => {
  const wanted = sensorsAt(context, line, unit).map((sensor) => sensor.everyMs);
  return Math.max(shortestMs, Math.min(...wanted, ...(isGauge(context, line, unit) ? [] : [line.pollEveryMs])));
};

/** The free unit that is due first. */
const firstDue = (tasks: readonly Task[]): Task | null =>
  tasks.reduce<Task | null>((first, task) => {
    if (task.taken || (first !== null && first.nextAt <= task.nextAt)) return first;
    return task;
  }, null);

/** Asks whoever has waited longest, then the next one, until the token is taken back. */
const askOn = async (context: Context, line: WiredLine, tasks: readonly Task[]): Promise<void> => {
  const { clock, token } = context;
  for (let task = firstDue(tasks); task !== null; task = firstDue(tasks)) {
    task.taken = true;
    const waitMs = task.nextAt - clock.now();
    if (!(waitMs > 0 ? await sleep(clock, waitMs, token) : token.alive())) return;
    task.nextAt = Math.max(task.nextAt + task.everyMs, clock.now());
    await pollUnit(context, line, task);
    task.taken = false;
  }
};

/**
 * So many units of a line are asked ahead: their exchanges wait in the line's own lowest lane, so that the line is used
 * while this program does something else. Whatever is urgent still goes in front of them.
 */
const askedAhead = 4;

const pollLine = async (context: Context, line: WiredLine): Promise<void> => {
  const tasks = line.units
    .map((unit) => ({ unit, wants: wantsOf(line, unit) }))
    .filter(({ wants }) => wants.length > 0)
    .map(({ unit, wants }): Task => {
      const merged = mergeWants(wants);
      return { unit, wants, merged, everyMs: everyMs(context, line, unit), nextAt: context.clock.now(), taken: false };
    });
  await Promise.all(tasks.slice(0, askedAhead).map(() => askOn(context, line, tasks)));
};

/**
 * Asks every unit in turn, in the lowest lane. What it sees goes to `onSense`; only edges become events: an unchanged
 * poll writes and sends nothing.
 */
export const createPolling = (options: PollingOptions): Polling => {
  const token = createToken();
  let loops: readonly Promise<void>[] = [];
  let edges = edgesBefore(options.site, options.before);
  const see = (sight: Sight): void => {
    if (!token.alive()) return;
    const detected = detectEdges(options.site, edges, sight);
    edges = detected.edges;
    if (sight.see === 'gauge') options.onGauges(silentGauges(edges));
    detected.events.forEach(options.report);
  };
  return {
    start: () => {
      if (loops.length > 0) return;
      const asked = [...options.map.lines.values()].filter(({ id }) => options.lines.has(id));
      loops = asked.map((line) => pollLine({ ...options, see, token }, line));
    },
    doubt: (terminal) => see({ see: 'doubt', terminal }),
    stop: async () => {
      token.cancel();
      await Promise.all(loops);
    },
  };
};
