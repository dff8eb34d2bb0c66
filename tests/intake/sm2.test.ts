import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sm2 } from 'sm-crypto-v2';
import { afterAll, describe, expect, it } from 'vitest';
import type { SenderKey } from '../../src/core/order.ts';
import { readEnvelope } from '../../src/intake/envelope.ts';
import { fingerprintOf, keyRingOf, readPublicKey } from '../../src/intake/keys.ts';
import { sm2Holds, sm2KeyOf } from '../../src/intake/sm2.ts';
import { needs } from '../support/needs.ts';
import { runs } from '../support/runs.ts';
import { alertOf, contextWith, envelopeOf, senderKey } from './fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-sm2-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => join(folder, name);

const pair = sm2.generateKeyPairHex();
const raw = Buffer.from(pair.publicKey, 'hex');
const options = { hash: true, publicKey: pair.publicKey, userId: '1234567812345678' };
const signed = (bytes: Uint8Array): Buffer => Buffer.from(sm2.doSignature(bytes, pair.privateKey, options), 'hex');
const key = sm2KeyOf(raw) ?? '';
const order = Buffer.from('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123', 'hex');

const sm2Sender = (publicKey: Uint8Array, more: Partial<SenderKey> = {}): SenderKey =>
  senderKey({ publicKey: Buffer.from(publicKey).toString('base64'), algorithm: 'sm2', ...more });

/** `SEQUENCE { INTEGER r, INTEGER s }` as 64 bytes. */
const rawOfDer = (der: Buffer): Buffer => {
  const rLength = der[3] ?? 0;
  const fixed = (bytes: Buffer): Buffer => Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
  return Buffer.concat([fixed(der.subarray(4, 4 + rLength)), fixed(der.subarray(6 + rLength))]);
};

const derOfRaw = (signature: Buffer): Buffer => {
  const integer = (bytes: Buffer): Buffer => {
    const trimmed = Buffer.from(bytes.toString('hex').replace(/^(00)+(?=..)/, ''), 'hex');
    const body = (trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
    return Buffer.concat([Buffer.from([2, body.length]), body]);
  };
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
};

const openssl = (args: readonly string[]): { readonly out: Buffer; readonly ok: boolean; readonly error: string } => {
  const run = spawnSync('openssl', [...args]);
  return { out: run.stdout, ok: run.status === 0, error: run.stderr.toString() };
};

describe('an SM2 signature', () => {
  it('of openssl holds here, and one made here holds for openssl, both under the usual user id', () => {
    if (!needs('openssl', 'openssl')) return;
    const [keyFile, publicFile, text] = ['k.pem', 'p.pem', 'text'].map(inFolder) as [string, string, string];
    writeFileSync(text, '地质灾害红色预警，请立即转移。');
    expect(openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', keyFile]).ok).toBe(
      true,
    );
    expect(openssl(['pkey', '-in', keyFile, '-pubout', '-out', publicFile]).ok).toBe(true);
    const distid = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678', '-in', text];
    const made = openssl(['pkeyutl', '-sign', '-inkey', keyFile, ...distid]);
    expect(made.error).toBe('');
    const pem = openssl(['pkey', '-in', keyFile, '-pubout']).out.toString();
    const theirs = readPublicKey(pem);
    if (!theirs.ok) throw new Error(String(theirs.failure.params['detail']));
    expect(theirs.value.algorithm).toBe('sm2');
    const theirKey = sm2KeyOf(Buffer.from(theirs.value.publicKey, 'base64')) ?? '';
    const bytes = Buffer.from('地质灾害红色预警，请立即转移。');
    expect(sm2Holds(theirKey, bytes, rawOfDer(made.out))).toBe(true);
    expect(sm2Holds(theirKey, Buffer.concat([bytes, bytes]), rawOfDer(made.out))).toBe(false);
    // The other way: a signature of the library under our key, whose public part openssl reads as PEM.
    const prefix = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex');
    const spki = Buffer.concat([prefix, raw]).toString('base64');
    writeFileSync(inFolder('ours.pem'), `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`);
    writeFileSync(inFolder('ours.sig'), derOfRaw(signed(bytes)));
    const verified = openssl([
      ...['pkeyutl', '-verify', '-pubin', '-inkey', inFolder('ours.pem'), '-sigfile', inFolder('ours.sig')],
      ...distid,
    ]);
    expect(verified.ok).toBe(true);
    expect(sm2Holds(key, bytes, signed(bytes))).toBe(true);
  });

  it('with r or s of 0, n, n + 1 or all ones is refused, as is any changed bit', () => {
    const bytes = Buffer.from('鸣锣');
    const good = signed(bytes);
    const [r, s] = [good.subarray(0, 32), good.subarray(32)];
    const beyond = Buffer.from(order);
    beyond.writeUInt8(order.readUInt8(31) + 1, 31);
    for (const bad of [Buffer.alloc(32), order, beyond, Buffer.alloc(32, 0xff)]) {
      expect(sm2Holds(key, bytes, Buffer.concat([bad, s]))).toBe(false);
      expect(sm2Holds(key, bytes, Buffer.concat([r, bad]))).toBe(false);
      expect(sm2Holds(key, bytes, Buffer.concat([bad, bad]))).toBe(false);
    }
    // r + s = n: the point at infinity's neighbour, which the standard refuses by name.
    const minusR = (BigInt(`0x${order.toString('hex')}`) - BigInt(`0x${r.toString('hex')}`))
      .toString(16)
      .padStart(64, '0');
    expect(sm2Holds(key, bytes, Buffer.concat([r, Buffer.from(minusR, 'hex')]))).toBe(false);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 511 }), (bit) => {
        const bad = Buffer.from(good);
        bad.writeUInt8(bad.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(sm2Holds(key, bytes, bad)).toBe(false);
      }),
      runs(200),
    );
    expect(sm2Holds(key, bytes, good)).toBe(true);
  });

  it('of any bytes is judged without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 80 }), (bytes, signature) => {
        expect(sm2Holds(key, bytes, signature)).toBe(false);
      }),
      runs(300),
    );
  });

  it('over the message without the id, or with another id, does not hold', () => {
    const bytes = Buffer.from('鸣锣');
    for (const userId of ['', 'ALICE123@YAHOO.COM']) {
      const other = sm2.doSignature(bytes, pair.privateKey, { ...options, userId });
      expect(sm2Holds(key, bytes, Buffer.from(other, 'hex'))).toBe(false);
    }
    const bare = sm2.doSignature(createHash('sm3').update(bytes).digest(), pair.privateKey);
    expect(sm2Holds(key, bytes, Buffer.from(bare, 'hex'))).toBe(false);
  });
});

describe('an SM2 sender key', () => {
  const short = Buffer.from(sm2.compressPublicKeyHex(pair.publicKey), 'hex');

  it('may be written whole or short, and has one fingerprint', () => {
    expect(short).toHaveLength(33);
    expect(sm2KeyOf(short)).toBe(sm2KeyOf(raw));
    expect(fingerprintOf(short.toString('base64'))).toBe(fingerprintOf(raw.toString('base64')));
    expect(fingerprintOf(raw.toString('base64'))).toBe(createHash('sha256').update(raw).digest('hex'));
    for (const form of [raw, short]) expect(keyRingOf([sm2Sender(form)]).ok).toBe(true);
  });

  it('of the wrong kind, or off the curve, gives no ring', () => {
    const off = Buffer.from(raw);
    off.writeUInt8(off.readUInt8(64) ^ 1, 64);
    expect(keyRingOf([sm2Sender(off)])).toMatchObject({ ok: false, failure: { code: 'key-unreadable' } });
    expect(keyRingOf([senderKey({ publicKey: raw.toString('base64') })]).ok).toBe(false);
    expect(keyRingOf([senderKey({ algorithm: 'sm2' })]).ok).toBe(false);
    expect(keyRingOf([senderKey({ algorithm: 'ed25519' })]).ok).toBe(true);
  });

  it('signs orders as an Ed25519 key does, and can be set by an order', () => {
    const context = contextWith([sm2Sender(short)]);
    const put = (content: object): { raw: Buffer; key: string; signature: Buffer } => {
      const bytes = Buffer.from(JSON.stringify(content));
      return { raw: bytes, key: 'county-1', signature: signed(bytes) };
    };
    const issue = put(envelopeOf({ body: { kind: 'issue', alert: alertOf() } }));
    expect(readEnvelope(issue, context, 'websocket')).toMatchObject({ ok: true, value: { sender: 'county-1' } });
    const forged = { ...issue, raw: Buffer.concat([issue.raw, Buffer.from(' ')]) };
    expect(readEnvelope(forged, context, 'websocket')).toMatchObject({
      ok: false,
      failure: { code: 'envelope-signature-wrong', sender: null },
    });
    const keys = [sm2Sender(raw, { id: 'new', classes: ['keys', 'alarm'], scope: '' })];
    const setKeys = put(envelopeOf({ class: 'keys', body: { kind: 'set-keys', keys } }));
    expect(readEnvelope(setKeys, context, 'websocket')).toMatchObject({ ok: true });
  });

  it('forged without end, at the pace the link admits, takes a small share of the main thread', () => {
    const context = contextWith([sm2Sender(raw)]);
    const bytes = Buffer.from(JSON.stringify(envelopeOf()));
    const forged = { raw: bytes, key: 'county-1', signature: Buffer.alloc(64, 7) };
    const perSecond = 20;
    const cpu = process.cpuUsage();
    for (let count = 0; count < 5 * perSecond; count += 1) readEnvelope(forged, context, 'websocket');
    const usedMs = (process.cpuUsage(cpu).user + process.cpuUsage(cpu).system) / 1000;
    expect(usedMs / 5).toBeLessThan(250);
  });
});
