import { createHash } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { SignedBytes } from '../../src/intake/verify.ts';

/** A number below the order of the curve that follows from a text; never used outside tests. */
const secretOf = (text: string): string => `0${createHash('sha256').update(text).digest('hex').slice(1)}`;

const privateKey = secretOf('sm2 sender');
const publicKey = sm2.getPublicKeyFromPrivateKey(privateKey);

/** The 65 bytes of the point, base64. */
export const sm2PublicKey = Buffer.from(publicKey, 'hex').toString('base64');

/** The secret number of a signature follows from what is signed: one seed is one input. */
const pointFor = (raw: Uint8Array) => {
  const secret = secretOf(Buffer.from(raw).toString('hex'));
  const point = sm2.getPublicKeyFromPrivateKey(secret);
  const [k, x1] = [BigInt(`0x${secret}`), BigInt(`0x${point.slice(2, 66)}`)];
  return { privateKey: secret, publicKey: point, k, x1 };
};

/** An order, JSON or text, signed with SM2 under the given key id. */
export const signedBySm2 = (content: unknown, key: string): SignedBytes => {
  const raw = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content), 'utf8');
  const options = { hash: true, publicKey, userId: '1234567812345678', pointPool: [pointFor(raw)] };
  return { raw, key, signature: Buffer.from(sm2.doSignature(raw, privateKey, options), 'hex') };
};
