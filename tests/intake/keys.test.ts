import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, keyPairOf, keyRingOf, readPublicKey, readSigner } from '../../src/intake/keys.ts';
import { needs } from '../support/needs.ts';
import { publicKeys, seedFrom, senderKey } from './fixture.ts';

describe('a key file', () => {
  it('may hold raw base64 or PEM, and both name the same key', () => {
    const pair = keyPairOf(seedFrom(1));
    if (!pair.ok) throw new Error('no pair');
    const fromPem = readSigner(pair.value.privatePem);
    const fromSeed = readSigner(`${seedFrom(1).toString('base64')}\n`);
    expect([fromPem, fromSeed].map((signer) => signer.ok && signer.value.publicKey)).toEqual([
      publicKeys.county,
      publicKeys.county,
    ]);
    expect(pair.value.signer.fingerprint).toBe(fingerprintOf(publicKeys.county));
  });

  it('written by openssl is read, and openssl verifies what the box signs', () => {
    if (!needs('openssl', 'openssl')) return;
    const made = spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' });
    const shown = spawnSync('openssl', ['pkey', '-pubout'], { input: made.stdout, encoding: 'utf8' });
    const signer = readSigner(made.stdout);
    const publicKey = readPublicKey(shown.stdout);
    expect(signer.ok && signer.value.publicKey).toBe(publicKey.ok && publicKey.value.publicKey);
    if (signer.ok)
      expect(verify(null, Buffer.from('鸣'), shown.stdout, signer.value.sign(Buffer.from('鸣')))).toBe(true);
  });

  it('of another kind, or of nonsense, is a named failure and nothing of it is repeated', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(readSigner(pem)).toMatchObject({ ok: false, failure: { code: 'key-unreadable' } });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `-----BEGIN PRIVATE KEY-----\n${text}`),
        ),
        (text) => {
          const result = readSigner(text);
          if (result.ok) return;
          expect(result.failure.code).toBe('key-unreadable');
          if (text.length > 8) expect(String(result.failure.params['detail'])).not.toContain(text);
        },
      ),
    );
    expect(readPublicKey('-----BEGIN PUBLIC KEY-----\nAAAA').ok).toBe(false);
    expect(keyPairOf(Buffer.alloc(31)).ok).toBe(false);
  });

  it('set with one bad or doubled key gives no ring at all', () => {
    expect(keyRingOf([senderKey(), senderKey({ id: 'b', publicKey: 'AAAA' })]).ok).toBe(false);
    expect(keyRingOf([senderKey(), senderKey()]).ok).toBe(false);
    expect(keyRingOf([senderKey(), senderKey({ id: 'b' })]).ok).toBe(true);
  });
});
