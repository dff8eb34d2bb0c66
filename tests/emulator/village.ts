import { join } from 'node:path';
import type { Catalogue } from '../../devices/define.ts';
import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';
import { virtualClock, type VirtualClock } from '../../emulator/clock.ts';
import { sealFrame } from '../../emulator/line/rtu-frame.ts';
import { createWorldCore, type WorldCore, type WorldCoreOptions } from '../../emulator/world-core.ts';
import type { Site, Terminal } from '../../src/core/site.ts';
import type { LineWiring, TerminalWiring, Wiring } from '../../src/core/wiring.ts';

export const catalogue: Catalogue = (() => {
  const loaded = loadCatalogue(readDeviceFolder(join(import.meta.dirname, '../../devices')));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.value;
})();

export const line = (id: string, speaks: LineWiring['speaks'] = 'modbus-rtu', baud = 9600): LineWiring => ({
  id,
  speaks,
  port: { kind: 'serial', path: `/dev/serial/by-id/${id}`, baud, parity: 'none', stopBits: 1 },
  echoes: false,
  adapterLatencyMs: 0,
  pollEveryMs: 5000,
});

const amps = (lineId: string, unit: number, channel: number): TerminalWiring['proof'] => ({
  line: lineId,
  unit,
  channel,
  grade: 'current',
  above: 0.5,
  unitName: 'A',
});

/** A motor siren behind a relay, two of the project's sirens, and a loudspeaker with its chip; a gauge and a satellite terminal. */
export const wiring: Wiring = {
  lines: [line('cabinet'), line('sirens'), line('weather'), line('voice', 'bytes'), line('beidou', 'bytes', 115_200)],
  units: [
    { line: 'cabinet', unit: 1, model: 'waveshare-relay-8', groupBit: null },
    { line: 'cabinet', unit: 2, model: 'mingluo-current-8', groupBit: null },
    { line: 'sirens', unit: 1, model: 'mingluo-siren', groupBit: 0 },
    { line: 'sirens', unit: 2, model: 'mingluo-siren', groupBit: 1 },
    { line: 'sirens', unit: 3, model: 'mingluo-siren', groupBit: 20 },
    { line: 'weather', unit: 2, model: 'tipping-bucket-rain', groupBit: null },
    { line: 'voice', unit: 0, model: 'syn6288', groupBit: null },
    { line: 'beidou', unit: 0, model: 'beidou-rdss', groupBit: null },
  ],
  terminals: [
    {
      terminal: 'motor',
      output: { line: 'cabinet', unit: 1, channel: 1 },
      proof: amps('cabinet', 2, 1),
      speechLine: null,
      sound: null,
      returns: null,
      watts: 370,
    },
    {
      terminal: 'speaker',
      output: { line: 'cabinet', unit: 1, channel: 2 },
      proof: amps('cabinet', 2, 2),
      speechLine: 'voice',
      sound: null,
      returns: null,
      watts: 50,
    },
    ...[1, 2, 3].map((unit) => ({
      terminal: `siren-${unit}`,
      output: { line: 'sirens', unit, channel: 1 },
      proof: null,
      speechLine: null,
      sound: null,
      returns: null,
      watts: 100,
    })),
  ],
  sensors: [],
  outputs: [],
  satellite: { line: 'beidou', model: 'beidou-rdss', centreCard: 200_001 },
};

const terminal = (id: string, kind: Terminal['kind'], supply: string | null): Terminal => ({
  id,
  name: { zh: id, en: id },
  zone: 'zone',
  kind,
  abilities: kind === 'siren' ? ['tone'] : ['speech'],
  output: null,
  lease: { kind: 'held', retrigger: 'unknown' },
  proof: 'current',
  supply,
  leadInMs: 0,
  speech: null,
});

export const site: Site = {
  id: 'test',
  areaCode: '500112199000',
  name: { zh: '测试', en: 'test' },
  zones: [],
  terminals: [
    terminal('motor', 'siren', null),
    terminal('speaker', 'speaker', null),
    ...[1, 2, 3].map((unit) => terminal(`siren-${unit}`, 'siren', 'battery')),
  ],
  supplies: [{ id: 'battery', startsAtOnce: 2, startGapMs: 800 }],
  tones: [],
  clips: [],
  plans: [],
  notices: [],
  sensors: [],
  limits: {
    sirenLongestMs: 180_000,
    sirenPauseMs: 60_000,
    sirenPerHourMs: 1_800_000,
    quietFromMinute: 0,
    quietToMinute: 0,
    routineLongestMs: 0,
    routinePerDay: 0,
    queueMax: 0,
    holdRoutineAfterStopMs: 0,
    renewEveryMs: 5000,
    audioStoreBytes: 500_000_000,
  },
};

export interface Stand {
  readonly core: WorldCore;
  readonly clock: VirtualClock;
  /** Sends bytes into a line and gives what comes back within `forMs`. */
  talk(lineId: string, bytes: Uint8Array, forMs?: number): Uint8Array;
  /** Seals a PDU, sends it, and gives the reply frame (empty when silent). */
  ask(lineId: string, address: number, pdu: readonly number[], forMs?: number): Uint8Array;
}

/** The village of this file on virtual time, with a client on every line. */
export const stand = (changes: Partial<WorldCoreOptions> = {}): Stand => {
  const clock = virtualClock();
  const made = createWorldCore({
    site,
    wiring,
    catalogue,
    clock,
    seed: 1,
    variant: { retrigger: 'extends', offCancels: 'yes', unknownBroadcast: 'acts' },
    strictSilence: false,
    satellite: { card: 263_172, periodS: 60 },
    hourMinute: () => [10, 30],
    onMessage: () => undefined,
    onFaults: () => undefined,
    ...changes,
  });
  if (!made.ok) throw new Error(JSON.stringify(made.problem));
  const core = made.value;
  const heard = new Map<string, number[]>();
  const ends = new Map(
    [...core.lines].map(([id, each]) => {
      const bytes: number[] = [];
      heard.set(id, bytes);
      return [id, each.wire.attach((chunk) => bytes.push(...chunk))];
    }),
  );
  const talk: Stand['talk'] = (lineId, bytes, forMs = 100) => {
    const back = heard.get(lineId) ?? [];
    back.length = 0;
    ends.get(lineId)?.receive(bytes);
    clock.advance(forMs);
    return Uint8Array.from(back);
  };
  const ask: Stand['ask'] = (lineId, address, pdu, forMs) =>
    talk(lineId, sealFrame(address, Uint8Array.from(pdu)), forMs);
  return { core, clock, talk, ask };
};

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s+/g, ''), 'hex'));
