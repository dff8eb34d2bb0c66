import type { RegisterDevice, WriteTemplate } from '../../devices/define.ts';
import type { Clock } from '../clock.ts';
import { coilOn, coilToggle, type Write } from './pdu.ts';
import type { OutputChannel } from './channel.ts';
import type { RegisterUnit } from './unit.ts';

/** What a template's values meant in one write. */
interface Match {
  /** From 1. */
  readonly channel: number;
  readonly duration: number | null;
  readonly track: number | null;
  readonly groupMap: readonly number[] | null;
}

const groupWords = 16;

const channelOf = (template: WriteTemplate, write: Write, channels: number): number | null => {
  const offset = write.address - template.address;
  if (template.channelStep === 0) return offset === 0 ? 1 : null;
  const channel = offset / template.channelStep + 1;
  return Number.isInteger(channel) && channel >= 1 && channel <= channels ? channel : null;
};

/** Reads a write against a template: null when it is not that write. */
const matchTemplate = (template: WriteTemplate | null, write: Write, channels: number): Match | null => {
  if (template === null || template.function !== write.function) return null;
  const channel = channelOf(template, write, channels);
  if (channel === null) return null;
  let match: Match = { channel, duration: null, track: null, groupMap: null };
  let at = 0;
  for (const value of template.values) {
    const word = write.words[at];
    if (word === undefined) return null;
    if ('word' in value) {
      if (value.word !== word) return null;
    } else if (value.from === 'durationMs') match = { ...match, duration: word };
    else if (value.from === 'track') match = { ...match, track: word };
    else if (value.from === 'groupMap') match = { ...match, groupMap: write.words.slice(at, at + groupWords) };
    at += 'from' in value && value.from === 'groupMap' ? groupWords : 1;
  }
  return at === write.words.length ? match : null;
};

const stepMsOf = (device: RegisterDevice): number => {
  const lease = device.output?.lease;
  return lease === undefined || lease.kind === 'held' ? 1 : lease.stepMs;
};

const start = (channel: OutputChannel | undefined, device: RegisterDevice, duration: number | null): void => {
  if (duration === null) channel?.hold();
  else if (duration === 0) channel?.off();
  else channel?.closeFor(duration * stepMsOf(device));
};

/** Bit 0 of the first map word is group bit 0. */
const inGroup = (map: readonly number[], bit: number): boolean =>
  bit < 16 * groupWords && (((map[bit >> 4] ?? 0) >> (bit & 15)) & 1) === 1;

/** How long a quiet test of amplifier and horn takes. */
export const quietTestMs = 2000;

/** Writes that mean something by a template of the definition; false when none fits. */
const byTemplate = (unit: RegisterUnit, write: Write, clock: Clock): boolean => {
  const { output, channels } = unit.device;
  if (output === null) return false;
  const off = matchTemplate(output.off, write, channels);
  const allOff = matchTemplate(output.allOff, write, channels);
  const on = matchTemplate(output.on, write, channels);
  const group = matchTemplate(output.group, write, channels);
  const play = matchTemplate(output.play, write, channels);
  const test = matchTemplate(output.quietTest?.start ?? null, write, channels);
  if (allOff !== null) for (const channel of unit.channels) channel.off();
  else if (off !== null) unit.channels[off.channel - 1]?.off();
  else if (on !== null) start(unit.channels[on.channel - 1], unit.device, on.duration);
  else if (group?.groupMap !== undefined && group.groupMap !== null) {
    const bit = unit.memory.named('group-bit')?.value ?? 0xffff;
    if (inGroup(group.groupMap, bit)) start(unit.channels[0], unit.device, group.duration);
  } else if (play !== null) unit.track = play.track ?? 0;
  else if (test !== null) unit.quietTestUntil = clock.now() + quietTestMs;
  else return false;
  return true;
};

const switchPlain = (channel: OutputChannel | undefined, word: number): void => {
  if (word === coilToggle) channel?.toggle();
  else if (word === 0) channel?.off();
  else channel?.hold();
};

/** Relay boards with flash timers: the register entry names the act, the place in it the relay. */
const byFlashBoard = (unit: RegisterUnit, write: Write): boolean => {
  const cell = unit.memory.find('coil', write.address);
  if (cell === undefined || write.function !== 5) return false;
  const word = write.words[0] ?? 0;
  const channel = unit.channels[cell.index];
  const stepMs = stepMsOf(unit.device);
  switch (cell.register.name) {
    case 'relay':
      switchPlain(channel, word);
      return true;
    case 'all-relays':
      for (const each of unit.channels) switchPlain(each, word);
      return true;
    case 'toggle-all':
      for (const each of unit.channels) each.toggle();
      return true;
    case 'flash-on':
      channel?.closeFor(word * stepMs);
      return true;
    case 'flash-off':
      if (word > 0) channel?.openFor(word * stepMs);
      return true;
    default:
      return false;
  }
};

/** Coils of the state block are the outputs themselves. */
const byCoil = (unit: RegisterUnit, write: Write): void => {
  const state = unit.device.output?.state;
  write.words.forEach((word, index) => {
    const place = state?.function === 1 ? write.address + index - state.address : -1;
    const channel = unit.channels[place];
    if (channel !== undefined) switchPlain(channel, write.function === 15 && word !== 0 ? coilOn : word);
  });
};

const store = (unit: RegisterUnit, write: Write): void => {
  write.words.forEach((word, index) => {
    const cell = unit.memory.find('holding', write.address + index);
    if (cell !== undefined) cell.value = word;
  });
};

/** Carries out a write that has passed every check of `understand`. */
export const applyWrite = (unit: RegisterUnit, write: Write, clock: Clock): void => {
  if (write.function === 6 || write.function === 16) store(unit, write);
  if (unit.device.emulate.behaviours.includes('flash-timers') && byFlashBoard(unit, write)) return;
  if (byTemplate(unit, write, clock)) return;
  if (write.function === 5 || write.function === 15) byCoil(unit, write);
  // A register does the same whether it is written alone or among others.
  if (write.function !== 16) return;
  write.words.forEach((word, index) => {
    byTemplate(unit, { function: 6, address: write.address + index, words: [word] }, clock);
  });
};
