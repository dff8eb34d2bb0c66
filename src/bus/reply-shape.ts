/**
 * What a good reply to a request looks like (Modbus Application Protocol V1.1b3, section 6). `length`: PDU bytes known
 * beforehand. `counted`: the PDU says its own length in the byte at `at`. `open`: only the end of the frame tells.
 */
export type ReplyShape =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'counted'; readonly at: number }
  | { readonly kind: 'open' };

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Reads change nothing in a unit: functions 1–4. */
export const isRead = (pdu: Uint8Array): boolean => {
  const code = pdu[0] ?? 0;
  return code >= 1 && code <= 4;
};

/** Can it be sent twice without harm by one who knows nothing of the device? Reads, and single coil off. */
export const isRepeatable = (pdu: Uint8Array): boolean =>
  isRead(pdu) || (pdu[0] === 5 && pdu.length === 5 && word(pdu, 3) === 0);

/** The shape of the reply to this request. */
export const replyShape = (request: Uint8Array): ReplyShape => {
  switch (request[0] ?? 0) {
    case 1:
    case 2:
      return { kind: 'length', bytes: 2 + Math.ceil(word(request, 3) / 8) };
    case 3:
    case 4:
    case 23:
      return { kind: 'length', bytes: 2 + 2 * word(request, 3) };
    case 5:
    case 6:
    case 15:
    case 16:
    case 11:
      return { kind: 'length', bytes: 5 };
    case 7:
      return { kind: 'length', bytes: 2 };
    case 8:
      return { kind: 'length', bytes: Math.max(3, request.length) };
    case 22:
      return { kind: 'length', bytes: 7 };
    case 12:
    case 17:
    case 20:
    case 21:
      return { kind: 'counted', at: 1 };
    default:
      return { kind: 'open' };
  }
};

const sameBytes = (a: Uint8Array, b: Uint8Array, count: number): boolean => {
  for (let index = 0; index < count; index += 1) if (a[index] !== b[index]) return false;
  return true;
};

export const samePdu = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && sameBytes(a, b, a.length);

/**
 * Does this whole reply PDU answer this request? Reads: the byte count says what was asked. Writes: address and value,
 * or address and quantity, come back as they went. An exception answers any request of its function.
 */
export const answers = (request: Uint8Array, reply: Uint8Array): boolean => {
  const code = request[0] ?? 0;
  if (reply[0] === (code | 0x80)) return reply.length === 2;
  if (reply[0] !== code) return false;
  const shape = replyShape(request);
  if (shape.kind === 'length' && reply.length !== shape.bytes) return false;
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 23:
      return reply[1] === reply.length - 2;
    case 5:
    case 6:
    case 15:
    case 16:
      return sameBytes(request, reply, 5);
    case 22:
      return samePdu(request, reply);
    default:
      return shape.kind !== 'counted' || reply[shape.at] === reply.length - shape.at - 1;
  }
};

/** The exception code of an exception reply, null for any other. */
export const exceptionOf = (reply: Uint8Array): number | null =>
  ((reply[0] ?? 0) & 0x80) !== 0 ? (reply[1] ?? 0) : null;
