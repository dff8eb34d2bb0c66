import type { LineWiring } from '../core/wiring.ts';
import { mbapFraming } from './mbap.ts';
import { machineDefaults, type MachineSettings } from './machine-settings.ts';
import { rtuFraming } from './rtu.ts';
import { noWire, wireTiming } from './timing.ts';
import { bookDefaults } from './unit-book.ts';

/** Machine settings of a Modbus line by its wiring. A device server's far line is taken for 8N1 at the given speed. */
export const settingsOf = (
  wiring: LineWiring,
  { patienceMs, lateGuardMs }: { readonly patienceMs: number; readonly lateGuardMs: number },
): MachineSettings => {
  const { port } = wiring;
  const common = {
    ...machineDefaults,
    ...{ id: wiring.id, echoes: wiring.echoes, adapterLatencyMs: wiring.adapterLatencyMs, patienceMs },
    book: { ...bookDefaults, lateGuardMs },
  };
  if (wiring.speaks === 'modbus-tcp') return { ...common, framing: mbapFraming, timing: noWire };
  const timing =
    port.kind === 'serial' ? wireTiming(port.baud, port.parity, port.stopBits) : wireTiming(port.baud, 'none', 1);
  return { ...common, framing: rtuFraming, timing };
};
