import type { ChannelRef, LineWiring, TerminalWiring, UnitWiring, Wiring } from '../core/wiring.ts';
import { outputsOf, returnsOf, type OutputOverrides } from './compile-outputs.ts';
import { lineDefaults, sensorDefaults, terminalDefaults } from './defaults.ts';
import type { Draft } from './draft.ts';
import { msOf } from './duration.ts';
import type { LineFile, TerminalFile } from './schema/site.ts';
import { modelAt } from './units.ts';

/** A line brought to another place than the file says: the emulated village, a bench. */
export type LineOverride =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export type LineOverrides = Readonly<Record<string, LineOverride>>;

const portOf = ({ port }: LineFile, override: LineOverride | undefined): LineWiring['port'] => {
  const baud = port.baud ?? lineDefaults.baud;
  const parity = port.parity ?? lineDefaults.parity;
  const stopBits = port.stopBits ?? lineDefaults.stopBits;
  if (override?.kind === 'tcp') return { kind: 'tcp', host: override.host, port: override.port, baud };
  if (override?.kind === 'serial') return { kind: 'serial', path: override.path, baud, parity, stopBits };
  if (port.serial !== undefined) return { kind: 'serial', path: port.serial, baud, parity, stopBits };
  const [host = '', number = '0'] = (port.tcp ?? '').split(':');
  return { kind: 'tcp', host, port: Number(number), baud };
};

const lineOf = (line: LineFile, overrides: LineOverrides): LineWiring => ({
  id: line.id,
  speaks: line.speaks,
  port: portOf(line, Object.hasOwn(overrides, line.id) ? overrides[line.id] : undefined),
  echoes: line.echoes ?? lineDefaults.echoes,
  adapterLatencyMs: msOf(line.adapterLatency ?? lineDefaults.adapterLatency),
  pollEveryMs: msOf(line.pollEvery ?? lineDefaults.pollEvery),
});

const unitsOf = ({ id, units = [], device }: LineFile): readonly UnitWiring[] => [
  ...units.map(({ unit, model, groupBit }) => ({ line: id, unit, model, groupBit: groupBit ?? null })),
  ...(device === undefined ? [] : [{ line: id, unit: 0, model: device, groupBit: null }]),
];

const channelOf = (ref: { readonly line: string; readonly unit: number; readonly channel?: number }): ChannelRef => ({
  line: ref.line,
  unit: ref.unit,
  channel: ref.channel ?? terminalDefaults.channel,
});

const proofOf = ({ site, catalogue }: Draft, proof: TerminalFile['proof']): TerminalWiring['proof'] => {
  if (proof === undefined) return null;
  const input = modelAt(site.value, catalogue, proof)?.proof ?? null;
  if (input === null || input.grade === 'status') return null;
  return { ...channelOf(proof), grade: input.grade, above: proof.above ?? input.above, unitName: input.unit };
};

const terminalOf = (draft: Draft, terminal: TerminalFile, outputs: OutputOverrides): TerminalWiring => ({
  terminal: terminal.id,
  output: terminal.output === undefined ? null : channelOf(terminal.output),
  proof: proofOf(draft, terminal.proof),
  speechLine: terminal.speech?.line ?? null,
  sound: terminal.sound?.output ?? null,
  returns: returnsOf(terminal, outputs),
  watts: terminal.watts ?? terminalDefaults.watts,
  ...(terminal.volume === undefined ? {} : { volumePercent: terminal.volume }),
});

const satelliteOf = ({ site }: Draft): Wiring['satellite'] => {
  const satellite = site.value.uplinks?.satellite;
  const model = site.value.lines.find(({ id }) => id === satellite?.line)?.device;
  if (satellite === undefined || model === undefined) return null;
  return { line: satellite.line, model, centreCard: Number(satellite.centreCard) };
};

/** Where everything is wired, for drivers and for the emulated village. */
export const compileWiring = (draft: Draft, overrides: LineOverrides, outputs: OutputOverrides = {}): Wiring => {
  const { value } = draft.site;
  return {
    lines: value.lines.map((line) => lineOf(line, overrides)),
    units: value.lines.flatMap(unitsOf),
    terminals: value.terminals.map((terminal) => terminalOf(draft, terminal, outputs)),
    outputs: outputsOf(value, outputs),
    sensors: (value.sensors ?? []).map(({ id, line, unit, reading, every }) => ({
      sensor: id,
      line,
      unit,
      reading,
      everyMs: msOf(every ?? sensorDefaults.every),
    })),
    satellite: satelliteOf(draft),
  };
};
