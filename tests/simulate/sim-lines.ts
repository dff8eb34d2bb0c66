import type { CoreLine } from '../../emulator/world-core.ts';
import type { Attachment } from '../../emulator/line/wire.ts';
import { AsyncLine } from '../../src/bus/async-line.ts';
import { PlainByteLine } from '../../src/bus/byte-line.ts';
import type { ConnectionEvents, Connector } from '../../src/bus/connector.ts';
import type { LineClock } from '../../src/bus/line-clock.ts';
import type { LineOptions } from '../../src/bus/line-options.ts';
import type { ByteLine, ModbusLine } from '../../src/bus/line.ts';
import { settingsOf } from '../../src/bus/settings-of.ts';
import { wireTiming } from '../../src/bus/timing.ts';
import { bookDefaults } from '../../src/bus/unit-book.ts';
import type { LineWiring } from '../../src/core/wiring.ts';
import type { VirtualTime } from './virtual-time.ts';

const openMs = 2;
/** Grace beside turnaround: the same as on a serial port. */
const patienceMs = 2;

/** The plug of one line: in, or pulled. */
interface Plug {
  readonly line: CoreLine;
  readonly connections: Set<{ readonly events: ConnectionEvents; end: () => void }>;
}

export interface SimLines {
  readonly modbus: (wiring: LineWiring, options: LineOptions) => ModbusLine;
  readonly bytes: (wiring: LineWiring, options: LineOptions) => ByteLine;
  /** To be called when faults have changed: pulled ports lose their clients. */
  readonly settle: () => void;
  /** The box is gone: nobody listens on any line any more. */
  readonly boxDied: () => void;
}

/** The box's lines, in the asynchronous runner, on the wires of the emulated village. */
export const simLines = (
  time: VirtualTime,
  lines: ReadonlyMap<string, CoreLine>,
  isPlugged: (line: string) => boolean,
): SimLines => {
  const plugs = new Map<string, Plug>([...lines].map(([id, line]) => [id, { line, connections: new Set() }]));
  const clock: LineClock = { now: () => time.now(), at: (at, wake) => ({ cancel: time.at(at, wake) }) };

  const connectorTo =
    (id: string): Connector =>
    (events) => {
      const plug = plugs.get(id);
      let attachment: Attachment | null = null;
      let over = false;
      const connection = {
        events,
        end: (): void => {
          over = true;
          cancel();
          attachment?.detach();
          plug?.connections.delete(connection);
        },
      };
      const cancel = time.after(openMs, () => {
        if (plug === undefined || !isPlugged(id)) {
          connection.end();
          events.gone('no such port');
          return;
        }
        plug.connections.add(connection);
        attachment = plug.line.wire.attach((bytes) => {
          if (!over) events.bytes(bytes);
        });
        events.opened();
      });
      return { write: (bytes) => attachment?.receive(bytes), close: () => connection.end() };
    };

  const endAll = (plug: Plug, tell: boolean): void => {
    for (const connection of [...plug.connections]) {
      connection.end();
      if (tell) connection.events.gone('unplugged');
    }
  };
  return {
    modbus: (wiring, options) => {
      const settings = settingsOf(wiring, { patienceMs, lateGuardMs: bookDefaults.lateGuardMs });
      return new AsyncLine(settings, connectorTo(wiring.id), clock, options);
    },
    bytes: (wiring) => {
      const { port } = wiring;
      const timing =
        port.kind === 'serial' ? wireTiming(port.baud, port.parity, port.stopBits) : wireTiming(port.baud, 'none', 1);
      return new PlainByteLine(wiring.id, timing.charMs, connectorTo(wiring.id), clock);
    },
    settle: () => {
      for (const [id, plug] of plugs) if (!isPlugged(id)) endAll(plug, true);
    },
    boxDied: () => {
      for (const plug of plugs.values()) endAll(plug, false);
    },
  };
};
