import type { LineWiring } from '../core/wiring.ts';
import { AsyncLine } from './async-line.ts';
import { systemClock } from './line-clock.ts';
import type { LineOptions } from './line-options.ts';
import type { ModbusLine } from './line.ts';
import { SerialLine } from './serial-line.ts';
import { settingsOf } from './settings-of.ts';
import { tcpConnector } from './tcp-connector.ts';
import { bookDefaults } from './unit-book.ts';

const tcpPatienceMs = 20;

/**
 * Opens a Modbus line: a worker thread for a serial port, the main thread for RTU over TCP and Modbus TCP. Returns at
 * once in state `opening`; what is submitted meanwhile waits for the first attempt to open. A line that is lost opens
 * again by itself until `close`.
 */
export const openLine = (wiring: LineWiring, options: LineOptions = {}): ModbusLine => {
  const { port } = wiring;
  if (port.kind === 'serial') return new SerialLine({ ...wiring, port }, options);
  const patienceMs = options.patienceMs ?? tcpPatienceMs;
  const lateGuardMs = options.lateGuardMs ?? bookDefaults.lateGuardMs;
  const settings = settingsOf(wiring, { patienceMs, lateGuardMs });
  return new AsyncLine(settings, tcpConnector(port.host, port.port), systemClock, options);
};
