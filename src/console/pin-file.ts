import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { failed, ok, type Result } from '../words/failure.ts';

/** A PIN as its file keeps it: never the digits themselves. */
export interface PinRecord {
  /** log2 of scrypt's cost. */
  readonly logN: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const cost = { logN: 15, r: 8, p: 1, hashBytes: 32, saltBytes: 16 } as const;
/** 128 · N · r bytes are needed; Node's own bound lies just below that. */
const memoryBytes = 64 * 1024 * 1024;
const form = /^scrypt\$(1[4-7])\$8\$1\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)$/;

const derive = (pin: string, { logN, salt }: Omit<PinRecord, 'hash'>): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** logN, r: cost.r, p: cost.p, maxmem: memoryBytes * 2 ** Math.max(0, logN - cost.logN) };
    scrypt(pin, salt, cost.hashBytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });

/** 000000, 123456, 654321: the first that anybody tries. */
const isWeak = (pin: string): boolean => {
  const steps = new Set(Array.from(pin.slice(1), (digit, index) => Number(digit) - Number(pin[index])));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? NaN);
};

/** Six digits that are not the first anybody tries. Errors: `pin-form`, `pin-weak`. */
export const checkPin = (pin: string): Result<string> => {
  if (!/^\d{6}$/.test(pin)) return failed('pin-form');
  return isWeak(pin) ? failed('pin-weak') : ok(pin);
};

/** A PIN as the one line its file holds; about 0.1 s of work on purpose. */
export const writePin = async (pin: string): Promise<string> => {
  const salt = randomBytes(cost.saltBytes);
  const hash = await derive(pin, { logN: cost.logN, salt });
  return ['scrypt', cost.logN, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join('$') + '\n';
};

/** The line of a PIN file. Error: `pin-file-invalid`. */
export const parsePin = (file: string, text: string): Result<PinRecord> => {
  const [, logN, salt, hash] = form.exec(text.slice(0, 200).trim()) ?? [];
  if (logN === undefined || salt === undefined || hash === undefined) return failed('pin-file-invalid', { file });
  return ok({ logN: Number(logN), salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') });
};

/** Somebody who has no PIN: costs the same time to refuse as a wrong digit, and never fits. */
const nobody: PinRecord = { logN: cost.logN, salt: Buffer.alloc(cost.saltBytes), hash: Buffer.alloc(cost.hashBytes) };

/** Is this the PIN? Takes as long for somebody who has none. */
export const isPin = async (pin: string, record: PinRecord | null): Promise<boolean> => {
  const { hash, ...how } = record ?? nobody;
  const fits = timingSafeEqual(await derive(pin, how), hash);
  return fits && record !== null;
};
