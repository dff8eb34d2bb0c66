import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyRingOf, readPublicKey } from '../../src/intake/keys.ts';
import { needs } from '../support/needs.ts';
import { senderKey } from './fixture.ts';

/** RFC 8032, section 7.1: secret key, public key, message, signature. */
const rfc8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** Order of the base point: whoever adds it to S gets a second signature from a first one. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
/** The prime of the field. */
const prime = 2n ** 255n - 19n;

const littleEndian = (value: bigint): Buffer => hex(value.toString(16).padStart(64, '0')).reverse();
const numberIn = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

const holds = (publicKey: Buffer, message: Buffer, signature: Buffer): boolean => {
  const ring = keyRingOf([senderKey({ publicKey: publicKey.toString('base64') })]);
  if (!ring.ok) return false;
  return ring.value.get('county-1')?.holds(message, signature) ?? false;
};

interface Forged {
  readonly name: string;
  readonly key: Buffer;
  readonly message: Buffer;
  readonly signature: Buffer;
}

const forgedFrom = ([, publicKey, message, signature]: (typeof rfc8032)[number]): readonly Forged[] => {
  const [key, text, whole] = [hex(publicKey), hex(message), hex(signature)];
  const [r, s] = [whole.subarray(0, 32), whole.subarray(32)];
  const made = (name: string, ...parts: readonly Uint8Array[]): Forged => ({
    ...{ name, key, message: text },
    signature: Buffer.concat(parts),
  });
  const sum = numberIn(s);
  return [
    ...[1n, 2n, 8n].map((times) => made(`S + ${times} L`, r, littleEndian(sum + times * order))),
    ...[0n, 1n, order - 1n, order, order + 1n, 2n ** 256n - 1n].map((value) =>
      made(`S = ${value}`, r, littleEndian(value)),
    ),
    made('-S', r, littleEndian(order - sum)),
    ...[0n, 1n, prime - 1n, prime, prime + 1n].map((value) => made(`R = ${value}`, littleEndian(value), s)),
    ...[0n, 1n].map((value) => made(`R = ${value}, S = 0`, littleEndian(value), Buffer.alloc(32))),
    made('R with its sign turned', Buffer.concat([r.subarray(0, 31), Buffer.of((r[31] ?? 0) ^ 0x80)]), s),
    ...[0, 1, 31, 32, 63].map((length) => made(`cut to ${length} bytes`, whole.subarray(0, length))),
    ...[
      made('one byte more', whole, Buffer.of(0)),
      made('R and S in the other order', s, r),
      made('twice', whole, whole),
    ],
    { name: 'over another message', key, message: Buffer.concat([text, Buffer.of(0)]), signature: whole },
    {
      name: 'under another key',
      key: hex(rfc8032[0][1] === publicKey ? rfc8032[1][1] : rfc8032[0][1]),
      message: text,
      signature: whole,
    },
  ];
};

describe('Ed25519', () => {
  it.each(rfc8032)(
    'signs and verifies the vector of RFC 8032 with secret key %s',
    (secret, publicKey, message, signature) => {
      const der = Buffer.concat([hex('302e020100300506032b657004220420'), hex(secret)]);
      const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      expect(sign(null, hex(message), key).toString('hex')).toBe(signature);
      expect(holds(hex(publicKey), hex(message), hex(signature))).toBe(true);
    },
  );

  it.each(rfc8032.flatMap(forgedFrom))('refuses a signature with $name', ({ key, message, signature }) => {
    expect(holds(key, message, signature)).toBe(false);
  });

  it.each(rfc8032)('refuses every signature of %s with one bit turned', (_, publicKey, message, signature) => {
    for (let bit = 0; bit < 512; bit += 1) {
      const turned = hex(signature);
      turned.writeUInt8((turned[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
      expect(holds(hex(publicKey), hex(message), turned)).toBe(false);
    }
  });
});

/** Points whose multiples are few, in every encoding: of order 1, 2, 4 and 8, canonical or not, with either sign. */
const smallOrder = [
  ...[0n, 1n, prime - 1n, prime, prime + 1n].map(littleEndian),
  ...[
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ].map(hex),
].flatMap((key) => [key, Buffer.concat([key.subarray(0, 31), Buffer.of((key[31] ?? 0) | 0x80)])]);

describe('a key of small order', () => {
  it.each(smallOrder.map((key) => key.toString('hex')))(
    '%s is no key: a signature that nobody made would hold under it',
    (key) => {
      expect(readPublicKey(hex(key).toString('base64'))).toMatchObject({
        ok: false,
        failure: { code: 'key-unreadable' },
      });
      expect(keyRingOf([senderKey({ publicKey: hex(key).toString('base64') })]).ok).toBe(false);
    },
  );
});

describe('openssl', () => {
  it('judges the same vectors and the same forgeries alike', () => {
    if (!needs('openssl', 'openssl')) return;
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-vectors-'));
    const judge = (key: Buffer, message: Buffer, signature: Buffer): boolean => {
      const [keyFile, messageFile, signatureFile] = ['key', 'message', 'signature'].map((name) => join(folder, name));
      if (keyFile === undefined || messageFile === undefined || signatureFile === undefined) return false;
      writeFileSync(keyFile, Buffer.concat([hex('302a300506032b6570032100'), key]));
      writeFileSync(messageFile, message);
      writeFileSync(signatureFile, signature);
      const args = ['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', keyFile, '-rawin'];
      try {
        execFileSync('openssl', [...args, '-in', messageFile, '-sigfile', signatureFile], { stdio: 'ignore' });
        return true;
      } catch {
        // Its way to say no.
        return false;
      }
    };
    try {
      // openssl reads no empty message from a file.
      for (const vector of rfc8032.slice(1)) {
        expect(judge(hex(vector[1]), hex(vector[2]), hex(vector[3]))).toBe(true);
        for (const { key, message, signature } of forgedFrom(vector))
          expect(judge(key, message, signature)).toBe(false);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
