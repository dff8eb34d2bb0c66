import type { Catalogue, Output, ReadBlock, RegisterDevice, SpeechCodec } from '../../devices/define.ts';
import { timingOf, type WireTiming } from '../bus/timing.ts';
import type { LeaseKind, Site } from '../core/site.ts';
import type { ChannelRef, LineWiring, TerminalWiring, Wiring } from '../core/wiring.ts';
import { wiredSettings, type WiredSettings } from './wired-settings.ts';

export interface WiredUnit {
  readonly unit: number;
  /** Null when the catalogue does not know the model: then nobody knows what a broadcast does to it. */
  readonly device: RegisterDevice | null;
  readonly groupBit: number | null;
}

export interface WiredLine {
  readonly id: string;
  /** Address 0 reaches every unit; on Modbus TCP there is one unit behind each connection. */
  readonly broadcasts: boolean;
  readonly units: readonly WiredUnit[];
  readonly pollEveryMs: number;
  readonly timing: WireTiming;
}

/** One input that proves sound, already at its channel. */
export interface WiredProof {
  readonly line: string;
  readonly unit: number;
  readonly device: RegisterDevice;
  readonly block: ReadBlock;
  readonly grade: 'current' | 'sound' | 'status';
  readonly scale: number;
  readonly above: number;
  readonly unitName: string;
}

export interface WiredTerminal {
  readonly id: string;
  readonly line: string;
  readonly unit: number;
  readonly channel: number;
  readonly device: RegisterDevice;
  readonly output: Output;
  readonly groupBit: number | null;
  readonly watts: number;
  readonly lease: LeaseKind;
  readonly state: ReadBlock;
  readonly proof: WiredProof | null;
  readonly leadInMs: number;
  readonly settings: WiredSettings;
  readonly speech: {
    readonly line: string;
    readonly codec: SpeechCodec;
    readonly estimateMs: (text: string) => number;
  } | null;
}

/** A loudspeaker fed with sound made on the box. */
export interface WiredSound {
  readonly id: string;
  readonly output: string;
  /** The relay of its amplifier; null where it has none: then it is silent as soon as no sound comes. */
  readonly amplifier: WiredTerminal | null;
  readonly leadInMs: number;
  /** Grade of the sound that comes back from it; null where none does. */
  readonly returns: 'sound' | 'microphone' | null;
}

export interface SiteMap {
  readonly lines: ReadonlyMap<string, WiredLine>;
  /** Everything that is switched. */
  readonly terminals: ReadonlyMap<string, WiredTerminal>;
  readonly sounds: ReadonlyMap<string, WiredSound>;
  /** The device's number of each tone of the site; empty where the site names none, and no unit's tone is touched. */
  readonly tones: ReadonlyMap<string, number>;
}

const unitKey = (line: string, unit: number): string => `${line} ${unit}`;

const lineOf = (line: LineWiring, wiring: Wiring, catalogue: Catalogue): WiredLine => ({
  id: line.id,
  broadcasts: line.speaks === 'modbus-rtu',
  pollEveryMs: line.pollEveryMs,
  timing: timingOf(line),
  units: wiring.units
    .filter((unit) => unit.line === line.id)
    .map(({ unit, model, groupBit }) => ({ unit, groupBit, device: catalogue.registers.get(model) ?? null })),
});

const oneOf = (block: ReadBlock, channel: number): ReadBlock => ({
  function: block.function,
  address: block.address + channel - 1,
  count: 1,
});

const proofOf = (wired: TerminalWiring, deviceAt: (at: ChannelRef) => RegisterDevice | null): WiredProof | null => {
  const at = wired.proof ?? wired.output;
  const device = at === null ? null : deviceAt(at);
  if (at === null || device?.proof === null || device === null) return null;
  const { grade, scale, unit, above } = device.proof;
  const own = { grade, above, unitName: unit };
  const { line, unit: number } = at;
  return { line, unit: number, device, block: oneOf(device.proof, at.channel), scale, ...own, ...said(wired.proof) };
};

/** What the site's file says of a proof input goes before what the device's file says. */
const said = (proof: TerminalWiring['proof']): Partial<Pick<WiredProof, 'grade' | 'above' | 'unitName'>> =>
  proof === null ? {} : { grade: proof.grade, above: proof.above, unitName: proof.unitName };

/** A terminal with a relay that nobody knows is left out: sound into a dead amplifier is no sound. */
const soundsOf = (site: Site, wiring: Wiring, switched: SiteMap['terminals']): SiteMap['sounds'] =>
  new Map(
    wiring.terminals.flatMap(({ terminal: id, sound, output, returns }): [string, WiredSound][] => {
      const amplifier = switched.get(id) ?? null;
      const leadInMs = site.terminals.find((one) => one.id === id)?.leadInMs ?? 0;
      if (sound === null || (output !== null && amplifier === null)) return [];
      return [[id, { id, output: sound, amplifier, leadInMs, returns: returns?.grade ?? null }]];
    }),
  );

/** A tone without a number is the unit's own siren, number 0, as soon as another tone has one. */
const tonesOf = ({ tones }: Site): SiteMap['tones'] =>
  tones.some(({ device }) => device !== undefined)
    ? new Map(tones.map(({ id, device }) => [id, device ?? 0]))
    : new Map<string, number>();

/**
 * Site, wiring and definitions joined once at start, so that an order finds everything by the terminal's name. A terminal
 * whose output has no known definition is left out: orders to it are answered `rejected`.
 */
export const mapSite = (site: Site, wiring: Wiring, catalogue: Catalogue): SiteMap => {
  const models = new Map(wiring.units.map(({ line, unit, model }) => [unitKey(line, unit), model]));
  const bits = new Map(wiring.units.map(({ line, unit, groupBit }) => [unitKey(line, unit), groupBit]));
  const deviceAt = ({ line, unit }: ChannelRef): RegisterDevice | null =>
    catalogue.registers.get(models.get(unitKey(line, unit)) ?? '') ?? null;
  const speechOf = (wired: TerminalWiring): WiredTerminal['speech'] => {
    const terminal = site.terminals.find(({ id }) => id === wired.terminal);
    if (wired.speechLine === null || terminal === undefined) return null;
    const model = wiring.units.find(({ line }) => line === wired.speechLine)?.model ?? '';
    const device = catalogue.frames.get(model);
    const { baseMs, perCharacterMs } = terminal.speech ?? { baseMs: 500, perCharacterMs: 250 };
    if (device?.kind !== 'speech') return null;
    return { line: wired.speechLine, codec: device.codec, estimateMs: (text) => baseMs + perCharacterMs * text.length };
  };
  const terminals = wiring.terminals.flatMap((wired): WiredTerminal[] => {
    // A sound output whose amplifier nobody switches is in no register: it stands among the sounds only.
    if (wired.output === null) return [];
    const { line, unit, channel } = wired.output;
    const device = deviceAt(wired.output);
    const terminal = site.terminals.find(({ id }) => id === wired.terminal);
    if (device === null || device.output === null || terminal === undefined) return [];
    return [
      {
        ...{ id: wired.terminal, line, unit, channel, device, output: device.output, watts: wired.watts },
        groupBit: bits.get(unitKey(line, unit)) ?? null,
        lease: terminal.lease,
        state: oneOf(device.output.state, channel),
        proof: proofOf(wired, deviceAt),
        leadInMs: terminal.leadInMs,
        settings: wiredSettings(device, channel, wired.volumePercent),
        speech: speechOf(wired),
      },
    ];
  });
  const switched = new Map(terminals.map((terminal) => [terminal.id, terminal]));
  return {
    lines: new Map(wiring.lines.map((line) => [line.id, lineOf(line, wiring, catalogue)])),
    terminals: switched,
    sounds: soundsOf(site, wiring, switched),
    tones: tonesOf(site),
  };
};
