import { randomBytes } from 'node:crypto';
import type { SoundChild, SoundChildOptions } from '../audio/sound-child.ts';
import { openByteLine } from '../bus/byte-line.ts';
import type { ByteLine, ModbusLine } from '../bus/line.ts';
import type { LineOptions } from '../bus/line-options.ts';
import { openLine } from '../bus/open-line.ts';
import type { LineWiring } from '../core/wiring.ts';
import { realDisk, type Disk } from '../store/disk.ts';
import type { LinkFactory } from '../uplink/link.ts';
import { machineClock, type ClockPorts } from './clock.ts';
import type { MediaMachine } from './media-machine.ts';
import type { RehearsalPace } from './rehearsal.ts';

/**
 * Everything through which the box touches the world: time, chance, disk, lines, network. The machine's own stand below;
 * the simulated world brings others, and the rest of the box cannot tell.
 */
export interface BoxPorts {
  readonly clock: ClockPorts;
  /** Monotonic ms, fractions included: for measuring. */
  readonly stopwatch: () => number;
  /** Calls once after so many ms; the returned function takes it back. */
  readonly after: (ms: number, call: () => void) => () => void;
  readonly every: (ms: number, call: () => void) => () => void;
  /** A number of [0, 1). */
  readonly random: () => number;
  /** Unguessable, in hex; 16 bytes where nothing is said. */
  readonly newId: (bytes?: number) => string;
  readonly disk: Disk;
  readonly openModbusLine: (wiring: LineWiring, options: LineOptions) => ModbusLine;
  readonly openByteLine: (wiring: LineWiring, options: LineOptions) => ByteLine;
  /** In place of the machine's free space and decoder of pushed audio. */
  readonly media?: MediaMachine;
  /** In place of the machine's sound process. */
  readonly sound?: (options: SoundChildOptions) => SoundChild;
  /** How often an alarm is rehearsed; left out where code is never cold. */
  readonly rehearsals?: RehearsalPace;
  /** In place of WebSockets by `ws`; null on a real machine. */
  readonly links: LinkFactory | null;
}

const after: BoxPorts['after'] = (ms, call) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

const every: BoxPorts['every'] = (ms, call) => {
  const timer = setInterval(call, ms);
  return () => clearInterval(timer);
};

export const machinePorts: BoxPorts = {
  clock: machineClock,
  stopwatch: () => performance.now(),
  after,
  every,
  random: Math.random,
  newId: (bytes = 16) => randomBytes(bytes).toString('hex'),
  disk: realDisk,
  openModbusLine: openLine,
  openByteLine,
  rehearsals: { first: 150, everyMs: 5_000 },
  links: null,
};
