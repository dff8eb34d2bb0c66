import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The loudspeaker's side of docs/reference/sound-over-tcp.md, written from that page alone: the box has code of its own.
 */
export const kinds = { hello: 1, proof: 2, accepted: 3, sound: 16, stop: 17, ask: 18, heard: 32, alive: 33 } as const;

const headBytes = 3;
const macBytes = 16;
const payloadMax = 1920;

const hmac = (key: Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

const headOf = (kind: number, length: number): Buffer => Buffer.of(kind, length >> 8, length & 0xff);

const counted = (counter: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(counter);
  return bytes;
};

export interface Message {
  readonly kind: number;
  readonly payload: Buffer;
}

/** One connection of a box, from the first byte to the last. */
export interface SoundWire {
  /** The first word, said without being asked. */
  readonly hello: Buffer;
  /** Takes bytes; gives messages that are proven, and what is to be answered. Null: the box is not to be believed. */
  take(bytes: Buffer): { readonly messages: readonly Message[]; readonly answer: Buffer | null } | null;
  /** A proven message to the box; null before the box has proven itself. */
  say(kind: number, payload: Buffer): Buffer | null;
}

export interface SoundWireOptions {
  readonly key: Uint8Array;
  readonly hasMicrophone: boolean;
  /** 32 bytes that never come twice. */
  readonly nonce?: Buffer;
}

export const createSoundWire = ({ key, hasMicrophone, nonce = randomBytes(32) }: SoundWireOptions): SoundWire => {
  let waiting = Buffer.alloc(0);
  let session: Buffer | null = null;
  let received = 0;
  let sent = 0;
  const prove = (payload: Buffer): Buffer | null => {
    const box = payload.subarray(0, 32);
    const expected = hmac(key, 'mingluo-sound-1 box', nonce, box);
    if (payload.length !== 64 || !timingSafeEqual(payload.subarray(32), expected)) return null;
    session = hmac(key, 'mingluo-sound-1 session', nonce, box);
    const own = hmac(key, 'mingluo-sound-1 loudspeaker', box, nonce);
    return Buffer.concat([headOf(kinds.accepted, 33), own, Buffer.of(hasMicrophone ? 1 : 0)]);
  };
  return {
    hello: Buffer.concat([headOf(kinds.hello, 40), Buffer.from('MLSOUND1', 'latin1'), nonce]),
    take: (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      const messages: Message[] = [];
      let answer: Buffer | null = null;
      while (waiting.length >= headBytes) {
        const kind = waiting[0] ?? 0;
        const length = waiting.readUInt16BE(1);
        if (length > payloadMax || (session === null && kind !== kinds.proof)) return null;
        const whole = headBytes + length + (session === null ? 0 : macBytes);
        if (waiting.length < whole) break;
        const payload = Buffer.from(waiting.subarray(headBytes, headBytes + length));
        if (session === null) {
          answer = prove(payload);
          if (answer === null) return null;
        } else {
          const mac = hmac(session, 'B', counted(received), headOf(kind, length), payload).subarray(0, macBytes);
          if (!timingSafeEqual(waiting.subarray(headBytes + length, whole), mac)) return null;
          received += 1;
          messages.push({ kind, payload });
        }
        waiting = waiting.subarray(whole);
      }
      return { messages, answer };
    },
    say: (kind, payload) => {
      if (session === null) return null;
      const head = headOf(kind, payload.length);
      const mac = hmac(session, 'L', counted(sent), head, payload).subarray(0, macBytes);
      sent += 1;
      return Buffer.concat([head, payload, mac]);
    },
  };
};
