import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyPairOf, keyRingOf, readPublicKey, readSigner } from '../../src/intake/keys.ts';
import { centreKey, privateKey, publicKeys, seedFrom, senderKey } from './fixture.ts';

/** The point of GM/T 0003.5, annex A. */
const sm2Point = Buffer.from(
  '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  'hex',
);
const sm2Short = Buffer.concat([Buffer.of(3), sm2Point.subarray(1, 33)]);
const pemOf = (der: Uint8Array): string => {
  const lines = Buffer.from(der)
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n')
    .trim();
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
};
const sm2Der = Buffer.concat([Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex'), sm2Point]);
const edDer = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKeys.county, 'base64')]);
const unreadable = (detail: unknown): object => ({
  ok: false,
  failure: { code: 'key-unreadable', params: { detail } },
});

const sm2Key = { ok: true, value: { algorithm: 'sm2', publicKey: sm2Point.toString('base64') } };
const edKey = { ok: true, value: { algorithm: 'ed25519', publicKey: publicKeys.county } };

describe('a public key', () => {
  it('is the same whether it came raw or as PEM, with blanks around it or without', () => {
    for (const text of [publicKeys.county, ` ${publicKeys.county}\n`, pemOf(edDer), `\n\n${pemOf(edDer)}\n`]) {
      expect(readPublicKey(text)).toEqual(edKey);
    }
    for (const text of [sm2Point.toString('base64'), ` ${sm2Point.toString('base64')} `, pemOf(sm2Der)]) {
      expect(readPublicKey(text)).toEqual(sm2Key);
    }
    expect(readPublicKey(sm2Short.toString('base64'))).toMatchObject({ ok: true, value: { algorithm: 'sm2' } });
    expect(readPublicKey(pemOf(sm2Der).replaceAll('\n', '\r\n'))).toEqual(sm2Key);
  });

  it.each([
    '',
    'AAAA',
    `x${publicKeys.county}`,
    `${publicKeys.county}x`,
    `${publicKeys.county}${publicKeys.county}`,
    publicKeys.county.slice(0, -1),
    `x${sm2Point.toString('base64')}`,
    `${sm2Point.toString('base64')}x`,
    `A${sm2Short.toString('base64')}`,
    `${sm2Short.toString('base64')}A`,
    `text in front\n${pemOf(edDer)}`,
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ])('is neither raw nor PEM in %j', (text) => {
    expect(readPublicKey(text)).toMatchObject(unreadable('neither PEM nor a raw key in base64'));
  });

  it('of another curve or kind is told as such', () => {
    for (const made of [generateKeyPairSync('x25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
      const pem = made.publicKey.export({ format: 'pem', type: 'spki' }).toString();
      expect(readPublicKey(pem)).toMatchObject(unreadable('not an Ed25519 key'));
    }
    const off = Buffer.from(sm2Der);
    off.writeUInt8(off.readUInt8(off.length - 1) ^ 1, off.length - 1);
    expect(readPublicKey(pemOf(off))).toMatchObject(unreadable('no point of the SM2 curve'));
    expect(readPublicKey(off.subarray(-65).toString('base64'))).toMatchObject(unreadable('no point of the SM2 curve'));
  });

  it('that node cannot read is told in words of its own, not thrown', () => {
    for (const der of [sm2Der.subarray(0, -1), Buffer.concat([sm2Der, Buffer.of(0)]), edDer.subarray(0, 20)]) {
      const read = readPublicKey(pemOf(der));
      expect(read).toMatchObject(unreadable(expect.stringMatching(/.{5}/)));
    }
  });

  it('of small order is told as such, with either sign', () => {
    const one = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
    const signed = Buffer.concat([one.subarray(0, 31), Buffer.of(0x80)]);
    for (const point of [one, signed, Buffer.alloc(32)]) {
      expect(readPublicKey(point.toString('base64'))).toMatchObject(unreadable('a point of small order'));
    }
  });
});

describe('a private key', () => {
  const seed = seedFrom(1).toString('base64');
  const pem = centreKey.export({ format: 'pem', type: 'pkcs8' }).toString();

  it('signs the same from a seed, from PEM and from a fresh pair, and tells its public half', () => {
    const pair = keyPairOf(seedFrom(1));
    if (!pair.ok) throw new Error('no pair');
    expect(pair.value.privatePem).toBe(pem);
    const signers = [readSigner(seed), readSigner(` ${seed}\n`), readSigner(pem), readSigner(`\n${pem}`)];
    const bytes = Buffer.from('鸣锣');
    for (const signer of signers) {
      if (!signer.ok) throw new Error(String(signer.failure.params['detail']));
      expect(signer.value.publicKey).toBe(publicKeys.county);
      expect(Buffer.from(signer.value.sign(bytes))).toEqual(Buffer.from(pair.value.signer.sign(bytes)));
      expect(signer.value.fingerprint).toBe(
        createHash('sha256').update(Buffer.from(publicKeys.county, 'base64')).digest('hex'),
      );
    }
  });

  it.each(['', 'AAAA', `x${seed}`, `${seed}x`, `note\n${pem}`, pemOf(edDer)])(
    'is neither a seed nor PEM in %#',
    (text) => {
      expect(readSigner(text)).toMatchObject(unreadable('neither PEM nor 32 bytes of base64'));
    },
  );

  it('of another kind is told as such', () => {
    const other = generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(readSigner(other)).toMatchObject(unreadable('not an Ed25519 key'));
  });

  it.each([0, 31, 33])('is not made of %i bytes', (length) => {
    expect(keyPairOf(Buffer.alloc(length))).toMatchObject(unreadable(`a seed has 32 bytes, not ${length}`));
  });
});

describe('a set of sender keys', () => {
  it('tells whose key spoils it, and why', () => {
    const second = { id: 'b', publicKey: publicKeys.other };
    expect(keyRingOf([senderKey(), senderKey({ ...second, publicKey: 'AAAA' })])).toMatchObject(
      unreadable('b: neither PEM nor a raw key in base64'),
    );
    expect(keyRingOf([senderKey(), senderKey({ ...second, algorithm: 'sm2' })])).toMatchObject(
      unreadable('b: the key is one of ed25519'),
    );
    expect(keyRingOf([senderKey({ publicKey: sm2Point.toString('base64') })])).toMatchObject(
      unreadable('county-1: the key is one of sm2'),
    );
    expect(keyRingOf([senderKey(), senderKey()])).toMatchObject(unreadable('county-1 stands there twice'));
  });

  it('knows each by its id, with its fingerprint, and none verifies for another', () => {
    const ring = keyRingOf([senderKey(), senderKey({ id: 'b', publicKey: publicKeys.other })]);
    if (!ring.ok) throw new Error('no ring');
    expect([...ring.value.keys()]).toEqual(['county-1', 'b']);
    const digest = (key: string): string => createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex');
    expect([...ring.value.values()].map(({ fingerprint }) => fingerprint)).toEqual([
      digest(publicKeys.county),
      digest(publicKeys.other),
    ]);
    const bytes = Buffer.from('鸣锣');
    const other = readSigner(privateKey(33).export({ format: 'pem', type: 'pkcs8' }).toString());
    if (!other.ok) throw new Error('no signer');
    const signature = other.value.sign(bytes);
    expect([...ring.value.values()].map((key) => key.holds(bytes, signature))).toEqual([false, true]);
  });
});
