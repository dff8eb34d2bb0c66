import type { BroadcastEffect, RegisterDevice } from '../../devices/define.ts';
import type { Clock } from '../clock.ts';
import { applyWrite } from './apply-write.ts';
import { createChannel } from './channel.ts';
import { createMemory } from './memory.ts';
import { understand } from './pdu.ts';
import { refreshReadings, type Senses } from './readings.ts';
import { forgetSettings, settingsOf } from './settings.ts';
import type { RegisterUnit, UnitVariant } from './unit.ts';

export interface UnitOptions {
  readonly device: RegisterDevice;
  readonly address: number;
  readonly groupBit: number | null;
  readonly clock: Clock;
  readonly variant: UnitVariant;
  readonly senses: Senses;
  /** Told after every change of an output, channel from 1. */
  readonly changed: (channel: number) => void;
  /** Told when tone or volume have changed: what sounds now sounds otherwise. */
  readonly retuned: () => void;
}

const exceptionPdu = (pdu: Uint8Array, code: number): Uint8Array => Uint8Array.of((pdu[0] ?? 0) | 0x80, code);

/** The names under which devices keep their own address. */
const addressNames: readonly string[] = ['unit-address', 'station'];

const effectOf = (device: RegisterDevice, code: number, address: number): BroadcastEffect =>
  device.broadcast.rules.find((rule) => rule.function === code && address >= rule.from && address <= rule.to)?.effect ??
  device.broadcast.otherwise;

/** A unit grown from its definition: the same file that the driver reads. */
export const createRegisterUnit = (options: UnitOptions): RegisterUnit => {
  const { device, clock } = options;
  const memory = createMemory(device);
  const toggles = device.emulate.behaviours.includes('flash-timers');
  const addressCell = addressNames.map((name) => memory.named(name)).find((cell) => cell !== undefined);
  const groupCell = memory.named('group-bit');
  const bootValues = (): void => {
    if (addressCell !== undefined) addressCell.value = options.address;
    if (groupCell !== undefined) groupCell.value = options.groupBit ?? 0xffff;
  };
  const outputs = device.output === null ? 0 : device.channels;
  const channels = Array.from({ length: outputs }, (_, index) =>
    createChannel(
      clock,
      () => unit.variant,
      () => {
        if (unit.channels[index]?.on === false) unit.track = 0;
        options.changed(index + 1);
      },
    ),
  );
  const carryOut = (pdu: Uint8Array): Uint8Array => {
    refreshReadings(unit, options.senses);
    const outcome = understand(pdu, memory, toggles);
    if (outcome.kind === 'exception') return exceptionPdu(pdu, outcome.code);
    if (outcome.kind === 'reply') return outcome.pdu;
    const before = settingsOf(unit);
    applyWrite(unit, outcome.write, clock);
    if (settingsOf(unit) !== before) options.retuned();
    return outcome.echo;
  };
  const unit: RegisterUnit = {
    device,
    get address() {
      return addressCell?.value ?? options.address;
    },
    memory,
    channels,
    variant: options.variant,
    track: 0,
    quietTestUntil: null,
    request: carryOut,
    broadcast: (pdu) => {
      const [code = 0, high = 0, low = 0] = pdu;
      if (code !== 5 && code !== 6 && code !== 15 && code !== 16) return;
      const effect = effectOf(device, code, high * 256 + low);
      if (effect === 'acts' || (effect === 'unknown' && unit.variant.unknownBroadcast === 'acts')) carryOut(pdu);
    },
    reset: () => {
      for (const channel of channels) channel.reset();
      unit.track = 0;
      unit.quietTestUntil = null;
      forgetSettings(memory);
    },
  };
  bootValues();
  forgetSettings(memory);
  return unit;
};

/** The variant that a definition states; where it says `unknown`, the one asked for. */
export const variantOf = (device: RegisterDevice, asked: UnitVariant): UnitVariant => {
  const output = device.output;
  if (output === null) return asked;
  return {
    retrigger: output.retrigger === 'unknown' ? asked.retrigger : output.retrigger,
    offCancels: output.offCancels === 'unknown' ? asked.offCancels : output.offCancels,
    unknownBroadcast: asked.unknownBroadcast,
  };
};
