import type { ConnectionEvents, Connector } from '../../../src/bus/connector.ts';
import { rtuFraming } from '../../../src/bus/rtu.ts';
import { AsyncLine } from '../../../src/bus/async-line.ts';
import type { LineOptions } from '../../../src/bus/line-options.ts';
import { machineDefaults, type MachineSettings } from '../../../src/bus/machine-settings.ts';
import { hex, TestUnits, testFrame } from './frames.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Request {
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** How many requests this unit had before. */
  readonly nth: number;
  readonly at: number;
}

/** What a unit puts on the wire: frames or any bytes, each so many ms after the end of the request. Null: as it should. */
export type Script = (request: Request) => readonly { readonly afterMs: number; readonly bytes: Uint8Array }[] | null;

export interface Seen {
  readonly at: number;
  readonly end: number;
  readonly frame: string;
  readonly unit: number;
}

const charMs = 10_000 / 9600;
export const wire9600 = { charMs, silenceMs: 3.5 * charMs };

/** One RS-485 line at 9600 8N1 on virtual time: bytes take their time, and frames that come too early are counted. */
export class VirtualWire {
  readonly clock = new VirtualClock();
  readonly units: TestUnits;
  readonly seen: Seen[] = [];
  /** Frames that began before 3.5 characters of silence. */
  violations = 0;
  /** Frames that began while something else was on the wire. */
  collisions = 0;
  script: Script = () => null;
  replyAfterMs = 5;
  echoes = false;
  opens = 0;
  refuseOpen = false;
  private events: ConnectionEvents | null = null;
  private busyUntil = Number.NEGATIVE_INFINITY;
  private readonly counts = new Map<number, number>();

  constructor(units: readonly number[]) {
    this.units = new TestUnits(units);
  }

  line(settings: Partial<MachineSettings> = {}, options: LineOptions = {}): AsyncLine {
    const base = { ...machineDefaults, id: 'v', framing: rtuFraming, timing: wire9600 };
    return new AsyncLine({ ...base, ...settings }, this.connector, this.clock, options);
  }

  /** Puts bytes on the wire from now on, one character after the other. */
  put(bytes: Uint8Array, afterMs = 0): void {
    const start = this.clock.now() + afterMs;
    bytes.forEach((byte, at) => {
      this.clock.at(start + (at + 1) * charMs, () => {
        this.busyUntil = Math.max(this.busyUntil, this.clock.now());
        this.events?.bytes(Uint8Array.of(byte));
      });
    });
  }

  unplug(): void {
    const { events } = this;
    this.events = null;
    events?.gone('unplugged');
  }

  readonly connector: Connector = (events) => {
    this.opens += 1;
    this.clock.at(this.clock.now() + 1, () => {
      if (this.refuseOpen) {
        events.gone('ENOENT');
      } else {
        this.events = events;
        events.opened();
      }
    });
    return { write: (bytes) => this.sent(bytes), close: () => undefined };
  };

  private sent(frame: Uint8Array): void {
    const at = this.clock.now();
    const end = at + frame.length * charMs;
    if (at < this.busyUntil) this.collisions += 1;
    if (at < this.busyUntil + 3.5 * charMs - 1e-6) this.violations += 1;
    this.busyUntil = Math.max(this.busyUntil, end);
    const unit = frame[0] ?? 0;
    this.seen.push({ at, end, frame: hex(frame), unit });
    if (this.echoes) this.put(frame);
    if (hex(testFrame(...frame.subarray(0, -2))) !== hex(frame))
      throw new Error('the line sent a frame with a wrong CRC');
    const pdu = frame.slice(1, -2);
    const nth = this.counts.get(unit) ?? 0;
    this.counts.set(unit, nth + 1);
    const scripted = this.script({ unit, pdu, nth, at });
    if (scripted !== null) for (const { afterMs, bytes } of scripted) this.put(bytes, end - at + afterMs);
    else if (unit === 0) for (const each of this.units.alive) this.units.answer(each, pdu);
    else if (this.units.alive.has(unit)) {
      this.put(testFrame(unit, ...this.units.answer(unit, pdu)), end - at + this.replyAfterMs);
    }
  }
}
