/**
 * A Firmata board, byte by byte, as the published protocol describes it (firmata/protocol 2.8, StandardFirmata 2.5): what
 * the host sends goes in, what the board says comes out. Its inputs and outputs are wires that the emulated panel holds.
 */
export interface FirmataBoard {
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void;
  /** The wire at a pin goes to ground, or is let go and pulled up. */
  setGrounded(pin: number, isGrounded: boolean): void;
  /** The level the board drives at a pin; null where the pin is no output. */
  output(pin: number): boolean | null;
  /** Power off and on: modes, levels and reports are gone, and the board says its version by itself. */
  restart(): void;
  /** A board that has hung: it neither hears nor speaks. */
  isSilent: boolean;
}

export const modes = { input: 0x00, output: 0x01, analog: 0x02, pwm: 0x03, servo: 0x04, pullup: 0x0b } as const;

const pinCount = 20;
const firstAnalog = 14;
const pwmPins: ReadonlySet<number> = new Set([3, 5, 6, 9, 10, 11]);
const firmwareName = 'StandardFirmata.ino';
const version = [2, 5] as const;
/** A sysex that has not ended after so many bytes is given up: the sketch has a buffer of this length. */
const sysexMax = 64;

interface Pin {
  mode: number;
  level: number;
  grounded: boolean;
}

/** After a reset StandardFirmata makes digital pins outputs and analog pins inputs. */
const freshPin = (pin: number, grounded: boolean): Pin => ({
  mode: pin < firstAnalog ? modes.output : modes.analog,
  level: 0,
  grounded,
});

const capabilityOf = (pin: number): readonly number[] => {
  // Pins 0 and 1 are the serial port itself.
  if (pin < 2) return [0x7f];
  return [
    ...[modes.input, 1, modes.pullup, 1, modes.output, 1],
    ...(pwmPins.has(pin) ? [modes.pwm, 8] : []),
    ...(pin >= firstAnalog ? [modes.analog, 10] : [modes.servo, 14]),
    0x7f,
  ];
};

const pinNumbers = Array.from({ length: pinCount }, (_, pin) => pin);

/** Data bytes that follow a command; a sysex ends by itself. */
const lengthOf = (command: number): number => {
  const kind = command & 0xf0;
  if (kind === 0x90 || kind === 0xe0 || command === 0xf4 || command === 0xf5) return 2;
  return kind === 0xc0 || kind === 0xd0 ? 1 : 0;
};

const isInput = ({ mode }: Pin): boolean => mode === modes.input || mode === modes.pullup;
/** A pulled-up pin reads high until its wire is grounded; a plain input floats, here to low. */
const levelOf = (pin: Pin): number => (pin.mode === modes.pullup && !pin.grounded ? 1 : 0);

class Board implements FirmataBoard {
  isSilent = false;
  private readonly say: (bytes: Uint8Array) => void;
  private pins = pinNumbers.map((pin) => freshPin(pin, false));
  private reporting = new Set<number>();
  private frame: number[] = [];

  constructor(say: (bytes: Uint8Array) => void) {
    this.say = say;
  }

  receive(bytes: Uint8Array): void {
    if (!this.isSilent) for (const byte of bytes) this.hear(byte);
  }

  setGrounded(number: number, grounded: boolean): void {
    const pin = this.pins[number];
    if (pin === undefined || pin.grounded === grounded) return;
    pin.grounded = grounded;
    if (isInput(pin) && this.reporting.has(number >> 3)) this.reportPort(number >> 3);
  }

  output(number: number): boolean | null {
    const pin = this.pins[number];
    return pin?.mode === modes.output ? pin.level === 1 : null;
  }

  restart(): void {
    this.reset();
    this.frame = [];
    this.send(0xf9, ...version);
    this.sayFirmware();
  }

  private send(...bytes: readonly number[]): void {
    if (!this.isSilent) this.say(Uint8Array.from(bytes));
  }

  private portOf(port: number): readonly Pin[] {
    return this.pins.slice(port * 8, port * 8 + 8);
  }

  private reportPort(port: number): void {
    const mask = this.portOf(port).reduce((sum, pin, bit) => sum | (isInput(pin) ? levelOf(pin) << bit : 0), 0);
    this.send(0x90 | port, mask & 0x7f, mask >> 7);
  }

  private sayFirmware(): void {
    const letters = Array.from(firmwareName, (letter) => letter.charCodeAt(0));
    this.send(0xf0, 0x79, ...version, ...letters.flatMap((code) => [code & 0x7f, code >> 7]), 0xf7);
  }

  private sayPin(number: number): void {
    const pin = this.pins[number];
    if (pin === undefined) return;
    // Of an input the state is its pull-up, not what it reads.
    const state = isInput(pin) ? Number(pin.mode === modes.pullup) : pin.level;
    this.send(0xf0, 0x6e, number, pin.mode, state, 0xf7);
  }

  private setMode(number: number, mode: number): void {
    const pin = this.pins[number];
    if (pin === undefined) return;
    pin.mode = mode;
    pin.level = 0;
    if (this.reporting.has(number >> 3)) this.reportPort(number >> 3);
  }

  private writePort(port: number, mask: number): void {
    this.portOf(port).forEach((pin, bit) => {
      if (pin.mode === modes.output) pin.level = (mask >> bit) & 1;
    });
  }

  private writePin(number: number, level: number): void {
    const pin = this.pins[number];
    if (pin?.mode === modes.output) pin.level = level & 1;
  }

  private setReporting(port: number, isOn: boolean): void {
    if (!isOn) {
      this.reporting.delete(port);
      return;
    }
    this.reporting.add(port);
    this.reportPort(port);
  }

  private reset(): void {
    this.pins = this.pins.map(({ grounded }, pin) => freshPin(pin, grounded));
    this.reporting = new Set();
  }

  private sysex(id: number | undefined, first: number): void {
    const mapping = pinNumbers.map((pin) => (pin < firstAnalog ? 0x7f : pin - firstAnalog));
    if (id === 0x79) this.sayFirmware();
    if (id === 0x6b) this.send(0xf0, 0x6c, ...pinNumbers.flatMap(capabilityOf), 0xf7);
    if (id === 0x69) this.send(0xf0, 0x6a, ...mapping, 0xf7);
    if (id === 0x6d) this.sayPin(first);
  }

  private obey([command = 0, first = 0, second = 0]: readonly number[]): void {
    if (command === 0xf9) this.send(0xf9, ...version);
    else if (command === 0xff) this.reset();
    else if (command === 0xf4) this.setMode(first, second);
    else if (command === 0xf5) this.writePin(first, second);
    else if ((command & 0xf0) === 0x90) this.writePort(command & 0x0f, first | (second << 7));
    else if ((command & 0xf0) === 0xd0) this.setReporting(command & 0x0f, first === 1);
  }

  private hear(byte: number): void {
    const { frame } = this;
    if (byte === 0xf7 && frame[0] === 0xf0) {
      this.frame = [];
      this.sysex(frame[1], frame[2] ?? 0);
      return;
    }
    if (byte >= 0x80) this.frame = [byte];
    else if (frame.length === 0) return;
    else frame.push(byte);
    this.endFrame();
  }

  private endFrame(): void {
    const { frame } = this;
    const command = frame[0] ?? 0;
    if (command === 0xf0) {
      if (frame.length > sysexMax) this.frame = [];
    } else if (frame.length > lengthOf(command)) {
      this.frame = [];
      this.obey(frame);
    }
  }
}

/** A board that has power; `say` takes what it sends, which a host must not get within its own write. */
export const createFirmataBoard = (say: (bytes: Uint8Array) => void): FirmataBoard => new Board(say);
