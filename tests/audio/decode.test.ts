import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/audio/level.ts';
import { decodeSound } from '../../src/audio/make/decode-sound.ts';
import { createDecoder, decodeLimits } from '../../src/audio/make/decoder.ts';
import { type Child } from '../../src/audio/make/helper-child.ts';
import { readWav } from '../../src/audio/make/wav-reader.ts';
import { joined } from '../../src/audio/make/loudness.ts';
import { msOfSamples, type Pcm } from '../../src/audio/pcm.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import type { Failure } from '../../src/words/failure.ts';
import { soundMs } from '../../src/config/sound-length.ts';
import { decoder, folder, saved, start, whole } from './decode-bench.ts';
import { bytesOf, fileAt, heard, pitchOf, shareAt, sineWav, type WavShape } from './sound.ts';

/** In this process, for what needs no child: the same code that the child runs. */
const decodedHere = async (bytes: Uint8Array, longestMs = 5000): Promise<{ pcm: Pcm; failure: Failure | null }> => {
  const parts: Pcm[] = [];
  const give = (samples: Pcm): Promise<void> => {
    parts.push(samples);
    return Promise.resolve();
  };
  const result = await decodeSound({ bytes, longestMs }, give);
  return { pcm: joined(parts), failure: result.ok ? null : result.failure };
};

describe('decoding', () => {
  it.each<WavShape>([
    { rate: 8000, channels: 1, bits: 8 },
    { rate: 44_100, channels: 2, bits: 16 },
    { rate: 24_000, channels: 1, bits: 16 },
    { rate: 48_000, channels: 1, bits: 24 },
    { rate: 22_050, channels: 2, bits: 32 },
    { rate: 16_000, channels: 1, bits: 32, float: true },
    { rate: 11_025, channels: 1, bits: 64, float: true },
  ])('makes WAV of $rate Hz, $channels channels, $bits bits into the same 440 Hz at 24 kHz', async (shape) => {
    const { pcm, failure } = await heard(decoder.bytes(sineWav(shape, 800), whole));
    expect(failure).toBeNull();
    expect(Math.abs(msOfSamples(pcm.length) - 800)).toBeLessThan(2);
    expect(Math.abs(pitchOf(pcm) - 440)).toBeLessThan(3);
    expect(shareAt(pcm, 440)).toBeGreaterThan(0.98);
    expect(levelOf(pcm).rmsDbfs).toBeCloseTo(-9, 0);
  });

  it.each([
    ['tone.mp3', 2000],
    ['tone-22050.mp3', 1000],
    ['tone.opus', 2000],
  ])('plays %s with its pitch and length, and the configuration reads the same length', async (name, ms) => {
    const { pcm, failure } = await heard(decoder.file(fileAt(name), whole));
    expect(failure).toBeNull();
    expect(Math.abs(msOfSamples(pcm.length) - ms)).toBeLessThan(150);
    const middle = pcm.subarray(pcm.length / 4, (3 * pcm.length) / 4);
    expect(Math.abs(pitchOf(middle) - 440)).toBeLessThan(5);
    expect(shareAt(middle, 440)).toBeGreaterThan(0.95);
    expect(Math.abs((soundMs(bytesOf(name)) ?? 0) - ms)).toBeLessThan(150);
  });

  it('cuts at the longest that was asked for', async () => {
    const { pcm } = await heard(
      decoder.bytes(sineWav({ rate: 44_100, channels: 1, bits: 16 }, 3000), { longestMs: 500 }),
    );
    expect(msOfSamples(pcm.length)).toBe(500);
  });

  it('says format, rate and length of a file that it checks', async () => {
    const path = saved('ok.wav', sineWav({ rate: 16_000, channels: 1, bits: 16 }, 1200));
    const facts = await decoder.check(path, { expectMs: 1200 });
    expect(facts).toEqual({ ok: true, value: { format: 'wav', rate: 16_000, durationMs: 1200, isCut: false } });
  });

  it('refuses a file that is shorter than announced, as a cut MP3 is', async () => {
    const bytes = bytesOf('tone.mp3');
    const path = saved('cut.mp3', bytes.subarray(0, bytes.length / 2));
    expect((await heard(decoder.file(path, whole))).failure).toBeNull();
    const facts = await decoder.check(path, { expectMs: 2000 });
    expect(facts).toMatchObject({ ok: false, failure: { code: 'audio-duration', params: { expected: 2000 } } });
  });

  it('takes a WAV of open end from a pipe only', async () => {
    const bytes = sineWav({ rate: 22_050, channels: 1, bits: 16 }, 300);
    bytes.writeUInt32LE(0x7fff_ffff, 40);
    expect((await heard(decoder.bytes(bytes, { ...whole, fromPipe: true }))).failure).toBeNull();
    expect((await heard(decoder.bytes(bytes, whole))).failure?.code).toBe('audio-truncated');
  });
});

describe('bad sound', () => {
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = sineWav({ rate: 24_000, channels: 1, bits: 16 }, 200);
    change(bytes);
    return bytes;
  };
  it.each<{ readonly what: string; readonly bytes: Uint8Array; readonly code: string }>([
    { what: 'an empty file', bytes: new Uint8Array(0), code: 'audio-empty' },
    { what: 'a text', bytes: Buffer.from('各位村民请注意'), code: 'audio-format' },
    { what: 'a web page', bytes: Buffer.from('<html><body>404</body></html>'), code: 'audio-format' },
    { what: 'a FLAC file', bytes: Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(100)]), code: 'audio-format' },
    {
      what: 'four declared gigabytes',
      bytes: changed((bytes) => bytes.writeUInt32LE(0xffff_fff0, 40)),
      code: 'audio-truncated',
    },
    {
      what: 'a WAV cut in the middle',
      bytes: sineWav({ rate: 24_000, channels: 1, bits: 16 }, 200).subarray(0, 4000),
      code: 'audio-truncated',
    },
    { what: 'no channels', bytes: changed((bytes) => bytes.writeUInt16LE(0, 22)), code: 'audio-channels' },
    { what: '64 channels', bytes: changed((bytes) => bytes.writeUInt16LE(64, 22)), code: 'audio-channels' },
    { what: 'a rate of zero', bytes: changed((bytes) => bytes.writeUInt32LE(0, 24)), code: 'audio-rate' },
    {
      what: 'a rate of four billion',
      bytes: changed((bytes) => bytes.writeUInt32LE(0xffff_ffff, 24)),
      code: 'audio-rate',
    },
    { what: 'an unknown encoding', bytes: changed((bytes) => bytes.writeUInt16LE(0x55, 20)), code: 'audio-encoding' },
    { what: 'blocks that do not fit', bytes: changed((bytes) => bytes.writeUInt16LE(7, 32)), code: 'audio-broken' },
    { what: 'a header and no samples', bytes: changed((bytes) => bytes.writeUInt32LE(0, 40)), code: 'audio-empty' },
    { what: 'no data chunk', bytes: changed((bytes) => bytes.write('nope', 36)), code: 'audio-broken' },
    { what: 'an MP3 tag and nothing else', bytes: Buffer.from('ID3\x04\x00\x00\x00\x00\x00\x00'), code: 'audio-empty' },
    { what: 'an Opus head and nothing else', bytes: bytesOf('tone.opus').subarray(0, 90), code: 'audio-empty' },
  ])('$what gets $code', async ({ bytes, code }) => {
    const { pcm, failure } = await decodedHere(bytes);
    expect(failure?.code).toBe(code);
    expect(pcm.length).toBe(0);
  });

  it('refuses a file over 20 MB unread, a folder, and one that is not there', async () => {
    const path = saved('big.wav', new Uint8Array(0));
    truncateSync(path, decodeLimits.mostBytes + 1);
    expect(await decoder.check(path)).toMatchObject({ failure: { code: 'audio-large' } });
    expect(await decoder.check(folder)).toMatchObject({ failure: { code: 'audio-unreadable' } });
    expect(await decoder.check(join(folder, 'none.wav'))).toMatchObject({
      failure: { code: 'audio-unreadable', params: { why: 'ENOENT' } },
    });
  });

  it('ends with a named code or with sound, never more than asked for, whatever is done to a real file', async () => {
    const files = [
      bytesOf('tone-22050.mp3'),
      bytesOf('tone.opus'),
      new Uint8Array(sineWav({ rate: 16_000, channels: 2, bits: 16 }, 200)),
      new Uint8Array(sineWav({ rate: 8000, channels: 1, bits: 8 }, 200)),
    ];
    const wound = fc.record({
      file: fc.constantFrom(...files),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.array(fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.nat(255)), { maxLength: 12 }),
      early: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(wound, async ({ file, cut, bytes, early }) => {
        const torn = file.slice(0, Math.ceil(cut * file.length));
        // Half of the wounds go to the headers.
        for (const [place, byte] of bytes)
          torn[Math.floor(place * (early ? Math.min(64, torn.length) : torn.length))] = byte;
        const { pcm, failure } = await decodedHere(torn, 3000);
        expect(msOfSamples(pcm.length)).toBeLessThanOrEqual(3000);
        if (failure === null) expect(pcm.length).toBeGreaterThan(0);
        else expect(Object.keys(errorCodes)).toContain(failure.code);
        expect(failure?.code).not.toBe('audio-internal');
      }),
      { numRuns: 500 },
    );
  }, 120_000);

  it('reads any bytes as WAV without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, fromPipe) => {
        const given = new Uint8Array([...Buffer.from('RIFF0000WAVEfmt '), ...bytes]);
        const wav = readWav(given, fromPipe);
        if (wav.ok) expect(wav.value.mono(0, 10).every((sample) => Math.abs(sample) <= 1)).toBe(true);
        expect(soundMs(given) ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Its first question is its last: it is killed before it can have answered. */
const killedWhenAsked = (child: Child): Child => ({
  ...child,
  send: (message) => {
    child.send(message);
    child.kill();
  },
});

describe('the decoding child', () => {
  const long = sineWav({ rate: 44_100, channels: 2, bits: 16 }, 100_000);

  it('is killed beyond its time and works again for the next', async () => {
    const slow = createDecoder({ start, limits: { timeLimitMs: 60 } });
    expect((await heard(slow.bytes(long, { longestMs: 900_000 }))).failure?.code).toBe('audio-slow');
    slow.close();
    const { failure } = await heard(decoder.bytes(sineWav({ rate: 24_000, channels: 1, bits: 16 }, 100), whole));
    expect(failure).toBeNull();
  });

  it('is killed beyond its memory', async () => {
    const small = createDecoder({ start, limits: { memoryLimitBytes: 30 * 1024 * 1024 } });
    expect((await heard(small.bytes(long, { longestMs: 900_000 }))).failure?.code).toBe('audio-memory');
    small.close();
  });

  it('is started anew when it was killed while it worked', async () => {
    const victims: Child[] = [];
    const mortal = createDecoder({
      start: () => {
        const child = start();
        victims.push(child);
        return victims.length === 1 ? killedWhenAsked(child) : child;
      },
    });
    const { pcm, failure } = await heard(mortal.bytes(sineWav({ rate: 44_100, channels: 1, bits: 16 }, 500), whole));
    expect(failure).toBeNull();
    expect(msOfSamples(pcm.length)).toBeCloseTo(500, 0);
    expect(victims).toHaveLength(2);
    mortal.close();
  });

  it('ends when its reader leaves', async () => {
    const one = createDecoder({ start });
    for await (const stretch of one.bytes(long, { longestMs: 900_000 })) {
      expect(stretch.ok).toBe(true);
      break;
    }
    const { failure } = await heard(one.bytes(sineWav({ rate: 24_000, channels: 1, bits: 16 }, 100), whole));
    expect(failure).toBeNull();
    one.close();
  });
});
