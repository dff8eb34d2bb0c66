import { randomBytes } from 'node:crypto';
import type { Catalogue, RegisterDevice } from '../devices/define.ts';
import type { Site } from '../src/core/site.ts';
import type { ChannelRef, LineWiring, TerminalWiring, UnitWiring, Wiring } from '../src/core/wiring.ts';
import { startBabble } from './babble.ts';
import { amperesOf, channelKey, contactClosed, isSpeaker, listen, soundOf, type Circuit } from './circuit.ts';
import type { Cancel, Clock } from './clock.ts';
import { createTimeline, sirenHz } from './ear/timeline.ts';
import { createFaultBook } from './faults.ts';
import { createByteLine, type ByteDevice } from './line/byte-line.ts';
import type { LineFormat } from './line/rtu-frame.ts';
import { createRtuLine, type RtuLine } from './line/rtu-line.ts';
import type { Wire } from './line/wire.ts';
import { createPoweredUnit, type PoweredUnit } from './powered-unit.ts';
import { accepted, refused, type Checked } from './problems.ts';
import { seededRandom } from './random.ts';
import { createSupplies, rebootMs } from './supplies.ts';
import type { UnitVariant } from './unit/unit.ts';
import { createSatelliteTerminal, type SatelliteMessage, type SatelliteTerminal } from './unit/satellite-terminal.ts';
import { createNetworkSpeaker, type NetworkSpeaker } from './unit/network-speaker.ts';
import { createSpeechChip } from './unit/speech-chip.ts';

export interface WorldCoreOptions {
  readonly site: Site;
  readonly wiring: Wiring;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly seed: number;
  /** What units do where their definition says `unknown`. */
  readonly variant: UnitVariant;
  readonly strictSilence: boolean;
  readonly satellite: { readonly card: number; readonly periodS: number };
  readonly hourMinute: () => readonly [number, number];
  readonly onMessage: (message: SatelliteMessage) => void;
  /** What network loudspeakers share with the box; without it they believe nobody. */
  readonly soundKey?: Uint8Array;
  /** Told after each change of the faults: ports are plugged by the outside. */
  readonly onFaults: () => void;
}

export interface CoreLine {
  readonly wiring: LineWiring;
  readonly wire: Wire;
  /** Null on lines that carry plain bytes. */
  readonly rtu: RtuLine | null;
}

/** The village without its sockets: lines, units, supplies, faults and ears on one clock. */
export interface WorldCore extends Circuit {
  readonly lines: ReadonlyMap<string, CoreLine>;
  readonly satellite: SatelliteTerminal | null;
  close(): void;
}

/** The line's format: that of its serial port; behind a device server the models tell parity and stop bits. */
export const formatOf = (line: LineWiring, model: Omit<LineFormat, 'baud'> | undefined): LineFormat =>
  line.port.kind === 'serial'
    ? { baud: line.port.baud, parity: line.port.parity, stopBits: line.port.stopBits }
    : { baud: line.port.baud, parity: model?.parity ?? 'none', stopBits: model?.stopBits ?? 1 };

interface Building {
  readonly options: WorldCoreOptions;
  readonly circuit: Circuit;
  readonly byOutput: ReadonlyMap<string, TerminalWiring>;
  readonly byProof: ReadonlyMap<string, TerminalWiring>;
  readonly started: (terminal: string) => void;
  satellite: SatelliteTerminal | null;
}

/** What a quiet test cannot tell from a horn that is not there. */
const openHorn = ['stuck-contact', 'horn-open'] as const;

const addUnit = (building: Building, wiring: UnitWiring, device: RegisterDevice): PoweredUnit => {
  const { options, circuit, byOutput, byProof } = building;
  const { faults } = circuit;
  const refOf = (channel: number): ChannelRef => ({ line: wiring.line, unit: wiring.unit, channel });
  const ofChannel = <T>(channel: number, read: (terminal: TerminalWiring) => T, none: T): T => {
    const key = channelKey(refOf(channel));
    const terminal = byOutput.get(key) ?? byProof.get(key);
    return terminal === undefined ? none : read(terminal);
  };
  const powered = createPoweredUnit({
    device,
    wiring,
    clock: options.clock,
    faults,
    variant: options.variant,
    senses: {
      amperes: (channel) => ofChannel(channel, (terminal) => amperesOf(circuit, terminal), 0),
      heard: (channel) => ofChannel(channel, (terminal) => soundOf(circuit, terminal) !== null, false),
      quietTestResult: () => {
        if (faults.onChannel('dead-amplifier', refOf(1)) !== null) return 2;
        return openHorn.some((kind) => faults.onChannel(kind, refOf(1)) !== null) ? 3 : 1;
      },
    },
    retuned: () => {
      for (let channel = 1; channel <= device.channels; channel += 1) {
        const terminal = byOutput.get(channelKey(refOf(channel)));
        if (terminal !== undefined) listen(circuit, terminal);
      }
    },
    changed: (channel) => {
      const terminal = byOutput.get(channelKey(refOf(channel)));
      if (terminal === undefined) return;
      listen(circuit, terminal);
      if (contactClosed(circuit, terminal) && !isSpeaker(circuit, terminal)) building.started(terminal.terminal);
    },
  });
  circuit.units.set(`${wiring.line}/${wiring.unit}`, powered);
  return powered;
};

const addByteDevice = (building: Building, unit: UnitWiring, send: (bytes: Uint8Array) => void): ByteDevice => {
  const { options, circuit } = building;
  const { clock } = options;
  const { faults, chips } = circuit;
  const silent = (): boolean => faults.onUnit('silent', unit.line, unit.unit) !== null;
  const mute = (): boolean => faults.onUnit('mute', unit.line, unit.unit) !== null;
  if (options.catalogue.frames.get(unit.model)?.kind === 'satellite') {
    const { hourMinute, onMessage, satellite } = options;
    building.satellite = createSatelliteTerminal({ clock, send, silent, mute, hourMinute, onMessage, ...satellite });
    return building.satellite;
  }
  const terminals = options.wiring.terminals.filter((each) => each.speechLine === unit.line);
  const changed = (): void => terminals.forEach((terminal) => listen(circuit, terminal));
  const chip = createSpeechChip({ clock, send, silent, mute, changed });
  chips.set(unit.line, chip);
  return chip;
};

/** Every sound output of the site is a network loudspeaker here: the village opens no sound card. */
const addSpeaker = ({ options, circuit }: Building, output: string): NetworkSpeaker => {
  const terminals = options.wiring.terminals.filter(({ sound }) => sound === output);
  return createNetworkSpeaker({
    clock: options.clock,
    elapsedMs: () => circuit.timeline.elapsedMs,
    key: options.soundKey ?? randomBytes(32),
    hasMicrophone: terminals.some(({ returns }) => returns !== null),
    amplified: () => terminals.some((terminal) => soundOf(circuit, terminal) !== null),
    changed: () => terminals.forEach((terminal) => listen(circuit, terminal)),
  });
};

const seedOf = (seed: number, id: string): number =>
  Array.from(id).reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed | 0);

const addLine = (building: Building, wiring: LineWiring): CoreLine => {
  const { options, circuit } = building;
  const { clock, catalogue } = options;
  const units = options.wiring.units.filter((unit) => unit.line === wiring.id);
  const random = seededRandom(seedOf(options.seed, wiring.id));
  const noise = (): number => circuit.faults.onLine('noise', wiring.id)?.value ?? 0;
  const [first] = units;
  if (wiring.speaks === 'bytes') {
    const format = formatOf(wiring, first === undefined ? undefined : catalogue.frames.get(first.model)?.line);
    const deaf: ByteDevice = { receive: () => undefined };
    const device = (send: (bytes: Uint8Array) => void): ByteDevice =>
      first === undefined ? deaf : addByteDevice(building, first, send);
    return { wiring, wire: createByteLine({ clock, format, random, noise, device }).wire, rtu: null };
  }
  const powered = units.flatMap((unit) => {
    const device = catalogue.registers.get(unit.model);
    return device === undefined ? [] : [addUnit(building, unit, device)];
  });
  const format = formatOf(wiring, powered[0]?.unit.device.line);
  const rtu = createRtuLine({ clock, format, units: powered, random, noise, strict: options.strictSilence });
  return { wiring, wire: rtu.wire, rtu };
};

/** Keeps exactly the babbling stations talking that the faults name. */
const createBabblers = (clock: Clock, seed: number): ((wanted: ReadonlyMap<string, Wire>) => void) => {
  const talking = new Map<string, Cancel>();
  return (wanted) => {
    for (const [key, stop] of talking) {
      if (wanted.has(key)) continue;
      stop();
      talking.delete(key);
    }
    for (const [key, wire] of wanted) {
      if (!talking.has(key)) talking.set(key, startBabble(clock, wire.transmitter, seededRandom(seedOf(seed, key))));
    }
  };
};

const babblingLines = (
  faults: Circuit['faults'],
  lines: ReadonlyMap<string, CoreLine>,
  wiring: Wiring,
): ReadonlyMap<string, Wire> => {
  const babbling = [...lines].filter(
    ([id]) =>
      faults.onLine('babble', id) !== null ||
      wiring.units.some((unit) => unit.line === id && faults.onUnit('babble', id, unit.unit) !== null),
  );
  return new Map(babbling.map(([id, line]) => [id, line.wire]));
};

/** A unit whose model nobody knows cannot be emulated; it is named instead of left out. */
const unknownModel = ({ wiring, catalogue }: WorldCoreOptions): Checked<null> => {
  for (const { line, model } of wiring.units) {
    const bytes = wiring.lines.find((each) => each.id === line)?.speaks === 'bytes';
    const known = bytes ? catalogue.frames.has(model) : catalogue.registers.has(model);
    if (!known) return refused('emulator-model-unknown', { line, model });
  }
  return accepted(null);
};

const byChannel = (wiring: Wiring, of: (terminal: TerminalWiring) => ChannelRef | null): Map<string, TerminalWiring> =>
  new Map(
    wiring.terminals.flatMap((terminal) => {
      const ref = of(terminal);
      return ref === null ? [] : [[channelKey(ref), terminal] as const];
    }),
  );

/** Builds the village from the very wiring that the box uses. Pure of sockets and files; all of time is the clock's. */
export const createWorldCore = (options: WorldCoreOptions): Checked<WorldCore> => {
  const checked = unknownModel(options);
  if (!checked.ok) return checked;
  const { site, wiring, clock } = options;
  const sirens = wiring.terminals.filter(({ speechLine, sound }) => speechLine === null && sound === null);
  const poweredOff = new Set<string>();
  const babble = createBabblers(clock, options.seed);
  const lines = new Map<string, CoreLine>();
  const settlePower = (): void => {
    for (const [key, powered] of circuit.units)
      if (faults.onUnit('silent', powered.wiring.line, powered.wiring.unit) !== null) {
        poweredOff.add(key);
        powered.unit.reset();
      } else poweredOff.delete(key);
    for (const [line, chip] of circuit.chips)
      if (faults.onUnit('silent', line, 0) !== null) {
        poweredOff.add(line);
        chip.reset();
      } else if (poweredOff.delete(line)) chip.powerUp();
  };
  const faults = createFaultBook(wiring, () => {
    settlePower();
    babble(babblingLines(faults, lines, wiring));
    for (const terminal of wiring.terminals) listen(circuit, terminal);
    options.onFaults();
  });
  const circuit: Circuit = {
    site,
    clock,
    faults,
    timeline: createTimeline(clock),
    units: new Map(),
    chips: new Map(),
    speakers: new Map(),
    hz: new Map(sirens.map((terminal, index) => [terminal.terminal, sirenHz(index)])),
  };
  const byOutput = byChannel(wiring, (terminal) => terminal.output);
  const supplies = createSupplies(site, clock, (fallen) => {
    for (const { terminal, output } of wiring.terminals) {
      if (output !== null && fallen.includes(terminal))
        circuit.units.get(`${output.line}/${output.unit}`)?.powerLost(rebootMs);
    }
  });
  const byProof = byChannel(wiring, (terminal) => terminal.proof);
  const building: Building = {
    options,
    circuit,
    byOutput,
    byProof,
    started: (terminal) => supplies.started(terminal),
    satellite: null,
  };
  for (const line of wiring.lines) lines.set(line.id, addLine(building, line));
  for (const { id } of wiring.outputs) circuit.speakers.set(id, addSpeaker(building, id));
  const close = (): void => {
    babble(new Map());
    for (const line of lines.values()) line.wire.close();
  };
  return accepted({ ...circuit, lines, satellite: building.satellite, close });
};
