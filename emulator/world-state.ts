import type { Wiring } from '../src/core/wiring.ts';
import { amperesOf, contactClosed, soundOf } from './circuit.ts';
import type { Sound } from './ear/timeline.ts';
import type { Fault } from './faults.ts';
import type { LineCounters } from './line/rtu-line.ts';
import type { WorldCore } from './world-core.ts';

/** Everything that can be seen of the village at one instant. */
export interface VillageState {
  /** Ms since the start of the run. */
  readonly elapsedMs: number;
  readonly lines: readonly {
    readonly id: string;
    /** The device behind the stable path; null while unplugged or without pseudo-terminals. */
    readonly device: string | null;
    readonly counters: Readonly<LineCounters> | null;
  }[];
  readonly units: readonly {
    readonly line: string;
    readonly unit: number;
    readonly model: string;
    readonly powered: boolean;
    readonly outputs: readonly {
      readonly channel: number;
      readonly on: boolean;
      readonly remainingMs: number | null;
    }[];
  }[];
  readonly terminals: readonly {
    readonly terminal: string;
    readonly contactClosed: boolean;
    readonly amperes: number;
    readonly heard: Sound | null;
  }[];
  readonly speaking: readonly { readonly line: string; readonly text: string }[];
  readonly faults: readonly Fault[];
}

/** Looks at the whole village; changes nothing. */
export const stateOf = (core: WorldCore, wiring: Wiring, deviceOf: (line: string) => string | null): VillageState => ({
  elapsedMs: core.timeline.elapsedMs,
  lines: [...core.lines].map(([id, { rtu }]) => ({ id, device: deviceOf(id), counters: rtu?.counters ?? null })),
  units: [...core.units.values()].map((powered) => ({
    line: powered.wiring.line,
    unit: powered.wiring.unit,
    model: powered.wiring.model,
    powered: powered.isOn(),
    outputs: powered.unit.channels.map(({ on, remainingMs }, index) => ({ channel: index + 1, on, remainingMs })),
  })),
  terminals: wiring.terminals.map((terminal) => ({
    terminal: terminal.terminal,
    contactClosed: contactClosed(core, terminal),
    amperes: amperesOf(core, terminal),
    heard: soundOf(core, terminal),
  })),
  speaking: [...core.chips].flatMap(([line, { saying }]) => (saying === null ? [] : [{ line, text: saying.text }])),
  faults: core.faults.list(),
});
