import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSound } from '../../src/audio/make/decode-sound.ts';
import { msOfSamples } from '../../src/audio/pcm.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import { bytesOf, sineWav } from './sound.ts';

const longestMs = 2_000;
const wav = sineWav({ rate: 16_000, channels: 2, bits: 16 }, 100);
/** Places of the numbers in a WAV header, with their widths in bytes. */
const fields = [
  ...([4, 16, 24, 28, 40] as const).map((at) => ({ at, width: 4 })),
  ...([20, 22, 32, 34] as const).map((at) => ({ at, width: 2 })),
];
const extremes = [0, 1, 2, 3, 7, 0x7f, 0xff, 0x7fff, 0xfffe, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

const lie = fc.record({ field: fc.constantFrom(...fields), value: fc.oneof(fc.constantFrom(...extremes), fc.nat()) });
/** The head of one kind before the body of another. */
const chimera = fc
  .tuple(
    fc.constantFrom(wav, bytesOf('tone.mp3'), bytesOf('tone.opus')),
    fc.constantFrom(wav, bytesOf('tone.mp3'), bytesOf('tone.opus')),
    fc.integer({ min: 4, max: 200 }),
  )
  .map(([head, body, at]) => Buffer.concat([head.subarray(0, at), body.subarray(0, 8_000)]));
const lying = fc.array(lie, { minLength: 1, maxLength: 4 }).map((lies) => {
  const bytes = Buffer.from(wav);
  for (const { field, value } of lies) bytes.writeUIntLE(value % 256 ** field.width, field.at, field.width);
  return bytes;
});

test('lying headers, huge counts and one kind in the coat of another end with a named code or with bounded sound', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(lying, chimera), fc.boolean(), async (bytes, fromPipe) => {
      let samples = 0;
      const take = (given: Int16Array): Promise<void> => {
        samples += given.length;
        return Promise.resolve();
      };
      const result = await decodeSound({ bytes: new Uint8Array(bytes), longestMs, fromPipe }, take);
      expect(msOfSamples(samples)).toBeLessThanOrEqual(longestMs);
      if (result.ok) expect(samples).toBeGreaterThan(0);
      else expect(Object.keys(errorCodes)).toContain(result.failure.code);
      expect(result.ok ? null : result.failure.code).not.toBe('audio-internal');
    }),
    { numRuns: 600 },
  );
}, 120_000);
