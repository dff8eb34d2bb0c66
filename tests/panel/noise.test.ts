import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bench, pins } from './bench.ts';

const byte = fc.integer({ min: 0, max: 255 });
/** Pieces that look like what a board says, between bytes that look like nothing. */
const lookalike = fc.oneof(
  fc.array(byte, { minLength: 1, maxLength: 40 }),
  fc.tuple(fc.constantFrom(0x90, 0x91), byte, fc.constantFrom(0, 1, 0x7f)).map((frame) => [...frame]),
  fc
    .tuple(fc.integer({ min: 0, max: 31 }), fc.constantFrom(0, 1, 2, 0x0b), fc.constantFrom(0, 1))
    .map(([pin, mode, state]) => [0xf0, 0x6e, pin, mode, state, 0xf7]),
  fc.constantFrom([0xf0, 0x71], [0xf9, 2, 5], [0xf0, 0x6c, 0x7f, 0xf7], [0xf0, 0x6a, 0x7f, 0xf7], [0xf7], [0xff]),
);
const episodes = fc.array(
  fc.record({ bytes: lookalike, afterMs: fc.constantFrom(0, 1, 20, 150, 299, 301, 700, 1_100) }),
  { minLength: 1, maxLength: 12 },
);

describe('noise on the wire of the panel', () => {
  it('never starts anything, and a stop is heard afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(episodes, async (all) => {
        const bench = await new Bench().up();
        await bench.run(400);
        for (const { bytes, afterMs } of all) {
          bench.inject(Uint8Array.from(bytes));
          await bench.run(afterMs);
        }
        expect(bench.said('turned')).toEqual([]);
        await bench.upAgain();
        // The last stop, if noise made one up, is longer ago than a bouncing contact lasts.
        await bench.run(600);
        const before = bench.said('stop').length;
        bench.press(pins.stop);
        await bench.run(1);
        expect(bench.said('stop').length).toBe(before + 1);
        expect(bench.said('turned')).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);
});
