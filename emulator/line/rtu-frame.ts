/**
 * Modbus RTU frames as the device side sees them: CRC, silence, and the requests in what arrived. Written apart from
 * the box's own frame code, so that each can judge the other.
 */

/** CRC-16/MODBUS: polynomial 8005 reflected, start FFFF. */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
};

/** Address and PDU with the CRC behind them, low byte first. */
export const sealFrame = (address: number, pdu: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = address;
  frame.set(pdu, 1);
  const crc = crc16(frame.subarray(0, pdu.length + 1));
  frame[pdu.length + 1] = crc & 0xff;
  frame[pdu.length + 2] = crc >>> 8;
  return frame;
};

/** True when the last two bytes are the CRC of all before them. */
export const isSealed = (frame: Uint8Array): boolean => {
  if (frame.length < 4 || frame.length > 256) return false;
  const crc = crc16(frame.subarray(0, -2));
  return frame[frame.length - 2] === (crc & 0xff) && frame[frame.length - 1] === crc >>> 8;
};

/** Time of one byte on the wire in ms: start bit, eight data bits, parity if any, stop bits. */
export const byteTimeMs = (format: LineFormat): number =>
  ((9 + (format.parity === 'none' ? 0 : 1) + format.stopBits) * 1000) / format.baud;

export interface LineFormat {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Silence that ends a frame: 3.5 characters of 11 bits, fixed at 1.75 ms above 19200 baud (serial line 1.0). */
export const silenceMs = (baud: number): number => (baud > 19_200 ? 1.75 : (3.5 * 11 * 1000) / baud);

/** Length of the request that begins `bytes`, CRC included; null where the function has no length rule here. */
const requestLength = (bytes: Uint8Array): number | null => {
  const code = bytes[1];
  if (code === undefined) return null;
  if (code >= 1 && code <= 6) return 8;
  if (code === 15 || code === 16) {
    const count = bytes[6];
    return count === undefined ? null : 9 + count;
  }
  return code === 17 ? 4 : null;
};

export interface Cut {
  readonly frames: readonly Uint8Array[];
  /** Bytes that belong to no valid frame. */
  readonly garbage: number;
}

/**
 * The valid requests in what stood between two silences. Where the machine was too busy to see the silence between two
 * frames, the length by function code still parts them; anything that no CRC confirms is garbage.
 */
export const cutRequests = (bytes: Uint8Array): Cut => {
  if (isSealed(bytes)) return { frames: [bytes], garbage: 0 };
  const frames: Uint8Array[] = [];
  let garbage = 0;
  let at = 0;
  while (at < bytes.length) {
    const rest = bytes.subarray(at);
    const length = requestLength(rest);
    const frame = length === null || length > rest.length ? null : rest.subarray(0, length);
    if (frame !== null && isSealed(frame)) {
      frames.push(frame);
      at += frame.length;
    } else {
      garbage += 1;
      at += 1;
    }
  }
  return { frames, garbage };
};
