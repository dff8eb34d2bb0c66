/** The tests' own frame code: written apart from the product's, bit by bit, so that a shared mistake cannot hide. */
export const testCrc = (bytes: readonly number[]): readonly [number, number] => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return [crc & 0xff, crc >>> 8];
};

export const testFrame = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, ...testCrc(bytes)]);

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const read = (fc: number, address: number, count: number): Uint8Array =>
  Uint8Array.of(fc, address >> 8, address & 0xff, count >> 8, count & 0xff);

export const write = (fc: 5 | 6, address: number, value: number): Uint8Array =>
  Uint8Array.of(fc, address >> 8, address & 0xff, value >> 8, value & 0xff);

/** A whole request at the start of the bytes: its length, or 0 while it is incomplete. */
export const requestLength = (bytes: Uint8Array): number => {
  const code = bytes[1] ?? 0;
  const length = code === 15 || code === 16 ? (bytes.length > 6 ? 9 + bytes[6]! : 0) : code === 17 ? 4 : 8;
  return bytes.length >= length ? length : 0;
};

/** A small server of 64 registers and 64 coils per unit, without any of the project's code. */
export class TestUnits {
  readonly registers = new Map<number, Uint16Array>();
  readonly coils = new Map<number, Uint8Array>();
  /** Units that exist; others are silent. */
  readonly alive: Set<number>;

  constructor(units: readonly number[]) {
    this.alive = new Set(units);
    for (const unit of units) {
      this.registers.set(
        unit,
        Uint16Array.from({ length: 64 }, (_, at) => unit * 256 + at),
      );
      this.coils.set(unit, new Uint8Array(64));
    }
  }

  /** The reply PDU of one unit; also applies broadcasts, to which the caller sends no reply. */
  answer(unit: number, pdu: Uint8Array): Uint8Array {
    const [code = 0, hi = 0, lo = 0, countHi = 0, countLo = 0] = pdu;
    const address = (hi << 8) | lo;
    const value = (countHi << 8) | countLo;
    const registers = this.registers.get(unit)!;
    const coils = this.coils.get(unit)!;
    if (code === 1 || code === 2) {
      const packed = new Uint8Array(Math.ceil(value / 8));
      for (let at = 0; at < value; at += 1) packed[at >> 3]! |= (coils[address + at] ?? 0) << (at & 7);
      return Uint8Array.of(code, packed.length, ...packed);
    }
    if (code === 3 || code === 4) {
      if (address + value > 64) return Uint8Array.of(code | 0x80, 2);
      const words = [...registers.subarray(address, address + value)].flatMap((word) => [word >> 8, word & 0xff]);
      return Uint8Array.of(code, words.length, ...words);
    }
    if (code === 5) coils[address & 63] = value === 0 ? 0 : 1;
    else if (code === 6) registers[address] = value;
    else if (code === 15)
      for (let at = 0; at < value; at += 1) coils[address + at] = (pdu[6 + (at >> 3)]! >> (at & 7)) & 1;
    else if (code === 16)
      for (let at = 0; at < value; at += 1) registers[address + at] = (pdu[6 + 2 * at]! << 8) | pdu[7 + 2 * at]!;
    else return Uint8Array.of(code | 0x80, 1);
    return pdu.slice(0, 5);
  }
}
