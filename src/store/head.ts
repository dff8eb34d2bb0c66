import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { failed, ok, type Result } from '../words/failure.ts';
import type { JournalHead } from './record.ts';

/** A journal head with the box's signature, as the centre keeps it. */
export interface SignedHead extends JournalHead {
  /** Ed25519 over `headBytes`, base64. */
  readonly signature: string;
  /** The box's raw 32-byte Ed25519 key, base64. */
  readonly publicKey: string;
}

/** What is signed: three lines of ASCII, so that nothing else the box signs can be taken for a head. */
const headBytes = ({ number, hash }: JournalHead): Buffer =>
  Buffer.from(`mingluo journal head 1\n${number}\n${hash}\n`, 'ascii');

/** Signs a head with the box's Ed25519 key; the signature in base64. */
export const signHead = (head: JournalHead, privateKey: KeyObject): string =>
  sign(null, headBytes(head), privateKey).toString('base64');

const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const rawKeyBytes = 32;

const isSigned = ({ signature, publicKey, ...head }: SignedHead): boolean => {
  const raw = Buffer.from(publicKey, 'base64');
  const bytes = Buffer.from(signature, 'base64');
  if (raw.length !== rawKeyBytes || bytes.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([derPrefix, raw]), format: 'der', type: 'spki' });
  return verify(null, headBytes(head), key, bytes);
};

/**
 * Compares a journal with a head that the box signed earlier and somebody else kept. Finds what the box alone cannot: a
 * tail that was cut, an old image put back, a chain written anew. `chain` is every record that stands, in order.
 * Fails with `journal-head-forged`, `journal-head-cut`, `journal-rewritten`, `journal-head-too-old` or
 * `journal-records-missing`.
 */
export const verifyHead = (chain: readonly JournalHead[], signed: SignedHead): Result<null> => {
  const { number, hash } = signed;
  if (!isSigned(signed)) return failed('journal-head-forged', { number });
  if (number === 0) return ok(null);
  const have = chain.at(-1)?.number ?? 0;
  if (have < number) return failed('journal-head-cut', { have, number });
  const record = chain.find((entry) => entry.number === number);
  if (record !== undefined) return record.hash === hash ? ok(null) : failed('journal-rewritten', { number });
  const first = chain[0]?.number ?? 0;
  return number < first
    ? failed('journal-head-too-old', { number, first })
    : failed('journal-records-missing', { first: number, last: number, segment: 'head' });
};
