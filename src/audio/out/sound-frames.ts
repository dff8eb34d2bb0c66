import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Message kinds of docs/reference/sound-over-tcp.md. */
export const soundKind = {
  hello: 1,
  proof: 2,
  accepted: 3,
  sound: 16,
  stop: 17,
  ask: 18,
  heard: 32,
  alive: 33,
} as const;

const magic = Buffer.from('MLSOUND1', 'latin1');
const headBytes = 3;
const nonceBytes = 32;
const macBytes = 16;
/** 40 ms of sound: the largest thing either side may say. */
export const payloadMaxBytes = 1920;

export interface SoundMessage {
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** What came: whole messages, and what is to be sent back; or why the other side is not to be believed. */
export type Taken =
  | { readonly ok: true; readonly messages: readonly SoundMessage[]; readonly answer: Buffer | null }
  | { readonly ok: false; readonly why: string };

/** One connection, seen from the box. Pure: bytes in, bytes out. */
export interface SoundFrames {
  readonly take: (bytes: Uint8Array) => Taken;
  /** A message with its proof; null before the loudspeaker has proven itself. */
  readonly say: (kind: number, payload: Uint8Array) => Buffer | null;
  readonly isProven: () => boolean;
}

const hmac = (key: Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

const headOf = (kind: number, length: number): Buffer => Buffer.of(kind, length >> 8, length & 0xff);

const counterBytes = (count: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(count);
  return bytes;
};

/** The proof of one message, head and payload, as the `count`th of its direction. */
const proofOf = (session: Uint8Array, direction: 'B' | 'L', count: number, message: Uint8Array): Buffer =>
  hmac(session, direction, counterBytes(count), message).subarray(0, macBytes);

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

const label = (what: string): string => `mingluo-sound-1 ${what}`;

/** The loudspeaker's random bytes, out of its hello. */
const nonceIn = (kind: number, payload: Uint8Array): Uint8Array | null => {
  const isHello = kind === soundKind.hello && payload.length === magic.length + nonceBytes;
  return isHello && isSame(payload.subarray(0, magic.length), magic) ? payload.slice(magic.length) : null;
};

const wrong = (why: string): Taken => ({ ok: false, why });

type Phase =
  | { readonly at: 'hello' }
  | { readonly at: 'accepted'; readonly theirs: Uint8Array }
  | { readonly at: 'proven'; readonly session: Buffer };

/** Both sides prove that they know the key before anything else; every message after that carries its own proof. */
export const createSoundFrames = (key: Uint8Array, ours: Uint8Array = randomBytes(nonceBytes)): SoundFrames => {
  let phase: Phase = { at: 'hello' };
  let waiting = Buffer.alloc(0);
  let received = 0;
  let sent = 0;
  const shake = (kind: number, payload: Uint8Array): Buffer | string | null => {
    if (phase.at === 'hello') {
      const theirs = nonceIn(kind, payload);
      if (theirs === null) return 'no hello';
      phase = { at: 'accepted', theirs };
      const proof = Buffer.concat([ours, hmac(key, label('box'), theirs, ours)]);
      return Buffer.concat([headOf(soundKind.proof, proof.length), proof]);
    }
    if (phase.at !== 'accepted') return null;
    const proof = hmac(key, label('loudspeaker'), ours, phase.theirs);
    const isTrue = kind === soundKind.accepted && payload.length === 33 && isSame(payload.subarray(0, 32), proof);
    if (!isTrue) return 'it does not know the key';
    phase = { at: 'proven', session: hmac(key, label('session'), phase.theirs, ours) };
    return null;
  };
  const take = (bytes: Uint8Array): Taken => {
    waiting = Buffer.concat([waiting, bytes]);
    const messages: SoundMessage[] = [];
    let answer: Buffer | null = null;
    while (waiting.length >= headBytes) {
      const kind = waiting[0] ?? 0;
      const length = waiting.readUInt16BE(1);
      if (length > payloadMaxBytes) return wrong('a message is too long');
      const proven = phase.at === 'proven' ? phase.session : null;
      const whole = headBytes + length + (proven === null ? 0 : macBytes);
      if (waiting.length < whole) break;
      const payload = Uint8Array.from(waiting.subarray(headBytes, headBytes + length));
      if (proven === null) {
        const shaken = shake(kind, payload);
        if (typeof shaken === 'string') return wrong(shaken);
        answer = shaken ?? answer;
      } else {
        const mac = proofOf(proven, 'L', received, waiting.subarray(0, headBytes + length));
        if (!isSame(mac, waiting.subarray(headBytes + length, whole))) return wrong('a message is not its own');
        received += 1;
        messages.push({ kind, payload });
      }
      waiting = waiting.subarray(whole);
    }
    return { ok: true, messages, answer };
  };

  return {
    take,
    isProven: () => phase.at === 'proven',
    say: (kind, payload) => {
      if (phase.at !== 'proven') return null;
      const head = headOf(kind, payload.length);
      const message = Buffer.concat([head, payload]);
      const mac = proofOf(phase.session, 'B', sent, message);
      sent += 1;
      return Buffer.concat([message, mac]);
    },
  };
};
