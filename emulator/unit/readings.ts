import type { RegisterUnit } from './unit.ts';

/** What the world around a unit feeds into it, channel from 1; units as in the definition (A, dB). */
export interface Senses {
  now(): number;
  /** Current drawn through this unit's own output, or measured at its input, in amperes. */
  amperes(channel: number): number;
  /** True while this unit's own output is really heard. */
  heard(channel: number): boolean;
  /** What a quiet test finds: 1 good, 2 amplifier dead, 3 horn or contact open. */
  quietTestResult(): 1 | 2 | 3;
  /** True for a while after the supply broke down under this unit. */
  brownOut(): boolean;
}

const volts = (brownOut: boolean): number => (brownOut ? 9.1 : 12.6);
const quietDecibels = 38;
const loudDecibels = 104;

const set = (unit: RegisterUnit, name: string, value: number): void => {
  const cell = unit.memory.named(name);
  if (cell === undefined) return;
  const { range, scale } = cell.register;
  cell.value = Math.min(range[1], Math.max(range[0], Math.round(value / scale)));
};

const refreshState = (unit: RegisterUnit): void => {
  const { output } = unit.device;
  if (output === null) return;
  const table = ({ 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' } as const)[output.state.function];
  unit.channels.forEach((channel, index) => {
    const cell = unit.memory.find(table, output.state.address + index);
    if (cell === undefined) return;
    if (table === 'coil' || table === 'discrete') cell.value = channel.on ? 1 : 0;
    else if (output.lease.kind === 'held' || channel.remainingMs === null) cell.value = channel.on ? 1 : 0;
    else cell.value = Math.max(1, Math.ceil(channel.remainingMs / output.lease.stepMs));
  });
};

const refreshProof = (unit: RegisterUnit, senses: Senses): void => {
  const { proof } = unit.device;
  if (proof === null) return;
  for (let index = 0; index < proof.count; index += 1) {
    const cell = unit.memory.find(proof.function === 4 ? 'input' : 'holding', proof.address + index);
    if (cell !== undefined) cell.value = Math.min(0xffff, Math.round(senses.amperes(index + 1) / proof.scale));
  }
};

const quietTestRunning = 4;

const refreshQuietTest = (unit: RegisterUnit, senses: Senses): void => {
  if (unit.quietTestUntil === null) return;
  const running = senses.now() < unit.quietTestUntil;
  set(unit, 'quiet-test-result', running ? quietTestRunning : senses.quietTestResult());
  set(unit, 'quiet-test', running ? 1 : 0);
  if (!running) unit.quietTestUntil = null;
};

/** Brings every register that shows the unit's own state up to this instant, before a request is answered. */
export const refreshReadings = (unit: RegisterUnit, senses: Senses): void => {
  refreshState(unit);
  refreshProof(unit, senses);
  refreshQuietTest(unit, senses);
  if (unit.device.output === null) return;
  const channel = unit.channels[0];
  const heard = senses.heard(1);
  const brownOut = senses.brownOut();
  const fault = senses.quietTestResult() !== 1;
  set(unit, 'hold', (channel?.remainingMs ?? 0) / 1000);
  set(unit, 'track', unit.track);
  set(unit, 'status', (heard ? 1 : 0) | (heard && unit.track > 0 ? 2 : 0) | (fault ? 4 : 0) | (brownOut ? 8 : 0));
  set(unit, 'sound-level', heard ? loudDecibels : quietDecibels);
  set(unit, 'supply', volts(brownOut));
};
