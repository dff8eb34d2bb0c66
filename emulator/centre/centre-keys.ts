import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { Folder } from './folder.ts';

export type OrderClass = 'alarm' | 'routine' | 'drill' | 'stop' | 'keys';
export type Authority = 'national' | 'province' | 'city' | 'county' | 'township' | 'village' | 'box';

/** A sender as `set-keys` and the box's own configuration name it (order-envelope.md). */
export interface PublicSender {
  readonly id: string;
  /** Raw, base64: 32 bytes of Ed25519, or the 65 of an SM2 point. */
  readonly publicKey: string;
  /** Ed25519 where it is absent. */
  readonly algorithm?: 'ed25519' | 'sm2';
  readonly name: string;
  readonly authority: Authority;
  readonly classes: readonly OrderClass[];
  readonly scope: string;
  readonly practice: boolean;
}

export interface CentreKey {
  readonly sender: PublicSender;
  /** Over the UTF-8 bytes, base64. */
  readonly sign: (text: string) => string;
  /** Over bytes: 64 raw bytes. */
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

const practiceSender = (id: string, publicKey: string): PublicSender => ({
  id,
  publicKey,
  name: '练习中心 · practice centre',
  authority: 'county',
  classes: allClasses,
  scope: '',
  practice: true,
});

/** A key of the centre from its private part. */
export const keyFrom = (id: string, privateKey: KeyObject): CentreKey => ({
  sender: practiceSender(id, rawPublicKey(privateKey)),
  sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  signBytes: (bytes) => sign(null, bytes, privateKey),
});

/** A key that nobody knows, for the test «unknown key». */
export const strangerKey = (): CentreKey => keyFrom('stranger', generateKeyPairSync('ed25519').privateKey);

/** Part of what an SM2 signature covers (GB/T 32918); the same for everybody. */
const sm2UserId = '1234567812345678';

/** An SM2 key of the centre from its private scalar, hex. Signatures are r and s, 32 bytes each. */
const sm2KeyFrom = (id: string, privateKey: string): CentreKey => {
  const publicKey = sm2.getPublicKeyFromPrivateKey(privateKey);
  const options = { hash: true, publicKey, userId: sm2UserId };
  const signBytes = (bytes: Uint8Array): Uint8Array => Buffer.from(sm2.doSignature(bytes, privateKey, options), 'hex');
  return {
    sender: { ...practiceSender(id, Buffer.from(publicKey, 'hex').toString('base64')), algorithm: 'sm2' },
    sign: (text) => Buffer.from(signBytes(Buffer.from(text, 'utf8'))).toString('base64'),
    signBytes,
  };
};

/** Which kind of key a centre makes for itself. */
export const keyKinds = ['ed25519', 'sm2'] as const;
export type KeyKind = (typeof keyKinds)[number];

interface KeyMaker {
  readonly file: (id: string) => string;
  /** A new private key as the text of its file. */
  readonly make: () => string;
  readonly read: (id: string, text: string) => CentreKey;
}

const makers: Readonly<Record<KeyKind, KeyMaker>> = {
  ed25519: {
    file: (id) => `${id}.practice-key.pem`,
    make: () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    read: (id, text) => keyFrom(id, createPrivateKey(text)),
  },
  sm2: {
    file: (id) => `${id}.practice-sm2-key.hex`,
    make: () => sm2.generateKeyPairHex().privateKey,
    read: (id, text) => sm2KeyFrom(id, text.trim()),
  },
};

/**
 * The key of this centre, made on the first start in its folder and read from there afterwards. It is always marked
 * `practice`, so that a box with a real line refuses it.
 */
export const openKey = async (folder: Folder, id: string, kind: KeyKind = 'ed25519'): Promise<CentreKey> => {
  const { file, make, read } = makers[kind];
  const before = await folder.text(file(id));
  if (before !== null) return read(id, before);
  const made = make();
  await folder.writeOnce(file(id), made);
  return read(id, made);
};
