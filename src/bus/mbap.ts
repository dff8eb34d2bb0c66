import type { Asked, Found, Framing } from './framing.ts';
import { answers } from './reply-shape.ts';

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Looks for a whole frame at every offset, so that bytes of unknown origin do not shift all that follows. */
const search = (bytes: Uint8Array, fits: (tag: number, found: Found) => boolean): Found | null => {
  for (let from = 0; from + 8 <= bytes.length; from += 1) {
    const length = word(bytes, from + 4);
    const to = from + 6 + length;
    if (word(bytes, from + 2) !== 0 || length < 2 || length > 254 || to > bytes.length) continue;
    const found = { from, to, unit: bytes[from + 6] ?? 0, pdu: bytes.slice(from + 7, to) };
    if (fits(word(bytes, from), found)) return found;
  }
  return null;
};

const isReply = (asked: Asked, found: Found): boolean => found.unit === asked.unit && answers(asked.pdu, found.pdu);

/** Modbus TCP (Modbus Messaging on TCP/IP V1.0b, 3.1.3): transaction, protocol 0, length, unit, PDU; no CRC, no silence. */
export const mbapFraming: Framing = {
  tagged: true,
  overhead: 7,
  frame: ({ unit, pdu, tag }) => {
    const frame = new Uint8Array(7 + pdu.length);
    frame.set([(tag >> 8) & 0xff, tag & 0xff, 0, 0, 0, pdu.length + 1, unit]);
    frame.set(pdu, 7);
    return frame;
  },
  find: (asked, bytes) => search(bytes, (tag, found) => tag === (asked.tag & 0xffff) && isReply(asked, found)),
  foreign: (asked, bytes) => search(bytes, (tag, found) => tag === (asked.tag & 0xffff) && !isReply(asked, found)),
};
