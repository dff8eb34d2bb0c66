import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/audio/make/decoder.ts';
import { msOfSamples } from '../../src/audio/pcm.ts';
import { decoder, saved, start, whole } from './decode-bench.ts';
import { bytesOf, fileAt, heard, sineWav } from './sound.ts';

describe('a check', () => {
  it('decodes the whole file in the child, and neither its bytes nor its sound come to us', async () => {
    const path = saved('minute.wav', sineWav({ rate: 44_100, channels: 2, bits: 16 }, 60_000));
    const asked: object[] = [];
    const told: unknown[] = [];
    const watched = createDecoder({
      start: () => {
        const child = start();
        return {
          ...child,
          send: (message) => {
            asked.push(message);
            child.send(message);
          },
          onMessage: (take) =>
            child.onMessage((message) => {
              told.push(message);
              take(message);
            }),
        };
      },
    });
    expect(await watched.check(path, { expectMs: 60_000 })).toMatchObject({
      ok: true,
      value: { format: 'wav', durationMs: 60_000 },
    });
    watched.close();
    expect(JSON.stringify(asked).length).toBeLessThan(500);
    expect(told).toEqual([{ id: 1, end: { format: 'wav', rate: 44_100, durationMs: 60_000, isCut: false } }]);
  });

  it('of a file named from where we stand finds it, though the child stands elsewhere', async () => {
    const path = relative('.', saved('near.wav', sineWav({ rate: 24_000, channels: 1, bits: 16 }, 300)));
    expect(await decoder.check(path)).toMatchObject({ ok: true, value: { durationMs: 300 } });
    expect((await heard(decoder.file(path, whole))).failure).toBeNull();
  });

  it.each(['tone.mp3', 'tone-22050.mp3', 'tone.opus'])('of %s finds the length that is heard of it', async (name) => {
    const { pcm } = await heard(decoder.file(fileAt(name), whole));
    const facts = await decoder.check(fileAt(name));
    expect(Math.abs((facts.ok ? facts.value.durationMs : 0) - msOfSamples(pcm.length))).toBeLessThan(1);
  });

  it('of a file that is broken further on refuses it, as playing it does', async () => {
    const bytes = Buffer.from(bytesOf('tone.opus'));
    bytes.fill(0x5a, 2600, 3200);
    const path = saved('torn.opus', bytes);
    const { failure } = await heard(decoder.file(path, whole));
    const facts = await decoder.check(path, { expectMs: 2000 });
    expect(facts.ok).toBe(false);
    expect(failure === null || facts.ok || facts.failure.code === failure.code).toBe(true);
  });
});
