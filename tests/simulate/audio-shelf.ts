import { createHash } from 'node:crypto';
import type { AlertAudio } from '../../src/core/alert.ts';
import type { Dice } from './dice.ts';

/** Recordings by hash: their bytes, or other bytes in their place. */
export const audioShelf = (hex: (bytes: number) => string) => {
  const shelf = new Map<string, Buffer>();
  return {
    make: (dice: Dice): AlertAudio => {
      const bytes = Buffer.from(hex(dice.whole(500, 2_000)), 'hex');
      const whole = Buffer.concat(Array.from({ length: dice.whole(1, 60) }, () => bytes));
      const sha256 = createHash('sha256').update(whole).digest('hex');
      const lying = dice.chance(0.15) ? Buffer.alloc(whole.length, 1) : whole;
      if (!dice.chance(0.1)) shelf.set(sha256, lying);
      return { sha256, bytes: whole.length, format: 'wav', durationMs: dice.whole(1_000, 20_000) };
    },
    part: (sha256: unknown, offset: unknown, length: unknown): string | null => {
      const bytes = typeof sha256 === 'string' ? shelf.get(sha256) : undefined;
      if (bytes === undefined || typeof offset !== 'number' || typeof length !== 'number') return null;
      return bytes.subarray(offset, offset + length).toString('base64');
    },
  };
};
