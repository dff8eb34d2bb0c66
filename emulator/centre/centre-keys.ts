import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import type { Folder } from './folder.ts';

export type OrderClass = 'alarm' | 'routine' | 'drill' | 'stop' | 'keys';
export type Authority = 'national' | 'province' | 'city' | 'county' | 'township' | 'village' | 'box';

/** A sender as `set-keys` and the box's own configuration name it (order-envelope.md). */
export interface PublicSender {
  readonly id: string;
  /** Raw 32-byte Ed25519 key, base64. */
  readonly publicKey: string;
  readonly name: string;
  readonly authority: Authority;
  readonly classes: readonly OrderClass[];
  readonly scope: string;
  readonly practice: boolean;
}

export interface CentreKey {
  readonly sender: PublicSender;
  /** Ed25519 over the UTF-8 bytes, base64. */
  readonly sign: (text: string) => string;
  /** Ed25519 over bytes, raw. */
  readonly signBytes: (bytes: Uint8Array) => Uint8Array;
}

const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(derPrefix.length).toString('base64');

const keyOf = (publicKey: string): KeyObject | null => {
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== 32) return null;
  return createPublicKey({ key: Buffer.concat([derPrefix, raw]), format: 'der', type: 'spki' });
};

/** Does the signature (base64) hold over the UTF-8 bytes of the text, by this raw 32-byte key (base64)? Never throws. */
export const signatureHolds = (publicKey: string, text: string, signature: string): boolean => {
  const key = keyOf(publicKey);
  const bytes = Buffer.from(signature, 'base64');
  return key !== null && bytes.length === 64 && verify(null, Buffer.from(text, 'utf8'), key, bytes);
};

const allClasses: readonly OrderClass[] = ['alarm', 'routine', 'drill', 'stop', 'keys'];

/** A key of the centre from its private part. */
export const keyFrom = (id: string, privateKey: KeyObject): CentreKey => ({
  sender: {
    id,
    publicKey: rawPublicKey(privateKey),
    name: '演练中心 · practice centre',
    authority: 'county',
    classes: allClasses,
    scope: '',
    practice: true,
  },
  sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  signBytes: (bytes) => sign(null, bytes, privateKey),
});

/** A key that nobody knows, for the test «unknown key». */
export const strangerKey = (): CentreKey => keyFrom('stranger', generateKeyPairSync('ed25519').privateKey);

/**
 * The key of this centre, made on the first start in its folder and read from there afterwards. It is always marked
 * `practice`, so that a box with a real line refuses it.
 */
export const openKey = async (folder: Folder, id: string): Promise<CentreKey> => {
  const name = `${id}.practice-key.pem`;
  const before = await folder.text(name);
  if (before !== null) return keyFrom(id, createPrivateKey(before));
  const { privateKey } = generateKeyPairSync('ed25519');
  await folder.writeOnce(name, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  return keyFrom(id, privateKey);
};
