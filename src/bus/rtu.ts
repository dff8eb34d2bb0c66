import { crc16, crcHolds } from './crc.ts';
import type { Asked, Found, Framing } from './framing.ts';
import { answers, isRead, replyShape } from './reply-shape.ts';

/** A frame on the wire: unit, PDU, CRC low byte first. */
export const rtuFrame = (unit: number, pdu: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16(frame, 0, pdu.length + 1);
  frame[pdu.length + 1] = crc & 0xff;
  frame[pdu.length + 2] = crc >> 8;
  return frame;
};

/** Unit and PDU of a whole frame; null when it is too short, too long or its CRC is wrong. */
export const rtuUnframe = (frame: Uint8Array): { readonly unit: number; readonly pdu: Uint8Array } | null =>
  frame.length <= 256 && crcHolds(frame, 0, frame.length)
    ? { unit: frame[0] ?? 0, pdu: frame.slice(1, frame.length - 2) }
    : null;

/** Where a reply to `request` that starts at `from` would end; null while that cannot be said. */
const endOf = (request: Uint8Array, bytes: Uint8Array, from: number, ended: boolean): number | null => {
  if (bytes[from + 1] === ((request[0] ?? 0) | 0x80)) return from + 5;
  const shape = replyShape(request);
  switch (shape.kind) {
    case 'length':
      return from + 3 + shape.bytes;
    case 'counted': {
      const count = bytes[from + 1 + shape.at];
      return count === undefined ? null : from + 1 + shape.at + 1 + count + 2;
    }
    case 'open':
      return ended ? bytes.length : null;
  }
};

/** Where a reply of this function would end by what it says of itself, whatever was asked. */
const ownEndOf = (request: Uint8Array, bytes: Uint8Array, from: number): number | null => {
  return isRead(bytes.subarray(from + 1)) ? from + 5 + (bytes[from + 2] ?? 0) : endOf(request, bytes, from, true);
};

/** Looks at every offset: noise before a reply, or a broken frame in front of it, does not hide the reply. */
const search = (
  code: number,
  bytes: Uint8Array,
  endAt: (from: number) => number | null,
  fits: (found: Found) => boolean,
): Found | null => {
  for (let from = 0; from + 5 <= bytes.length; from += 1) {
    if (((bytes[from + 1] ?? 0) & 0x7f) !== code) continue;
    const to = endAt(from);
    if (to === null || to > bytes.length || to - from > 256 || !crcHolds(bytes, from, to)) continue;
    const found = { from, to, unit: bytes[from] ?? 0, pdu: bytes.slice(from + 1, to - 2) };
    if (fits(found)) return found;
  }
  return null;
};

const isReply = (asked: Asked, { unit, pdu }: Found): boolean => unit === asked.unit && answers(asked.pdu, pdu);

/** Modbus RTU. A reply is known by unit, function, exact length, CRC, and for writes by its content. */
export const rtuFraming: Framing = {
  tagged: false,
  overhead: 3,
  frame: ({ unit, pdu }) => rtuFrame(unit, pdu),
  find: (asked, bytes, ended) =>
    search(
      asked.pdu[0] ?? 0,
      bytes,
      (from) => endOf(asked.pdu, bytes, from, ended),
      (found) => isReply(asked, found),
    ),
  foreign: (asked, bytes) =>
    search(
      asked.pdu[0] ?? 0,
      bytes,
      (from) => ownEndOf(asked.pdu, bytes, from),
      (found) => !isReply(asked, found),
    ),
};
