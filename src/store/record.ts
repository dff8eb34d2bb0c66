import { hash } from 'node:crypto';
import type { Json } from '../core/canonical-json.ts';

/** One record as it is read back: `hash` and `prev` are SHA-256 in hex; `prev` is the hash of the record before. */
export interface JournalRecord {
  readonly number: number;
  readonly prev: string;
  readonly hash: string;
  readonly payload: Json;
}

/** The last record of a chain. Number 0 with the zero hash is the head of an empty journal. */
export interface JournalHead {
  readonly number: number;
  readonly hash: string;
}

export const zeroHash = '0'.repeat(64);
export const emptyHead: JournalHead = { number: 0, hash: zeroHash };

export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

const chainTag = Buffer.from('mingluo journal record 1\n', 'ascii');

/**
 * The hash that chains records: SHA-256 over a tag, the record's number (64 bits, big endian), the hash before it, and the
 * SHA-256 of the payload's canonical JSON in UTF-8. A payload kept elsewhere by its hash chains just the same.
 */
export const recordHash = (number: number, prev: string, payloadHash: string): string => {
  const counted = Buffer.alloc(8);
  counted.writeBigUInt64BE(BigInt(number));
  return sha256(Buffer.concat([chainTag, counted, Buffer.from(prev, 'hex'), Buffer.from(payloadHash, 'hex')]));
};
