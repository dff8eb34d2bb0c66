import type { ByteLine, FrameNote, ModbusLine } from '../bus/line.ts';
import type { AppendAge } from './append-age.ts';
import type { BoxFiles } from './load-box.ts';
import type { BoxPorts } from './ports.ts';

/** Every line of the site, opened. */
export interface Lines {
  readonly modbus: ReadonlyMap<string, ModbusLine>;
  readonly bytes: ReadonlyMap<string, ByteLine>;
}

export const openLines = ({ loaded }: BoxFiles, ports: BoxPorts, onFrame: (note: FrameNote) => void): Lines => {
  const { lines } = loaded.wiring;
  const modbus = lines.filter((line) => line.speaks !== 'bytes');
  const bytes = lines.filter((line) => line.speaks === 'bytes');
  return {
    modbus: new Map(modbus.map((line) => [line.id, ports.openModbusLine(line, { onFrame, onlyTraced: true })])),
    bytes: new Map(bytes.map((line) => [line.id, ports.openByteLine(line, { onFrame })])),
  };
};

const appendMaxMs = 5_000;

/**
 * Fed while no append hangs and no line's thread is stuck for good. A disk that refuses is no reason to restart: the box
 * sounds on and says so; nor is a port that is unplugged, which is opened again as soon as it is back.
 */
export const isAlive = ({ modbus }: Pick<Lines, 'modbus'>, appends: Pick<AppendAge, 'oldestMs'>): boolean =>
  appends.oldestMs() < appendMaxMs && [...modbus.values()].every((line) => line.isStuck !== true);
