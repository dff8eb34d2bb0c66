import type { RegisterDevice } from '../devices/define.ts';
import type { UnitWiring } from '../src/core/wiring.ts';
import type { Clock } from './clock.ts';
import type { FaultBook } from './faults.ts';
import type { LineUnit } from './line/rtu-line.ts';
import { createRegisterUnit, variantOf } from './unit/register-unit.ts';
import type { RegisterUnit, UnitVariant } from './unit/unit.ts';
import type { Senses } from './unit/readings.ts';

/** A unit with its power and its faults: what really stands on the line. */
export interface PoweredUnit extends LineUnit {
  readonly wiring: UnitWiring;
  readonly unit: RegisterUnit;
  /** False while it is without power or starting again. */
  isOn(): boolean;
  /** Power is lost for `ms`: outputs off at once, no answer until it is back. */
  powerLost(ms: number): void;
}

export interface PoweredUnitOptions {
  readonly device: RegisterDevice;
  readonly wiring: UnitWiring;
  readonly clock: Clock;
  readonly faults: FaultBook;
  readonly variant: UnitVariant;
  readonly senses: Pick<Senses, 'amperes' | 'heard' | 'quietTestResult'>;
  readonly changed: (channel: number) => void;
  readonly retuned: () => void;
}

/** How long a unit remembers in its status that its supply broke down. */
const brownOutShownMs = 60_000;

/** Builds a unit on its line; faults are looked up at each request, so that they act from the moment they are set. */
export const createPoweredUnit = (options: PoweredUnitOptions): PoweredUnit => {
  const { device, wiring, clock, faults } = options;
  let offUntil = Number.NEGATIVE_INFINITY;
  const unit = createRegisterUnit({
    device,
    address: wiring.unit,
    groupBit: wiring.groupBit,
    clock,
    variant: variantOf(device, options.variant),
    senses: {
      ...options.senses,
      now: () => clock.now(),
      brownOut: () => clock.now() < offUntil + brownOutShownMs,
    },
    changed: options.changed,
    retuned: options.retuned,
  });
  const fault = (kind: Parameters<FaultBook['onUnit']>[0]) => faults.onUnit(kind, wiring.line, wiring.unit);
  const isOn = (): boolean => clock.now() >= offUntil && fault('silent') === null;
  return {
    wiring,
    unit,
    get address() {
      return unit.address;
    },
    isOn,
    powerLost: (ms) => {
      offUntil = Math.max(offUntil, clock.now() + ms);
      unit.reset();
    },
    request: (pdu) => {
      if (!isOn()) return null;
      const reply = unit.request(pdu);
      if (fault('mute') !== null) return null;
      const address = fault('wrong-id') === null ? unit.address : (unit.address % 247) + 1;
      const afterMs = device.emulate.replyMs + (fault('slow')?.value ?? 0);
      return { address, pdu: reply, afterMs, noise: fault('noise')?.value ?? 0 };
    },
    broadcast: (pdu) => {
      if (isOn()) unit.broadcast(pdu);
    },
  };
};
