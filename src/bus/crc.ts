/** CRC-16/MODBUS: polynomial 0x8005 reflected (0xA001), start 0xFFFF, low byte first on the wire (Modbus over Serial Line V1.02, 6.2.2). */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** The CRC of `bytes[from, to)` as a number 0–65535. */
export const crc16 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  let crc = 0xffff;
  for (let index = from; index < to; index += 1) {
    crc = (crc >> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
};

/** True when the last two bytes of `bytes[from, to)` are the CRC of those before them. */
export const crcHolds = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from >= 4 && crc16(bytes, from, to - 2) === ((bytes[to - 2] ?? 0) | ((bytes[to - 1] ?? 0) << 8));
