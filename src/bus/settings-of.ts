import type { LineWiring } from '../core/wiring.ts';
import { mbapFraming } from './mbap.ts';
import { machineDefaults, type MachineSettings } from './machine-settings.ts';
import { rtuFraming } from './rtu.ts';
import { timingOf } from './timing.ts';
import { bookDefaults } from './unit-book.ts';

/** Machine settings of a Modbus line by its wiring. */
export const settingsOf = (
  wiring: LineWiring,
  { patienceMs, lateGuardMs }: { readonly patienceMs: number; readonly lateGuardMs: number },
): MachineSettings => {
  return {
    ...machineDefaults,
    ...{ id: wiring.id, echoes: wiring.echoes, adapterLatencyMs: wiring.adapterLatencyMs, patienceMs },
    book: { ...bookDefaults, lateGuardMs },
    framing: wiring.speaks === 'modbus-tcp' ? mbapFraming : rtuFraming,
    timing: timingOf(wiring),
  };
};
