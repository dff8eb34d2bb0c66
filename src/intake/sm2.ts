import { sm2 } from 'sm-crypto-v2';
import { rememberLast } from './remember-last.ts';

/** The distinguishing id of GB/T 32918 that everybody uses; it is part of what is signed. */
export const sm2UserId = '1234567812345678';

/** Order of the curve sm2p256v1 (GB/T 32918.5). */
const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/** DER of an SM2 SubjectPublicKeyInfo up to its 65-byte point: ecPublicKey, sm2p256v1. */
const spkiPrefix = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex');

type Point = ReturnType<typeof sm2.precomputePublicKey>;

/** A bigger table verifies no faster to speak of and takes ten times as long to make. */
const tableWindow = 4;
/** Two full sets of keys: the one that holds and the one that is about to. */
const pointsMax = 32;

/** The point with its table; made once for a key, so that no order waits for it. Null for what is no point of the curve. */
const pointOf = rememberLast(pointsMax, (hex): Point | null => {
  try {
    return sm2.precomputePublicKey(hex, tableWindow);
  } catch {
    // The library throws on bytes that are no point of the curve; here that is a value.
    return null;
  }
});

/** How long a point is, by the first byte that names its form. */
const lengths: ReadonlyMap<number | undefined, number> = new Map([
  [2, 33],
  [3, 33],
  [4, 65],
]);

/**
 * Reads a raw SM2 public key.
 *
 * @param raw 65 bytes (04 x y) or 33 (02 or 03, x)
 * @returns the 65 bytes as hex, or null for what is no point of the curve
 */
export const sm2KeyOf = (raw: Uint8Array): string | null => {
  if (raw.length !== lengths.get(raw[0])) return null;
  const whole = pointOf(Buffer.from(raw).toString('hex'))?.toHex(false) ?? null;
  // The table belongs to the whole form, whichever was written down; it is made now and not when an order comes.
  if (whole !== null) pointOf(whole);
  return whole;
};

/** The 65 raw bytes in a DER SubjectPublicKeyInfo of SM2, else null. */
export const sm2RawIn = (der: Uint8Array): Uint8Array | null => {
  const fits = der.length === spkiPrefix.length + 65 && spkiPrefix.equals(der.subarray(0, spkiPrefix.length));
  return fits ? der.subarray(spkiPrefix.length) : null;
};

/**
 * May these bytes be a signature at all? The standard asks it before anything is computed (GB/T 32918.2, 7.1): 64 bytes, r and
 * s from 1 to n - 1, and r + s not n. It does not depend on the library, which leaves the ranges to its caller.
 */
export const sm2MayHold = (signature: Uint8Array): boolean => {
  if (signature.length !== 64) return false;
  const hex = Buffer.from(signature).toString('hex');
  const [r, s] = [BigInt(`0x${hex.slice(0, 64)}`), BigInt(`0x${hex.slice(64)}`)];
  return [r, s].every((part) => part > 0n && part < order) && r + s !== order;
};

/**
 * SM2 with SM3 (GB/T 32918.2) over the exact bytes, under the default user id.
 *
 * @param key the 65 bytes as hex, as `sm2KeyOf` gave them
 * @param signature 64 bytes: r and s, 32 bytes each, big-endian
 * @returns false for anything that is no signature of this key
 */
export const sm2Holds = (key: string, raw: Uint8Array, signature: Uint8Array): boolean => {
  const point = sm2MayHold(signature) ? pointOf(key) : null;
  if (point === null) return false;
  try {
    return sm2.doVerifySignature(raw, Buffer.from(signature).toString('hex'), point, { hash: true, userId: sm2UserId });
  } catch {
    // A sum at infinity: no signature.
    return false;
  }
};
