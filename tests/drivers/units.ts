import type { DriverClock } from '../../src/drivers/clock.ts';

/** A unit on a test line: a request PDU to a reply PDU, or null when it says nothing. Written from the manuals alone. */
export interface TestUnit {
  readonly model: string;
  answer(pdu: Uint8Array): Uint8Array | null;
  hear(pdu: Uint8Array): void;
  /** Outputs that are on now. */
  on(): readonly boolean[];
}

const word = (pdu: Uint8Array, at: number): number => pdu[at]! * 256 + pdu[at + 1]!;
const bytes16 = (values: readonly number[]): number[] => values.flatMap((value) => [value >> 8, value & 0xff]);
const exception = (pdu: Uint8Array, code: number): Uint8Array => Uint8Array.of(pdu[0]! | 0x80, code);

export interface RelayVariant {
  readonly retrigger: 'extends' | 'ignored' | 'chops';
  readonly offCancels: boolean;
}

/** Eight relays with flash timers: each channel is on until a moment, for ever by a plain on. */
export class RelayBoard implements TestUnit {
  readonly model = 'waveshare-relay-8';
  readonly until: number[] = Array.from({ length: 8 }, () => 0);
  readonly flashing: boolean[] = Array.from({ length: 8 }, () => false);
  mute = false;
  refuses = false;
  /** Contacts that never close although the coil is on. */
  readonly dead = new Set<number>();
  private readonly clock: DriverClock;
  private readonly variant: RelayVariant;

  constructor(clock: DriverClock, variant: RelayVariant = { retrigger: 'extends', offCancels: true }) {
    this.clock = clock;
    this.variant = variant;
  }

  on(): readonly boolean[] {
    return this.until.map((until) => until > this.clock.now());
  }

  /** Amperes through the contact of a channel. */
  current(channel: number): number {
    return this.on()[channel - 1] === true && !this.dead.has(channel) ? 3.2 : 0;
  }

  private flash(index: number, steps: number): void {
    const end = this.clock.now() + steps * 100;
    if (this.on()[index] !== true || this.variant.retrigger === 'chops') this.until[index] = end;
    else if (this.variant.retrigger === 'extends') this.until[index] = Math.max(this.until[index]!, end);
    this.flashing[index] = true;
  }

  private off(index: number): void {
    if (this.flashing[index] === true && this.on()[index] === true && !this.variant.offCancels) return;
    this.until[index] = 0;
    this.flashing[index] = false;
  }

  hear(pdu: Uint8Array): void {
    if (this.mute || pdu[0] !== 5) return;
    const address = word(pdu, 1);
    const value = word(pdu, 3);
    if (address >= 0x200 && address <= 0x207) this.flash(address - 0x200, value);
    if (address === 0xff && value === 0) this.until.forEach((_, index) => this.off(index));
    if (address < 8 && value === 0) this.off(address);
    if (address < 8 && value === 0xff00) this.until[address] = Number.POSITIVE_INFINITY;
  }

  answer(pdu: Uint8Array): Uint8Array | null {
    if (this.mute) return null;
    if (this.refuses && pdu[0] === 5) return exception(pdu, 4);
    if (pdu[0] === 5) {
      this.hear(pdu);
      return pdu;
    }
    if (pdu[0] !== 1) return exception(pdu, 1);
    const [first, count] = [word(pdu, 1), word(pdu, 3)];
    if (first + count > 8) return exception(pdu, 2);
    const bits = this.on().slice(first, first + count);
    return Uint8Array.of(
      1,
      1,
      bits.reduce((sum, on, index) => sum + (on ? 1 << index : 0), 0),
    );
  }
}

/** Eight current inputs, fed by whatever the test hangs on them. */
export class CurrentMeter implements TestUnit {
  readonly model = 'mingluo-current-8';
  mute = false;
  readonly feeds: (() => number)[] = Array.from({ length: 8 }, () => () => 0);

  on(): readonly boolean[] {
    return [];
  }

  hear(): void {
    // It ignores every broadcast.
  }

  answer(pdu: Uint8Array): Uint8Array | null {
    if (this.mute) return null;
    if (pdu[0] !== 4) return exception(pdu, 1);
    const [first, count] = [word(pdu, 1), word(pdu, 3)];
    if (first + count > 8) return exception(pdu, 2);
    const values = this.feeds.slice(first, first + count).map((feed) => Math.round(feed() * 100));
    return Uint8Array.from([4, 2 * count, ...bytes16(values)]);
  }
}

/** The project's siren: hold register, group frame, status block. */
export class DeadManSiren implements TestUnit {
  readonly model = 'mingluo-siren';
  mute = false;
  until = 0;
  track = 0;
  readonly clock: DriverClock;
  readonly bit: number;
  readonly tracksPlayed: number[] = [];

  constructor(clock: DriverClock, bit: number) {
    this.clock = clock;
    this.bit = bit;
  }

  on(): readonly boolean[] {
    return [this.until > this.clock.now()];
  }

  private hold(steps: number): void {
    this.until = steps === 0 ? 0 : this.clock.now() + steps * 100;
    if (steps > 0 && this.track > 0) this.tracksPlayed.push(this.track);
    if (steps === 0) this.track = 0;
  }

  hear(pdu: Uint8Array): void {
    if (this.mute) return;
    if (pdu[0] === 6 && word(pdu, 1) === 0x10) this.hold(word(pdu, 3));
    if (pdu[0] === 6 && word(pdu, 1) === 0x12) this.track = word(pdu, 3);
    if (pdu[0] !== 16 || word(pdu, 1) !== 0x1000) return;
    const mapWord = word(pdu, 8 + 2 * Math.floor(this.bit / 16));
    if (mapWord & (1 << (this.bit % 16))) this.hold(word(pdu, 6));
  }

  answer(pdu: Uint8Array): Uint8Array | null {
    if (this.mute) return null;
    if (pdu[0] === 6) {
      this.hear(pdu);
      return pdu;
    }
    const block = [this.on()[0] === true ? 1 : 0, this.on()[0] === true ? 420 : 0, 0, this.leftSteps(), 0, 1320];
    const [first, count] = [word(pdu, 1), word(pdu, 3)];
    if (pdu[0] !== 4 || first + count > block.length) return exception(pdu, 2);
    return Uint8Array.from([4, 2 * count, ...bytes16(block.slice(first, first + count))]);
  }

  private leftSteps(): number {
    return Math.ceil(Math.max(0, this.until - this.clock.now()) / 100);
  }
}

/** Three rain accumulators. */
export class RainGauge implements TestUnit {
  readonly model = 'tipping-bucket-rain';
  readonly tenths = [0, 0, 0];
  mute = false;

  on(): readonly boolean[] {
    return [];
  }

  hear(): void {
    // Station numbers are not changed in these tests.
  }

  answer(pdu: Uint8Array): Uint8Array | null {
    if (this.mute) return null;
    const [first, count] = [word(pdu, 1), word(pdu, 3)];
    if (pdu[0] !== 3 || first + count > 3) return exception(pdu, 2);
    return Uint8Array.from([3, 2 * count, ...bytes16(this.tenths.slice(first, first + count))]);
  }
}
