import { createWorldCore, type WorldCore } from '../../emulator/world-core.ts';
import type { Stretch } from '../../emulator/ear/timeline.ts';
import type { Event } from '../../src/core/event.ts';
import type { Site, Terminal, Tone } from '../../src/core/site.ts';
import type { TerminalWiring, Wiring } from '../../src/core/wiring.ts';
import { createDrivers, type Drivers } from '../../src/drivers/drivers.ts';
import { FakeLine } from './fake-lines.ts';
import { catalogue, cueOf, limits } from './village.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

const name = { zh: '警报器', en: 'siren' };
const tone = (id: string, device?: number): Tone => ({
  ...{ id, name, onMs: 5_000, offMs: 0, cycles: 1 },
  ...(device === undefined ? {} : { device }),
});

export interface EmulatedOptions {
  readonly count?: number;
  readonly tones?: readonly Tone[];
  readonly volumePercent?: number;
}

/** The siren units of the emulator, grown from the definition the driver reads, on a line in the test's own time. */
export class EmulatedSirens {
  readonly clock: VirtualClock = createVirtualClock();
  readonly line = new FakeLine('a', this.clock);
  readonly events: Event[] = [];
  readonly world: WorldCore;
  readonly drivers: Drivers;

  constructor({ count = 3, tones = numbered, volumePercent }: EmulatedOptions = {}) {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const site: Site = {
      ...{ id: 'test', areaCode: '500112100201', name, zones: [], supplies: [], clips: [], plans: [], notices: [] },
      ...{ sensors: [], tones, limits },
      terminals: numbers.map((unit): Terminal => ({
        ...{
          id: `siren-${unit}`,
          name,
          zone: 'zone',
          kind: 'siren',
          abilities: ['tone'],
          output: null,
          proof: 'current',
        },
        ...{ supply: null, leadInMs: 0, speech: null },
        lease: { kind: 'dead-man', holdMs: 15_000, retrigger: 'extends' },
      })),
    };
    const wiring: Wiring = {
      lines: [
        {
          ...{ id: 'a', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1_000 },
          port: { kind: 'serial', path: '/dev/a', baud: 9600, parity: 'none', stopBits: 1 },
        },
      ],
      units: numbers.map((unit) => ({ line: 'a', unit, model: 'mingluo-siren', groupBit: unit })),
      terminals: numbers.map((unit): TerminalWiring => ({
        ...{ terminal: `siren-${unit}`, watts: 100, speechLine: null, sound: null, returns: null, proof: null },
        output: { line: 'a', unit, channel: 1 },
        ...(volumePercent === undefined ? {} : { volumePercent }),
      })),
      ...{ sensors: [], outputs: [], satellite: null, panel: null },
    };
    const { clock } = this;
    const made = createWorldCore({
      ...{ site, wiring, catalogue, seed: 1, strictSilence: false, satellite: { card: 1, periodS: 60 } },
      clock: { now: clock.now, at: (atMs, run) => clock.setTimer(atMs - clock.now(), run) },
      variant: { retrigger: 'extends', offCancels: 'yes', unknownBroadcast: 'acts' },
      ...{ hourMinute: () => [9, 0], onMessage: () => undefined, onFaults: () => undefined },
    });
    if (!made.ok) throw new Error(JSON.stringify(made.problem));
    this.world = made.value;
    for (const unit of numbers) {
      const powered = this.world.units.get(`a/${unit}`)!;
      this.line.units.set(unit, {
        model: 'mingluo-siren',
        answer: (pdu) => powered.request(pdu)?.pdu ?? null,
        hear: (pdu) => powered.broadcast(pdu),
        on: () => powered.unit.channels.map(({ on }) => on),
      });
    }
    this.drivers = createDrivers({
      ...{ site, wiring, catalogue, clock, lines: new Map([['a', this.line]]), byteLines: new Map() },
      report: (event) => this.events.push(event),
    });
  }

  sound(units: readonly number[], toneId: string, durationMs: number, repair = false): void {
    const cues = units.map((unit) => cueOf(`siren-${unit}`, { play: 'tone', tone: toneId }, durationMs));
    this.drivers.carryOut({ do: 'sound', urgent: true, repair, cues });
  }

  silence(units: readonly number[]): void {
    const terminals = units.map((unit) => `siren-${unit}`);
    this.drivers.carryOut({ do: 'silence', urgent: true, terminals, cause: 'stop', trace: 'stop' });
  }

  heard(unit: number): readonly Stretch[] {
    return this.world.timeline.of(`siren-${unit}`);
  }

  /** Pitch and level of what the siren sounds now, e.g. `550 1`; null when it is silent. */
  now(unit: number): string | null {
    const last = this.heard(unit).at(-1);
    return last?.toMs === null && last.sound.kind === 'tone' ? `${last.sound.hz} ${last.sound.level}` : null;
  }

  fault(unit: number, fault: string): void {
    this.world.faults.add({ target: `siren-${unit}`, fault, value: null });
  }

  /** Writes as hex, with the unit; reads with `r`: what left since the last call. */
  sent(): readonly string[] {
    const all = this.line.sent.map(({ unit, pdu }) => `${unit}:${pdu}`);
    this.line.sent.length = 0;
    return all;
  }
}

export const numbered: readonly Tone[] = [tone('low', 0), tone('high', 8), tone('odd', 3)];
export const unnumbered: readonly Tone[] = [tone('low'), tone('high')];
