/** Checksums shared by both sides of every codec, and by nothing else. */

/** XOR of all bytes: SYN6288 and BeiDou RDSS 2.1 (from the first byte to the one before the checksum). */
export const xor8 = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

/** CRC-16/MODBUS: polynomial 0xA001 reflected, initial 0xFFFF; sent low byte first. `123456789` gives 0x4B37. */
export const crc16Modbus = (bytes: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
};
