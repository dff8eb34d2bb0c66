import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';
import type { Cue, Finding } from '../../src/core/cue.ts';
import type { Event } from '../../src/core/event.ts';
import type { LeaseKind, ProofGrade, Sensor, Site, Terminal } from '../../src/core/site.ts';
import type { LineWiring, SensorWiring, TerminalWiring, UnitWiring, Wiring } from '../../src/core/wiring.ts';
import type { Before } from '../../src/drivers/edge-detector.ts';
import { createDrivers, type Drivers } from '../../src/drivers/drivers.ts';
import type { SwitchedNote } from '../../src/drivers/rig.ts';
import { hamlet } from '../core/hamlet.ts';
import { FakeChipLine, FakeLine } from './fake-lines.ts';
import { CurrentMeter, DeadManSiren, RainGauge, RelayBoard, type RelayVariant, type TestUnit } from './units.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

const loaded = loadCatalogue(readDeviceFolder(new URL('../../devices', import.meta.url).pathname));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
export const catalogue = loaded.value;

const name = { zh: '测试', en: 'test' };

export const limits: Site['limits'] = { ...hamlet.limits, queueMax: 64 };

const terminalOf = (id: string, lease: LeaseKind, proof: ProofGrade, speaks: boolean): Terminal => ({
  ...{ id, name, zone: 'zone', kind: speaks ? 'speaker' : 'siren', lease, proof, supply: null },
  abilities: speaks ? ['speech', 'clip'] : ['tone', 'clip'],
  output: null,
  leadInMs: speaks ? 300 : 0,
  speech: speaks ? { baseMs: 500, perCharacterMs: 250 } : null,
});

const timed: LeaseKind = { kind: 'timed', longestMs: 3_276_700, retrigger: 'unknown' };
const deadMan: LeaseKind = { kind: 'dead-man', holdMs: 15_000, retrigger: 'extends' };

const lineOf = (id: string, speaks: LineWiring['speaks']): LineWiring => ({
  ...{ id, speaks, echoes: false, adapterLatencyMs: 0, pollEveryMs: 1_000 },
  port: { kind: 'tcp', host: '127.0.0.1', port: 1, baud: 9600 },
});

/** A village under construction: a line `a` with whatever units a test puts on it. */
export class Village {
  readonly clock: VirtualClock = createVirtualClock();
  readonly line = new FakeLine('a', this.clock);
  readonly chips = new Map<string, FakeChipLine>();
  readonly events: Event[] = [];
  /** The same, with their time. */
  readonly told: { readonly at: number; readonly event: Event }[] = [];
  readonly switched: SwitchedNote[] = [];
  speaks: LineWiring['speaks'] = 'modbus-rtu';
  private readonly units: UnitWiring[] = [];
  private readonly terminals: { terminal: Terminal; wiring: TerminalWiring }[] = [];
  private readonly sensors: { sensor: Sensor; wiring: SensorWiring }[] = [];
  silentGauges = 0;
  private made: Drivers | null = null;

  private readonly before: Before | undefined;

  constructor(before?: Before) {
    this.before = before;
  }

  unit<T extends TestUnit>(address: number, unit: T, groupBit: number | null = null): T {
    this.line.units.set(address, unit);
    this.units.push({ line: 'a', unit: address, model: unit.model, groupBit });
    return unit;
  }

  relays(address: number, variant?: RelayVariant): RelayBoard {
    return this.unit(address, new RelayBoard(this.clock, variant));
  }

  meter(address: number): CurrentMeter {
    return this.unit(address, new CurrentMeter());
  }

  gauge(address: number): RainGauge {
    return this.unit(address, new RainGauge());
  }

  /** A siren unit of the project's profile, and its terminal. */
  deadMan(id: string, address: number, bit: number, watts = 100): DeadManSiren {
    const unit = this.unit(address, new DeadManSiren(this.clock, bit), bit);
    this.terminal(id, { unit: address, channel: 1, watts, lease: deadMan, proof: null });
    return unit;
  }

  terminal(
    id: string,
    at: {
      unit: number;
      channel: number;
      watts?: number;
      lease?: LeaseKind;
      proof: number | null;
      proofUnit?: number;
      chip?: boolean;
    },
  ): void {
    const { unit, channel, watts = 100, lease = timed, proof, proofUnit = 20, chip = false } = at;
    const input = { line: 'a', unit: proofUnit, grade: 'current' as const, above: 0.5, unitName: 'A' };
    const speechLine = chip ? `chip-${id}` : null;
    if (speechLine !== null) {
      this.chips.set(speechLine, new FakeChipLine(speechLine, this.clock));
      this.units.push({ line: speechLine, unit: 0, model: 'syn6288', groupBit: null });
    }
    this.terminals.push({
      terminal: terminalOf(id, lease, proof === null ? 'none' : 'current', chip),
      wiring: {
        ...{ terminal: id, watts, speechLine, output: { line: 'a', unit, channel }, sound: null, returns: null },
        proof: proof === null ? null : { ...input, channel: proof },
      },
    });
  }

  sensor(
    id: string,
    unit: number,
    atLeast: number,
    read: { reading: string; everyMs: number; withinMs?: number } = { reading: 'rain-1', everyMs: 2_000 },
  ): void {
    const { withinMs, ...how } = read;
    const threshold = {
      ...({ id: 'heavy', atLeast, plan: 'p', zones: ['zone'], severity: 'red', status: 'actual' } as const),
      ...(withinMs === undefined ? {} : { withinMs }),
    };
    const wiring = { sensor: id, line: 'a', unit, ...how };
    this.sensors.push({ sensor: { id, name, thresholds: [threshold] }, wiring });
  }

  chip(id: string): FakeChipLine {
    return this.chips.get(`chip-${id}`)!;
  }

  site(): Site {
    return {
      ...{
        id: 'test',
        areaCode: '500112100201',
        name,
        zones: [],
        supplies: [],
        tones: [],
        clips: [],
        plans: [],
        notices: [],
      },
      terminals: this.terminals.map(({ terminal }) => terminal),
      sensors: this.sensors.map(({ sensor }) => sensor),
      limits,
    };
  }

  wiring(): Wiring {
    return {
      lines: [lineOf('a', this.speaks), ...[...this.chips.keys()].map((id) => lineOf(id, 'bytes'))],
      units: this.units,
      terminals: this.terminals.map(({ wiring }) => wiring),
      sensors: this.sensors.map(({ wiring }) => wiring),
      outputs: [],
      satellite: null,
    };
  }

  get drivers(): Drivers {
    this.made ??= createDrivers({
      ...{ site: this.site(), wiring: this.wiring(), catalogue, clock: this.clock },
      lines: new Map([['a', this.line]]),
      byteLines: this.chips,
      report: (event) => {
        this.events.push(event);
        this.told.push({ at: this.clock.now(), event });
      },
      onGauges: (silent) => void (this.silentGauges = silent),
      ...(this.before === undefined ? {} : { before: this.before }),
      onSwitched: (note) => this.switched.push(note),
    });
    return this.made;
  }

  /** Orders tones of the same length at these terminals. */
  tone(terminals: readonly string[], durationMs: number, repair = false): void {
    const cues = terminals.map((terminal) => cueOf(terminal, { play: 'tone', tone: 'steady' }, durationMs));
    this.drivers.carryOut({ do: 'sound', urgent: true, repair, cues });
  }

  speak(terminals: readonly string[], text: string): void {
    const cues = terminals.map((terminal) =>
      cueOf(terminal, { play: 'speech', text, clip: null, audio: null }, 500 + 250 * text.length),
    );
    this.drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues });
  }

  silence(terminals: readonly string[]): void {
    this.drivers.carryOut({ do: 'silence', urgent: true, terminals, cause: 'stop', trace: 'stop' });
  }

  prove(terminals: readonly string[], cue: string | null): void {
    this.drivers.carryOut({ do: 'prove', looks: terminals.map((terminal) => ({ terminal, cue })) });
  }

  findings(): readonly Finding[] {
    return this.events.flatMap((event) => (event.kind === 'evidence' ? event.findings : []));
  }

  /** What was seen, short: `siren sounding current 3.2 -`. */
  seen(): readonly string[] {
    return this.findings().map(
      ({ terminal, sight, grade, value, reason }) => `${terminal} ${sight} ${grade} ${value ?? '-'} ${reason ?? '-'}`,
    );
  }
}

export const cueOf = (terminal: string, action: Cue['action'], durationMs: number): Cue => ({
  ...{ id: `cue-${terminal}`, terminal, trace: 'trace', action, durationMs },
});
