import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { sm2Holds, sm2KeyOf, sm2MayHold, sm2RawIn } from '../../src/intake/sm2.ts';

/** Order of the curve (GB/T 32918.5). */
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
/** The prime of its field. */
const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const bytesOf = (...numbers: readonly bigint[]): Buffer =>
  Buffer.from(numbers.map((number) => number.toString(16).padStart(64, '0')).join(''), 'hex');

/** The key of GM/T 0003.5, annex A, with the example's message and signature. */
const secret = 0x3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8n;
const x = 0x09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020n;
const y = 0xccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13n;
const whole = Buffer.concat([Buffer.of(4), bytesOf(x, y)]);
const short = Buffer.concat([Buffer.of(3), bytesOf(x)]);
const key = whole.toString('hex');
const message = Buffer.from('message digest');
const good = bytesOf(
  0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n,
  0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan,
);

describe('the numbers of an SM2 signature', () => {
  it.each([
    ['the smallest', 1n, 1n, true],
    ['the greatest r', n - 1n, 2n, true],
    ['the greatest s', 2n, n - 1n, true],
    ['both at the greatest', n - 1n, n - 1n, true],
    ['a difference of 0', 5n, 5n, true],
    ['r of 0', 0n, 1n, false],
    ['s of 0', 1n, 0n, false],
    ['r of n', n, 1n, false],
    ['s of n', 1n, n, false],
    ['a sum of n', 1n, n - 1n, false],
    ['a sum of n the other way', n - 1n, 1n, false],
    ['a difference of n', n + 1n, 1n, false],
  ])('with %s', (_, r, s, may) => {
    expect(sm2MayHold(bytesOf(r, s))).toBe(may);
  });

  it('are 64 bytes and no other number', () => {
    expect(sm2MayHold(good)).toBe(true);
    for (const length of [0, 1, 63, 65, 128]) expect(sm2MayHold(Buffer.alloc(length, 1))).toBe(false);
  });

  it('of the standard hold, and over nothing else', () => {
    expect(sm2Holds(key, message, good)).toBe(true);
    expect(sm2Holds(key, Buffer.from('message digesT'), good)).toBe(false);
    expect(sm2Holds('', message, good)).toBe(false);
    expect(sm2Holds(`${key}00`, message, good)).toBe(false);
    expect(sm2Holds(key, message, bytesOf(0n, 0n))).toBe(false);
  });

  it('whose points cancel out are no signature, and no exception', () => {
    // s G + (r + s) P is the point at infinity where s = -(r + s) d.
    for (const sum of [1n, 2n, 0x1234567890n]) {
      const s = (((-sum * secret) % n) + n) % n;
      const r = (((sum - s) % n) + n) % n;
      expect(sm2MayHold(bytesOf(r, s))).toBe(true);
      expect(sm2Holds(key, message, bytesOf(r, s))).toBe(false);
    }
  });
});

describe('an SM2 point', () => {
  it('is read whole or short, to the whole form', () => {
    expect(sm2KeyOf(whole)).toBe(key);
    expect(sm2KeyOf(short)).toBe(key);
    const mirrored = Buffer.concat([Buffer.of(4), bytesOf(x, p - y)]).toString('hex');
    expect(sm2KeyOf(Buffer.concat([Buffer.of(2), bytesOf(x)]))).toBe(mirrored);
    const other = Buffer.from(sm2.compressPublicKeyHex(sm2.generateKeyPairHex().publicKey), 'hex');
    expect(sm2KeyOf(other)).toMatch(/^04[0-9a-f]{128}$/);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['the point at infinity', Buffer.of(0)],
    ['one byte less', whole.subarray(0, -1)],
    ['one byte more', Buffer.concat([whole, Buffer.of(0)])],
    ['a short form with a byte more', Buffer.concat([short, Buffer.of(0)])],
    ['the form of both halves', Buffer.concat([Buffer.of(7), whole.subarray(1)])],
    ['a whole point that says it is short', Buffer.concat([Buffer.of(2), whole.subarray(1)])],
    ['a short point that says it is whole', Buffer.concat([Buffer.of(4), short.subarray(1)])],
    ['the numbers without a form', whole.subarray(1)],
    ['another y', Buffer.concat([whole.subarray(0, -1), Buffer.of(0)])],
  ])('is not %s', (_, raw) => {
    expect(sm2KeyOf(raw)).toBeNull();
  });

  it('lies in a DER of exactly its length, behind the names of its curve', () => {
    const prefix = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex');
    const der = Buffer.concat([prefix, whole]);
    expect(sm2RawIn(der)).toEqual(whole);
    expect(sm2RawIn(der.subarray(0, -1))).toBeNull();
    expect(sm2RawIn(Buffer.concat([der, Buffer.of(0)]))).toBeNull();
    const other = Buffer.from(der);
    other.writeUInt8(0x2e, 21);
    expect(sm2RawIn(other)).toBeNull();
    expect(sm2RawIn(prefix)).toBeNull();
  });
});
