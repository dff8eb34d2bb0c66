/** What a board may say to us, frame by frame; everything else on the wire is noise. */
export interface FrameScreen {
  /** Takes bytes as they come, hands on each whole, well-formed frame, and says how many bytes belonged to none. */
  push(bytes: Uint8Array): number;
  /** Bytes of a frame that has begun. */
  readonly pending: number;
}

/** What is known of the board: a capability report is taken once, a pin must exist. */
export interface KnownBoard {
  readonly pins: number;
  readonly isMapped: boolean;
  /** Pins whose state we asked for: the library believes what it is told of a pin, asked or not. */
  readonly asked: ReadonlySet<number>;
}

const startSysex = 0xf0;
const endSysex = 0xf7;
const version = 0xf9;
const digital = 0x90;
const analog = 0xe0;

/** Longest frame, in bytes, by the id of the sysex: a capability report of 128 pins with eight modes each. */
const longest: Readonly<Record<number, number>> = { 0x6c: 2_304, 0x6a: 131, 0x6e: 9, 0x79: 132, 0x71: 132 };
const longestOther = 64;

/** Ports have eight pins: the second data byte carries one bit. */
const isDigital = (frame: readonly number[]): boolean => (frame[2] ?? 0xff) <= 1;

const fits = (frame: readonly number[], { pins, isMapped, asked }: KnownBoard): boolean => {
  switch (frame[1] ?? 0) {
    case 0x79:
      return frame.length >= 5 && frame.length % 2 === 1;
    case 0x6c:
      return pins === 0 && frame.length > 3;
    case 0x6a:
      return !isMapped && frame.length === pins + 3;
    case 0x6e:
      return frame.length >= 6 && (frame[2] ?? 0xff) < pins && asked.has(frame[2] ?? 0xff);
    default:
      return false;
  }
};

/**
 * Frames by the published protocol, read strictly before any library sees them: data bytes below 0x80, known commands,
 * known lengths, pins that exist. The buffer is bounded by the longest frame of its kind. Analog values and texts of the board are
 * well-formed and of no interest: dropped without being noise.
 */
export const createFrameScreen = (known: () => KnownBoard, onFrame: (frame: Uint8Array) => void): FrameScreen => {
  let frame: number[] = [];
  let noise = 0;

  const drop = (): void => {
    noise += frame.length;
    frame = [];
  };
  const take = (isWanted: boolean): void => {
    const taken = Uint8Array.from(frame);
    frame = [];
    if (isWanted) onFrame(taken);
    else noise += taken.length;
  };
  const begin = (byte: number): void => {
    drop();
    if (byte === startSysex || byte === version || (byte & 0xf0) === digital || (byte & 0xf0) === analog)
      frame = [byte];
    else noise += 1;
  };
  const endOfSysex = (): void => {
    frame.push(endSysex);
    // Well-formed, and nothing that we ask for: the board's texts.
    if (frame[1] === 0x71) frame = [];
    else take(fits(frame, known()));
  };
  const data = (byte: number): void => {
    frame.push(byte);
    const first = frame[0] ?? 0;
    if (first === startSysex) {
      if (frame.length > (longest[frame[1] ?? 0] ?? longestOther)) drop();
      return;
    }
    if (frame.length < 3) return;
    if ((first & 0xf0) === analog) frame = [];
    else take(first === version || isDigital(frame));
  };
  const byByte = (byte: number): void => {
    if (byte === endSysex && frame[0] === startSysex) endOfSysex();
    else if (byte >= 0x80) begin(byte);
    else if (frame.length === 0) noise += 1;
    else data(byte);
  };

  return {
    push: (bytes) => {
      for (const byte of bytes) byByte(byte);
      const counted = noise;
      noise = 0;
      return counted;
    },
    get pending() {
      return frame.length;
    },
  };
};
