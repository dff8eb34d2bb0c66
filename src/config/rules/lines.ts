import { movedBy } from '../../../devices/broadcast.ts';
import type { RegisterDevice } from '../../../devices/define.ts';
import type { Failure } from '../../words/failure.ts';
import { faultAt, type Draft, type Rule } from '../draft.ts';

/** A port is one of two kinds, fits what the line speaks, and is used by one line only. */
export const portsAreSound: Rule = ({ site }) => {
  const users = new Map<string, string>();
  return site.value.lines.flatMap(({ id, speaks, port }, index): readonly Failure[] => {
    const path = ['lines', index, 'port'];
    if ((port.serial === undefined) === (port.tcp === undefined)) return faultAt(site, path, 'config-port-choice', {});
    if (speaks === 'modbus-tcp' && port.tcp === undefined) return faultAt(site, path, 'config-port-tcp', {});
    const number = port.tcp === undefined ? 1 : Number(port.tcp.split(':')[1]);
    if (number < 1 || number > 65_535) return faultAt(site, [...path, 'tcp'], 'config-port-number', { port: number });
    const name = port.serial ?? port.tcp ?? '';
    const user = users.get(name);
    if (user === undefined) users.set(name, id);
    const at = [...path, port.serial === undefined ? 'tcp' : 'serial'];
    return user === undefined ? [] : faultAt(site, at, 'config-port-duplicate', { port: name, line: user });
  });
};

/** A line of bytes carries one device, a Modbus line carries units. */
export const linesHaveDevices: Rule = ({ site }) =>
  site.value.lines.flatMap(({ speaks, units, device }, index) => {
    const fits = speaks === 'bytes' ? device !== undefined && units === undefined : device === undefined;
    const listed = speaks === 'bytes' || units !== undefined;
    return fits && listed ? [] : faultAt(site, ['lines', index], 'config-line-device', {});
  });

export const unitsAreUnique: Rule = ({ site }) =>
  site.value.lines.flatMap(({ id, units = [] }, line) => {
    const seen = new Map<number, number>();
    return units.flatMap(({ unit }, index) => {
      const path = ['lines', line, 'units', index, 'unit'];
      const first = seen.get(unit);
      if (first === undefined) {
        seen.set(unit, site.source.at(path).line ?? 0);
        return [];
      }
      return faultAt(site, path, 'config-unit-duplicate', { line: id, unit, first });
    });
  });

export const groupBitsAreSound: Rule = ({ site, catalogue }) =>
  site.value.lines.flatMap(({ id, units = [] }, line) => {
    const seen = new Set<number>();
    return units.flatMap(({ model, groupBit }, index): readonly Failure[] => {
      const device = catalogue.registers.get(model);
      if (groupBit === undefined || device === undefined) return [];
      const path = ['lines', line, 'units', index, 'groupBit'];
      if ((device.output?.group ?? null) === null) return faultAt(site, path, 'config-group-bit', { model });
      if (seen.has(groupBit)) return faultAt(site, path, 'config-group-bit-twice', { line: id, bit: groupBit });
      seen.add(groupBit);
      return [];
    });
  });

interface LineUnit {
  readonly unit: number;
  readonly model: string;
  readonly groupBit: number | null;
  readonly device: RegisterDevice;
}

const groupWords = 16;

/** The group frame with every bit set, as it would stand in a PDU after function and address. */
const fullGroupFrame = (device: RegisterDevice) => {
  const group = device.output?.group ?? null;
  if (group === null) return null;
  const words = group.values.flatMap((value) =>
    'word' in value ? [value.word] : Array.from({ length: value.from === 'groupMap' ? groupWords : 1 }, () => 0xffff),
  );
  const bytes = words.flatMap((word) => [word >> 8, word & 255]);
  const data = Uint8Array.from([words.length >> 8, words.length & 255, bytes.length, ...bytes]);
  return { function: group.function, address: group.address, data };
};

/** The first unit that no group frame of the line can serve or spare; null when one frame serves them all. */
const hinders = (units: readonly LineUnit[]): LineUnit | null => {
  const candidates = units.flatMap(({ device }) => fullGroupFrame(device) ?? []);
  const spoilers = candidates.map((frame) =>
    units.find((one) => movedBy(one.device, frame, { groupBit: one.groupBit }).effect === 'unknown'),
  );
  return spoilers.includes(undefined) ? null : (spoilers[0] ?? units[0] ?? null);
};

/**
 * `broadcast: required` is a promise about the wiring: the guard of broadcasts must be able to allow the group frame.
 * Whether it does for a given set of sirens is the drivers' question; here only the impossible is refused.
 */
export const broadcastIsPossible: Rule = ({ site, catalogue }: Draft) =>
  site.value.lines.flatMap(({ id, broadcast, units = [] }, index) => {
    if (broadcast !== 'required') return [];
    const known = units.flatMap(({ unit, model, groupBit }) => {
      const device = catalogue.registers.get(model);
      return device === undefined ? [] : [{ unit, model, groupBit: groupBit ?? null, device }];
    });
    if (known.length < units.length) return [];
    const spoiler = hinders(known);
    if (spoiler === null && known.length > 0) return [];
    const params = { line: id, unit: spoiler?.unit ?? 0, model: spoiler?.model ?? '—' };
    return faultAt(site, ['lines', index, 'broadcast'], 'config-broadcast-impossible', params);
  });
