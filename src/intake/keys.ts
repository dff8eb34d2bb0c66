import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { SenderKey } from '../core/order.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { sm2Holds, sm2KeyOf, sm2RawIn } from './sm2.ts';

/** DER of an Ed25519 private key in PKCS #8 up to its 32-byte seed (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
/** DER of an Ed25519 SubjectPublicKeyInfo up to its 32 raw bytes (RFC 8410). */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const rawBase64 = /^[A-Za-z0-9+/]{43}=$/;
/** 33 or 65 bytes. */
const sm2Base64 = /^(?:[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{87}=)$/;

/** Signs for one key. `publicKey` is raw base64, `fingerprint` its SHA-256 in hex. */
export interface Signer {
  readonly publicKey: string;
  readonly fingerprint: string;
  /** @returns 64 bytes of Ed25519 signature (RFC 8032); the same bytes give the same signature. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** A sender the box believes, ready to verify with. */
export interface PinnedKey {
  readonly sender: SenderKey;
  /** Does this signature of 64 bytes hold over exactly these bytes? False for anything else; never throws. */
  readonly holds: (raw: Uint8Array, signature: Uint8Array) => boolean;
  readonly fingerprint: string;
}

/** The pinned set by key id. */
export type KeyRing = ReadonlyMap<string, PinnedKey>;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * SHA-256 over a public key, hex: what people compare and satellite orders abbreviate. Of Ed25519 the 32 raw bytes, of SM2
 * the 65 bytes of the whole point, whichever form was written down.
 */
export const fingerprintOf = (publicKey: string): string => {
  const raw = Buffer.from(publicKey, 'base64');
  const point = sm2KeyOf(raw);
  return sha256(point === null ? raw : Buffer.from(point, 'hex'));
};

const unreadable = (detail: string): ReturnType<typeof failed> => failed('key-unreadable', { detail });

const rawOf = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length).toString('base64');

const keyObjectOf = (publicKey: string): KeyObject =>
  createPublicKey({
    key: Buffer.concat([publicPrefix, Buffer.from(publicKey, 'base64')]),
    format: 'der',
    type: 'spki',
  });

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Node throws on bytes that are no key; here that is a value. */
const tryKey = (make: () => KeyObject): Result<KeyObject> => {
  try {
    const key = make();
    return key.asymmetricKeyType === 'ed25519' ? ok(key) : unreadable('not an Ed25519 key');
  } catch (error) {
    return unreadable(reasonOf(error));
  }
};

/** A public key as it is pinned. */
export interface ReadKey {
  readonly algorithm: 'ed25519' | 'sm2';
  /** Raw, base64. */
  readonly publicKey: string;
}

/**
 * Encodings of the points of small order, without the sign bit: under such a "key" one and the same signature holds over
 * every message, or over every eighth (RFC 8032 leaves it to whoever takes a key to look).
 */
const smallOrder: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

const isSmallOrder = (publicKey: string): boolean => {
  const raw = Buffer.from(publicKey, 'base64');
  const last = raw.length - 1;
  raw.writeUInt8((raw[last] ?? 0) & 0x7f, last);
  return smallOrder.has(raw.toString('hex'));
};

const edKey = (made: Result<KeyObject>): Result<ReadKey> => {
  if (!made.ok) return made;
  const publicKey = rawOf(made.value);
  return isSmallOrder(publicKey) ? unreadable('a point of small order') : ok({ algorithm: 'ed25519', publicKey });
};

const sm2Key = (raw: Uint8Array): Result<ReadKey> =>
  sm2KeyOf(raw) === null
    ? unreadable('no point of the SM2 curve')
    : ok({ algorithm: 'sm2', publicKey: Buffer.from(raw).toString('base64') });

const readPem = (text: string): Result<ReadKey> => {
  const der = Buffer.from(text.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  const point = sm2RawIn(der);
  return point === null ? edKey(tryKey(() => createPublicKey(text))) : sm2Key(point);
};

/**
 * Reads a public key file: PEM (SubjectPublicKeyInfo of Ed25519 or SM2), or raw in base64 (32 bytes of Ed25519; 65 or 33
 * of an SM2 point).
 *
 * @returns the raw key with its kind, or `key-unreadable`
 */
export const readPublicKey = (text: string): Result<ReadKey> => {
  const trimmed = text.trim();
  if (rawBase64.test(trimmed)) return edKey(tryKey(() => keyObjectOf(trimmed)));
  if (sm2Base64.test(trimmed)) return sm2Key(Buffer.from(trimmed, 'base64'));
  if (trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) return readPem(trimmed);
  return unreadable('neither PEM nor a raw key in base64');
};

const signerOf = (key: KeyObject): Signer => {
  const publicKey = rawOf(createPublicKey(key));
  return { publicKey, fingerprint: fingerprintOf(publicKey), sign: (bytes) => sign(null, bytes, key) };
};

const privateOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });

/**
 * Reads a private key file: PEM (PKCS #8) or the 32-byte seed in base64.
 *
 * @returns a signer, or `key-unreadable`; the text itself is never part of the failure
 */
export const readSigner = (text: string): Result<Signer> => {
  const trimmed = text.trim();
  const pem = trimmed.startsWith('-----BEGIN PRIVATE KEY-----');
  if (!pem && !rawBase64.test(trimmed)) return unreadable('neither PEM nor 32 bytes of base64');
  const made = tryKey(() => (pem ? createPrivateKey(trimmed) : privateOf(Buffer.from(trimmed, 'base64'))));
  return made.ok ? ok(signerOf(made.value)) : made;
};

/**
 * Makes a key pair from 32 random bytes; the caller brings the randomness.
 *
 * @returns the signer and its private key as PEM, to be written with mode 0400
 */
export const keyPairOf = (seed: Uint8Array): Result<{ readonly signer: Signer; readonly privatePem: string }> => {
  if (seed.length !== 32) return unreadable(`a seed has 32 bytes, not ${seed.length}`);
  const key = privateOf(seed);
  return ok({ signer: signerOf(key), privatePem: key.export({ format: 'pem', type: 'pkcs8' }).toString() });
};

const verifierOf = ({ algorithm, publicKey }: ReadKey): PinnedKey['holds'] => {
  if (algorithm === 'sm2') {
    const point = sm2KeyOf(Buffer.from(publicKey, 'base64')) ?? '';
    return (raw, signature) => sm2Holds(point, raw, signature);
  }
  const key = keyObjectOf(publicKey);
  return (raw, signature) => verify(null, raw, key, signature);
};

/**
 * Makes the pinned set ready to verify with. Two keys of one id, or a key that is no key, spoil the whole set: half a set
 * would be a set that nobody chose.
 *
 * @returns the ring, or `key-unreadable`
 */
export const keyRingOf = (senders: readonly SenderKey[]): Result<KeyRing> => {
  const ring = new Map<string, PinnedKey>();
  for (const sender of senders) {
    const read = readPublicKey(sender.publicKey);
    if (!read.ok) return unreadable(`${sender.id}: ${String(read.failure.params['detail'])}`);
    if (read.value.algorithm !== (sender.algorithm ?? 'ed25519')) {
      return unreadable(`${sender.id}: the key is one of ${read.value.algorithm}`);
    }
    if (ring.has(sender.id)) return unreadable(`${sender.id} stands there twice`);
    ring.set(sender.id, { sender, holds: verifierOf(read.value), fingerprint: fingerprintOf(sender.publicKey) });
  }
  return ok(ring);
};
