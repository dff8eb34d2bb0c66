import { createDrivers, type Drivers } from '../../src/drivers/drivers.ts';
import type { DriverClock } from '../../src/drivers/clock.ts';
import type { Event } from '../../src/core/event.ts';
import type { Finding } from '../../src/core/cue.ts';
import { hex, testFrame } from '../bus/support/frames.ts';
import { VirtualWire } from '../bus/support/virtual-wire.ts';
import { RelayBoard } from './units.ts';
import { catalogue, cueOf, Village } from './village.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A frame that switched the first relay of a board, as it was on the wire. */
export interface Switching {
  readonly at: number;
  readonly unit: number;
  /** Tenths of a second of a flash-on; 0 is off. */
  readonly steps: number;
}

/**
 * The drivers on the box's own line at 9600 baud, in virtual time, with one relay board to each siren; a unit of a model
 * that nobody knows stands among them, so that nothing may be broadcast.
 */
export class RealLine {
  readonly wire: VirtualWire;
  readonly boards = new Map<number, RelayBoard>();
  readonly events: Event[] = [];
  readonly drivers: Drivers;
  /** Replies that get lost on their way: the unit has acted, and nobody hears of it. */
  losesReply: () => boolean = () => false;

  constructor(numbers: readonly number[]) {
    const village = new Village();
    this.wire = new VirtualWire(numbers);
    const clock: DriverClock = {
      now: () => this.wire.clock.now(),
      setTimer: (ms, fn) => {
        const timer = this.wire.clock.at(this.wire.clock.now() + ms, fn);
        return () => timer.cancel();
      },
    };
    for (const unit of numbers) {
      this.boards.set(unit, village.unit(unit, new RelayBoard(clock)));
      village.terminal(`siren-${unit}`, { unit, channel: 1, proof: null });
    }
    village.unit(247, { model: 'nobody-knows', answer: () => null, hear: () => undefined, on: () => [] });
    this.wire.script = ({ unit, pdu }) => {
      const reply = this.boards.get(unit)?.answer(pdu) ?? null;
      return reply === null || this.losesReply() ? [] : [{ afterMs: 5, bytes: testFrame(unit, ...reply) }];
    };
    this.drivers = createDrivers({
      ...{ site: village.site(), wiring: village.wiring(), catalogue, clock, byteLines: new Map() },
      lines: new Map([['a', this.wire.line({ id: 'a' })]]),
      report: (event) => this.events.push(event),
    });
  }

  get now(): number {
    return this.wire.clock.now();
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    while (this.now < until) {
      await settle();
      await this.wire.clock.run(Math.min(1, until - this.now));
    }
    await settle();
  }

  sound(units: readonly number[], durationMs: number): void {
    const cues = units.map((unit) => cueOf(`siren-${unit}`, { play: 'tone', tone: 'steady' }, durationMs));
    this.drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues });
  }

  silence(units: readonly number[]): void {
    const terminals = units.map((unit) => `siren-${unit}`);
    this.drivers.carryOut({ do: 'silence', urgent: true, terminals, cause: 'stop', trace: 'stop' });
  }

  /** All frames that have switched a siren, in the order in which they left. */
  switchings(): readonly Switching[] {
    return this.wire.seen.flatMap(({ at, unit, frame }) => {
      const [address, value] = [frame.slice(4, 8), Number.parseInt(frame.slice(8, 12), 16)];
      if (frame.slice(2, 4) !== hex(Uint8Array.of(5))) return [];
      return address === '0200' || address === '0000' ? [{ at, unit, steps: value }] : [];
    });
  }

  findings(): readonly Finding[] {
    return this.events.flatMap((event) => (event.kind === 'evidence' ? event.findings : []));
  }
}
