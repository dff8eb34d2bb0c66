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

export const createFirmataBoard = (say: (bytes: Uint8Array) => void): FirmataBoard => {
  let pins = pinNumbers.map((pin) => freshPin(pin, false));
  let reporting = new Set<number>();
  let frame: number[] = [];
  let isSilent = false;

  const send = (...bytes: readonly number[]): void => {
    if (!isSilent) say(Uint8Array.from(bytes));
  };
  const isInput = ({ mode }: Pin): boolean => mode === modes.input || mode === modes.pullup;
  /** A pulled-up pin reads high until its wire is grounded; a plain input floats, here to low. */
  const read = (pin: Pin): number => (pin.mode === modes.pullup && !pin.grounded ? 1 : 0);
  const reportPort = (port: number): void => {
    const mask = pins
      .slice(port * 8, port * 8 + 8)
      .reduce((sum, pin, bit) => sum | (isInput(pin) ? read(pin) << bit : 0), 0);
    send(0x90 | port, mask & 0x7f, mask >> 7);
  };
  const sayVersion = (): void => send(0xf9, ...version);
  const sayFirmware = (): void => {
    const name = Array.from(firmwareName).flatMap((letter) => [letter.charCodeAt(0) & 0x7f, letter.charCodeAt(0) >> 7]);
    send(0xf0, 0x79, ...version, ...name, 0xf7);
  };
  const sayPin = (number: number): void => {
    const pin = pins[number];
    if (pin === undefined) return;
    // Of an input the state is its pull-up, not what it reads.
    send(0xf0, 0x6e, number, pin.mode, isInput(pin) ? Number(pin.mode === modes.pullup) : pin.level & 0x7f, 0xf7);
  };
  const setMode = (number: number, mode: number): void => {
    const pin = pins[number];
    if (pin === undefined) return;
    pin.mode = mode;
    pin.level = 0;
    if (reporting.has(number >> 3)) reportPort(number >> 3);
  };
  const writePort = (port: number, mask: number): void => {
    pins.slice(port * 8, port * 8 + 8).forEach((pin, bit) => {
      if (pin.mode === modes.output) pin.level = (mask >> bit) & 1;
    });
  };
  const setReporting = (port: number, isOn: boolean): void => {
    if (!isOn) {
      reporting.delete(port);
      return;
    }
    reporting.add(port);
    reportPort(port);
  };
  const reset = (): void => {
    pins = pins.map(({ grounded }, pin) => freshPin(pin, grounded));
    reporting = new Set();
  };
  const sysex = (id: number | undefined, first: number): void => {
    if (id === 0x79) sayFirmware();
    if (id === 0x6b) send(0xf0, 0x6c, ...pinNumbers.flatMap(capabilityOf), 0xf7);
    if (id === 0x69) send(0xf0, 0x6a, ...pinNumbers.map((pin) => (pin < firstAnalog ? 0x7f : pin - firstAnalog)), 0xf7);
    if (id === 0x6d) sayPin(first);
  };
  const obey = ([command = 0, first = 0, second = 0]: readonly number[]): void => {
    if (command === 0xf9) sayVersion();
    else if (command === 0xff) reset();
    else if (command === 0xf4) setMode(first, second);
    else if (command === 0xf5) writePort(first >> 3, second << (first & 7));
    else if ((command & 0xf0) === 0x90) writePort(command & 0x0f, first | (second << 7));
    else if ((command & 0xf0) === 0xd0) setReporting(command & 0x0f, first === 1);
  };
  const hear = (byte: number): void => {
    if (byte === 0xf7 && frame[0] === 0xf0) {
      sysex(frame[1], frame[2] ?? 0);
      frame = [];
      return;
    }
    if (byte >= 0x80) frame = [];
    else if (frame.length === 0) return;
    frame.push(byte);
    if (frame[0] === 0xf0) {
      if (frame.length > sysexMax) frame = [];
    } else if (frame.length > lengthOf(frame[0] ?? 0)) {
      obey(frame);
      frame = [];
    }
  };

  return {
    receive: (bytes) => {
      if (!isSilent) for (const byte of bytes) hear(byte);
    },
    setGrounded: (number, grounded) => {
      const pin = pins[number];
      if (pin === undefined || pin.grounded === grounded) return;
      pin.grounded = grounded;
      if (isInput(pin) && reporting.has(number >> 3)) reportPort(number >> 3);
    },
    output: (number) => {
      const pin = pins[number];
      return pin?.mode === modes.output ? pin.level === 1 : null;
    },
    restart: () => {
      reset();
      frame = [];
      sayVersion();
      sayFirmware();
    },
    get isSilent() {
      return isSilent;
    },
    set isSilent(silent) {
      isSilent = silent;
    },
  };
};
