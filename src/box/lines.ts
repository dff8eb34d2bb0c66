import type { ByteLine, FrameNote, ModbusLine } from '../bus/line.ts';
import { openByteLine } from '../bus/byte-line.ts';
import { openLine } from '../bus/open-line.ts';
import type { AppendAge } from './append-age.ts';
import type { BoxFiles } from './load-box.ts';

/** Every line of the site, opened. */
export interface Lines {
  readonly modbus: ReadonlyMap<string, ModbusLine>;
  readonly bytes: ReadonlyMap<string, ByteLine>;
}

export const openLines = ({ loaded }: BoxFiles, onFrame: (note: FrameNote) => void): Lines => {
  const { lines } = loaded.wiring;
  const modbus = lines.filter((line) => line.speaks !== 'bytes');
  const bytes = lines.filter((line) => line.speaks === 'bytes');
  return {
    modbus: new Map(modbus.map((line) => [line.id, openLine(line, { onFrame })])),
    bytes: new Map(bytes.map((line) => [line.id, openByteLine(line, { onFrame })])),
  };
};

const appendMaxMs = 5_000;

/**
 * Fed while the lines are worked and no append hangs. A disk that refuses is no reason to restart: the box sounds on and
 * says so; nor is a port that is unplugged.
 */
export const isAlive = (lines: Lines, appends: AppendAge): boolean =>
  appends.oldestMs() < appendMaxMs &&
  [...lines.modbus.values(), ...lines.bytes.values()].every((line) => line.state !== 'closed');
