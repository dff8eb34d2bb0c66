import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { sm2Holds, sm2KeyOf, sm2MayHold } from '../../src/intake/sm2.ts';
import { needs } from '../support/needs.ts';
import { runs } from '../support/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-sm2-vectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The example of GM/T 0003.5, annex A, under the usual user id. */
const standard = {
  message: Buffer.from('message digest'),
  x: '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020',
  y: 'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  r: 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
  s: 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
};
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const top = 2n ** 256n - 1n;

const bytesOf = (...numbers: readonly (bigint | string)[]): Buffer =>
  Buffer.concat(
    numbers.map((number) =>
      Buffer.from((typeof number === 'string' ? number : number.toString(16)).padStart(64, '0'), 'hex'),
    ),
  );
const [r, s] = [BigInt(`0x${standard.r}`), BigInt(`0x${standard.s}`)];
const pointOf = (x: bigint | string, y: bigint | string, form = 4): Buffer =>
  Buffer.concat([Buffer.of(form), bytesOf(x, y)]);
const point = pointOf(standard.x, standard.y);
const key = sm2KeyOf(point) ?? '';

/** What no verifier may take, whatever it was signed with. */
const outOfRange: readonly (readonly [string, bigint, bigint])[] = [
  ['r = 0', 0n, s],
  ['s = 0', r, 0n],
  ['r and s = 0', 0n, 0n],
  ['r = n', n, s],
  ['s = n', r, n],
  ['r = n + 1', n + 1n, s],
  ['s = n + 1', r, n + 1n],
  ['r of all ones', top, s],
  ['s of all ones', r, top],
  ['r + s = n', r, n - r],
  ['r + s = n at the ends', 1n, n - 1n],
];

const derOf = (first: bigint, second: bigint): Buffer => {
  const integer = (value: bigint): Buffer => {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
    const body = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const body = Buffer.concat([integer(first), integer(second)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
};

const file = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const pemOf = (raw: Uint8Array): string => {
  const algorithm = Buffer.from('301306072a8648ce3d020106082a811ccf5501822d', 'hex');
  const bits = Buffer.concat([Buffer.of(3, raw.length + 1, 0), raw]);
  const spki = Buffer.concat([Buffer.of(0x30, algorithm.length + bits.length), algorithm, bits]);
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
};

const opensslVerifies = (first: bigint, second: bigint): boolean => {
  const args = ['-pubin', '-inkey', file('key.pem', pemOf(point)), '-sigfile', file('sig.der', derOf(first, second))];
  const message = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];
  const run = spawnSync('openssl', ['pkeyutl', '-verify', ...args, ...message, '-in', file('m', standard.message)]);
  return run.status === 0;
};

const opensslTakesKey = (raw: Uint8Array): boolean =>
  spawnSync('openssl', ['pkey', '-pubin', '-pubcheck', '-noout', '-in', file('point.pem', pemOf(raw))]).status === 0;

describe('the signature of the standard', () => {
  it('holds, here and for openssl', () => {
    expect(sm2Holds(key, standard.message, bytesOf(r, s))).toBe(true);
    if (needs('openssl', 'openssl')) expect(opensslVerifies(r, s)).toBe(true);
  });

  it('does not hold with r and s exchanged, one more or less, or n added or taken away', () => {
    const wrong: readonly (readonly [bigint, bigint])[] = [
      [s, r],
      [r + 1n, s],
      [r, s - 1n],
      [r, n - s],
      [n - r, s],
      [n - r, n - s],
    ];
    for (const [first, second] of wrong) expect(sm2Holds(key, standard.message, bytesOf(first, second))).toBe(false);
  });
});

describe('a signature out of range', () => {
  it.each(outOfRange)('%s is refused before anything is computed, and does not hold', (_, first, second) => {
    expect(sm2MayHold(bytesOf(first, second))).toBe(false);
    expect(sm2Holds(key, standard.message, bytesOf(first, second))).toBe(false);
  });

  it('is refused by openssl too, each of them', () => {
    if (!needs('openssl', 'openssl')) return;
    expect(outOfRange.filter(([, first, second]) => opensslVerifies(first, second))).toEqual([]);
  });

  it('is nothing else: the ends of the range are in it', () => {
    expect([bytesOf(1n, 1n), bytesOf(n - 1n, n - 1n), bytesOf(1n, n - 2n), bytesOf(r, s)].every(sm2MayHold)).toBe(true);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: top }), fc.bigInt({ min: 0n, max: top }), (first, second) => {
        const fits = first > 0n && first < n && second > 0n && second < n && first + second !== n;
        expect(sm2MayHold(bytesOf(first, second))).toBe(fits);
      }),
      runs(500),
    );
  });

  it.each([0, 1, 32, 63, 65, 72, 128])('of %i bytes is none', (length) => {
    const given = Buffer.concat([bytesOf(r, s), bytesOf(r, s)]).subarray(0, length);
    expect(sm2MayHold(given)).toBe(false);
    expect(sm2Holds(key, standard.message, given)).toBe(false);
  });
});

describe('a point', () => {
  const y = BigInt(`0x${standard.y}`);
  const bad: readonly (readonly [string, Buffer])[] = [
    ['off the curve', pointOf(standard.x, y + 1n)],
    ['with x and y exchanged', pointOf(standard.y, standard.x)],
    ['of zeros', pointOf(0n, 0n)],
    ['with x = p', pointOf(p, standard.y)],
    ['with y = p', pointOf(standard.x, p)],
    ['with y beyond the field', pointOf(standard.x, top)],
    ['at infinity', Buffer.of(0)],
    ['of another form', pointOf(standard.x, standard.y, 5)],
    ['short by a byte', point.subarray(0, 64)],
    ['long by a byte', Buffer.concat([point, Buffer.of(0)])],
    ['short form with an x that is on no point', Buffer.concat([Buffer.of(2), bytesOf(p - 1n)])],
    ['short form of zeros', Buffer.concat([Buffer.of(2), Buffer.alloc(31)])],
    ['of nothing', Buffer.alloc(0)],
  ];

  it.each(bad)('%s is no key', (_, raw) => {
    expect(sm2KeyOf(raw)).toBeNull();
    expect(sm2Holds(raw.toString('hex'), standard.message, bytesOf(r, s))).toBe(false);
  });

  it('that is no key here is none for openssl, and the good one is', () => {
    if (!needs('openssl', 'openssl')) return;
    expect(bad.filter(([, raw]) => opensslTakesKey(raw)).map(([name]) => name)).toEqual([]);
    expect(opensslTakesKey(point)).toBe(true);
  });

  it('of the other sign is another key, for which the signature does not hold', () => {
    const other = sm2KeyOf(pointOf(standard.x, p - y));
    expect(other).not.toBeNull();
    expect(sm2Holds(other ?? '', standard.message, bytesOf(r, s))).toBe(false);
  });
});
