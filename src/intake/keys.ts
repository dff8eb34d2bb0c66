import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { SenderKey } from '../core/order.ts';
import { failed, ok, type Result } from '../words/failure.ts';

/** DER of an Ed25519 private key in PKCS #8 up to its 32-byte seed (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
/** DER of an Ed25519 SubjectPublicKeyInfo up to its 32 raw bytes (RFC 8410). */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const rawBase64 = /^[A-Za-z0-9+/]{43}=$/;

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
  readonly key: KeyObject;
  readonly fingerprint: string;
}

/** The pinned set by key id. */
export type KeyRing = ReadonlyMap<string, PinnedKey>;

/** SHA-256 over the 32 raw bytes of a public key, hex: what people compare and satellite orders abbreviate. */
export const fingerprintOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex');

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

/**
 * Reads a public key file: PEM (SubjectPublicKeyInfo) or 32 raw bytes in base64.
 *
 * @returns the raw key in base64, or `key-unreadable`
 */
export const readPublicKey = (text: string): Result<string> => {
  const trimmed = text.trim();
  if (rawBase64.test(trimmed)) {
    const made = tryKey(() => keyObjectOf(trimmed));
    return made.ok ? ok(rawOf(made.value)) : made;
  }
  if (!trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) return unreadable('neither PEM nor 32 bytes of base64');
  const made = tryKey(() => createPublicKey(trimmed));
  return made.ok ? ok(rawOf(made.value)) : made;
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

/**
 * Makes the pinned set ready to verify with. Two keys of one id, or a key that is no key, spoil the whole set: half a set
 * would be a set that nobody chose.
 *
 * @returns the ring, or `key-unreadable`
 */
export const keyRingOf = (senders: readonly SenderKey[]): Result<KeyRing> => {
  const ring = new Map<string, PinnedKey>();
  for (const sender of senders) {
    const publicKey = readPublicKey(sender.publicKey);
    if (!publicKey.ok) return unreadable(`${sender.id}: ${String(publicKey.failure.params['detail'])}`);
    if (ring.has(sender.id)) return unreadable(`${sender.id} stands there twice`);
    ring.set(sender.id, {
      sender,
      key: keyObjectOf(publicKey.value),
      fingerprint: fingerprintOf(publicKey.value),
    });
  }
  return ok(ring);
};
