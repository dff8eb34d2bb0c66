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

/** What a line does to the bytes on their way to the box. */
export interface Mangle {
  /** What the box sends comes back to it. */
  readonly echo?: boolean;
  /** Share of deliveries that lose their end. */
  readonly cut?: number;
  readonly lateMs?: number;
  readonly doubled?: boolean;
}

export interface SimLines {
  /** Null: the line is as it should be again. */
  readonly mangle: (line: string, how: Mangle | null) => void;
  /** Two adapters have changed their names: each line's port leads to the other's wire. Null: as it should be. */
  readonly rename: (pair: readonly [string, string] | null) => void;
  readonly modbus: (wiring: LineWiring, options: LineOptions) => ModbusLine;
  readonly bytes: (wiring: LineWiring, options: LineOptions) => ByteLine;
  /** To be called when faults have changed: pulled ports lose their clients. */
  readonly settle: () => void;
  /** The box is gone: nobody listens on any line any more. */
  readonly boxDied: () => void;
}

const unharmed: Mangle = {};

interface PortOfLine {
  readonly time: VirtualTime;
  /** Where its port leads now. Undefined: the village has no such line. */
  readonly plugNow: () => Plug | undefined;
  readonly isPlugged: () => boolean;
  readonly echoes: () => boolean;
  /** What ends each connection that is being opened: a box that dies meanwhile must not have it afterwards. */
  readonly opening: Set<() => void>;
  /** Told of what the box sends. */
  readonly sent: (bytes: Uint8Array) => void;
  readonly deliver: (bytes: Uint8Array, give: (bytes: Uint8Array) => void) => void;
}

/** Opens the port of one line; nothing is heard on a connection that is over. */
const connectorOf =
  ({ time, plugNow, isPlugged, echoes, opening, sent, deliver }: PortOfLine): Connector =>
  (events) => {
    let attachment: Attachment | null = null;
    let over = false;
    const plug = plugNow();
    const connection = {
      events,
      end: (): void => {
        over = true;
        cancel();
        opening.delete(connection.end);
        attachment?.detach();
        plug?.connections.delete(connection);
      },
    };
    const give = (bytes: Uint8Array): void => {
      if (!over) events.bytes(bytes);
    };
    opening.add(connection.end);
    const cancel = time.after(openMs, () => {
      opening.delete(connection.end);
      if (plug === undefined || !isPlugged()) {
        connection.end();
        events.gone('no such port');
        return;
      }
      plug.connections.add(connection);
      attachment = plug.line.wire.attach((bytes) => deliver(bytes, give));
      events.opened();
    });
    const write = (bytes: Uint8Array): void => {
      if (attachment !== null) sent(bytes);
      attachment?.receive(bytes);
      if (attachment !== null && echoes()) deliver(new Uint8Array(bytes), give);
    };
    return { write, close: () => connection.end() };
  };

const endAll = (plug: Plug, tell: boolean): void => {
  for (const connection of [...plug.connections]) {
    connection.end();
    if (tell) connection.events.gone('unplugged');
  }
};

const charMsOf = ({ port }: LineWiring): number =>
  (port.kind === 'serial' ? wireTiming(port.baud, port.parity, port.stopBits) : wireTiming(port.baud, 'none', 1))
    .charMs;

export interface SimLinesOptions {
  readonly time: VirtualTime;
  readonly unit: () => number;
  /** Told of every frame of the box, with its line. */
  readonly sent?: (line: string, bytes: Uint8Array) => void;
}

/** The box's lines, in the asynchronous runner, on the wires of the emulated village. */
export const simLines = (
  { time, unit, sent = () => undefined }: SimLinesOptions,
  lines: ReadonlyMap<string, CoreLine>,
  isPlugged: (line: string) => boolean,
): SimLines => {
  const plugs = new Map<string, Plug>([...lines].map(([id, line]) => [id, { line, connections: new Set() }]));
  const clock: LineClock = { now: () => time.now(), at: (at, wake) => ({ cancel: time.at(at, wake) }) };

  const mangles = new Map<string, Mangle>();
  const renamed = new Map<string, string>();
  const opening = new Set<() => void>();
  const deliver = (id: string, bytes: Uint8Array, give: (bytes: Uint8Array) => void): void => {
    const { cut = 0, lateMs = 0, doubled = false } = mangles.get(id) ?? unharmed;
    const length = cut > 0 && unit() < cut ? Math.floor(unit() * bytes.length) : bytes.length;
    if (length === 0) return;
    const kept = new Uint8Array(bytes.subarray(0, length));
    for (let times = doubled ? 2 : 1; times > 0; times -= 1) {
      if (lateMs === 0) give(kept);
      else time.after(lateMs, () => give(kept));
    }
  };

  const connectorTo = (id: string): Connector =>
    connectorOf({
      ...{ time, opening },
      plugNow: () => plugs.get(renamed.get(id) ?? id),
      isPlugged: () => isPlugged(id),
      sent: (bytes) => sent(id, bytes),
      echoes: () => mangles.get(id)?.echo === true,
      deliver: (bytes, give) => deliver(id, bytes, give),
    });
  return {
    mangle: (line, how) => {
      if (how === null) mangles.delete(line);
      else mangles.set(line, how);
    },
    rename: (pair) => {
      const moved = pair ?? [...renamed.keys()];
      renamed.clear();
      const [one, other] = pair ?? [];
      if (one !== undefined && other !== undefined) renamed.set(one, other).set(other, one);
      for (const id of moved) {
        const plug = plugs.get(id);
        if (plug !== undefined) endAll(plug, true);
      }
    },
    modbus: (wiring, options) => {
      const settings = settingsOf(wiring, { patienceMs, lateGuardMs: bookDefaults.lateGuardMs });
      return new AsyncLine(settings, connectorTo(wiring.id), clock, options);
    },
    bytes: (wiring) => new PlainByteLine(wiring.id, charMsOf(wiring), connectorTo(wiring.id), clock),
    settle: () => {
      for (const [id, plug] of plugs) if (!isPlugged(id)) endAll(plug, true);
    },
    boxDied: () => {
      for (const end of [...opening]) end();
      for (const plug of plugs.values()) endAll(plug, false);
    },
  };
};
