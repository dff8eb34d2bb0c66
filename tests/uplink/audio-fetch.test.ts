import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextLength } from '../../src/uplink/audio-fetch.ts';
import { chunkMaxBytes, type AudioChunk } from '../../src/uplink/audio-messages.ts';
import { readCentreMessage } from '../../src/uplink/inbound.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { audioBench, chunkOf, codeOf, contentOf, sha, wanted } from './audio-bench.ts';
import { settle } from './fixture.ts';

describe('fetching audio', () => {
  it('asks for one chunk at a time, longer ones on a quick link, and tells the end', async () => {
    const { fetch, asked, told, ended, kept, serve } = audioBench();
    const file = wanted('a', 200_000);
    fetch.opened();
    fetch.want([file]);
    await serve([file], 3_000);
    expect(ended).toEqual(['ready a']);
    expect(kept.get(file.sha256)?.equals(contentOf(file))).toBe(true);
    expect(asked.map(({ length }) => length).slice(0, 6)).toEqual([1_024, 2_048, 4_096, 8_192, 16_384, 32_768]);
    expect(asked.length).toBeLessThanOrEqual(12);
    expect(told).toEqual(['stored 200000/200000']);
  });

  it('asks fifty times a second, no more and hardly less, where the answer comes at once', async () => {
    const { fetch, asked, clock, answer } = audioBench();
    const file = wanted('a', 2_000_000);
    fetch.opened();
    fetch.want([file]);
    let answered = 0;
    for (let ms = 0; ms < 500; ms += 1) {
      await settle();
      if (asked.length > answered && answer([file])) answered = asked.length;
      await clock.pass(1);
    }
    expect(asked.length).toBeGreaterThanOrEqual(22);
    expect(asked.length).toBeLessThanOrEqual(26);
  });

  it('asks for nothing before an order named it, and nothing without a link', async () => {
    const { fetch, asked, state, clock } = audioBench();
    fetch.opened();
    await clock.pass(60_000);
    expect(asked).toEqual([]);
    fetch.closed();
    state.linked = false;
    fetch.want([wanted('a', 10)]);
    await clock.pass(60_000);
    expect(asked).toEqual([]);
  });

  it('refuses what was not asked for by its code, keeps what it has, and goes on', async () => {
    const { fetch, kept, serve, ended } = audioBench();
    const file = wanted('a', 3_000);
    expect(codeOf(fetch.take(chunkOf('a', 0, 'AAAA')))).toBe('media-chunk-unwanted');
    fetch.opened();
    fetch.want([file]);
    await settle();
    const cases: readonly (readonly [string, AudioChunk])[] = [
      ['media-chunk-unwanted', chunkOf('b', 0, 'AAAA')],
      ['media-chunk-offset', chunkOf('a', 1, 'AAAA')],
      ['media-chunk-size', chunkOf('a', 0, Buffer.alloc(1_025).toString('base64'))],
      ['media-chunk-base64', chunkOf('a', 0, 'AAAAA')],
      ['media-chunk-base64', chunkOf('a', 0, 'AB==')],
      ['media-chunk-base64', chunkOf('a', 0, '====')],
    ];
    for (const [code, chunk] of cases) expect(codeOf(fetch.take(chunk)), code).toBe(code);
    expect(kept.size).toBe(0);
    await serve([file], 2_000);
    expect(ended).toEqual(['ready a']);
  });

  it('goes on from what it has after a cut, and asks again where no answer comes', async () => {
    const { fetch, asked, answer, clock, ended, serve, state } = audioBench();
    const file = wanted('a', 8_000);
    fetch.opened();
    fetch.want([file]);
    await settle();
    answer([file]);
    await clock.pass(150);
    expect(asked.at(-1)).toMatchObject({ offset: 1_024 });
    fetch.closed();
    state.linked = false;
    await clock.pass(5_000);
    state.linked = true;
    fetch.opened();
    await settle();
    expect(asked.at(-1)).toMatchObject({ offset: 1_024 });
    const before = asked.length;
    await clock.pass(20_500);
    expect(asked.length).toBe(before + 1);
    expect(asked.at(-1)).toMatchObject({ offset: 1_024, length: 1_024 });
    await serve([file], 3_000);
    expect(ended).toEqual(['ready a']);
  });

  it('leaves what the centre does not answer for a minute, and fetches the next meanwhile', async () => {
    const { fetch, asked, serve, ended, clock } = audioBench();
    const [mute, good] = [wanted('a', 500), wanted('b', 500)];
    fetch.opened();
    fetch.want([mute, good]);
    await clock.pass(61_000);
    await serve([good], 2_000);
    expect(ended).toEqual(['ready b']);
    const before = asked.length;
    await clock.pass(60_000);
    expect(asked.slice(before).some(({ sha256 }) => sha256 === mute.sha256)).toBe(true);
  });

  it('lets what is more pressing go before, between two chunks', async () => {
    const { fetch, answer, clock, asked, serve, ended } = audioBench();
    const [long, urgent] = [wanted('a', 300_000), wanted('b', 2_000)];
    fetch.opened();
    fetch.want([long]);
    await settle();
    answer([long]);
    fetch.want([urgent, long]);
    await clock.pass(200);
    expect(asked.at(-1)?.sha256).toBe(urgent.sha256);
    await serve([long, urgent], 6_000);
    expect(ended).toEqual(['ready b', 'ready a']);
  });

  it('does not let what is more pressing wait for an answer that never comes', async () => {
    const { fetch, clock, asked, serve, ended } = audioBench();
    const [mute, urgent] = [wanted('a', 300_000), wanted('b', 2_000)];
    fetch.opened();
    fetch.want([mute]);
    await clock.pass(1_000);
    fetch.want([urgent, mute]);
    await clock.pass(100);
    expect(asked.map(({ sha256 }) => sha256)).toEqual([mute.sha256, urgent.sha256]);
    await serve([urgent], 2_000);
    expect(ended).toEqual(['ready b']);
    expect(asked.at(-1)?.sha256).toBe(mute.sha256);
  });

  it('gives up what is wrong with its code, and tries again what the disk could not take', async () => {
    const { fetch, serve, ended, state, reports, clock, told } = audioBench();
    const file = wanted('a', 500);
    state.append = failed('disk-full', { call: 'write', path: 'x' });
    fetch.opened();
    fetch.want([file]);
    await serve([file], 1_000);
    expect(reports).toEqual(['disk-full']);
    state.append = ok(null);
    state.finish = failed('media-hash-wrong');
    await clock.pass(60_000);
    await serve([file], 1_000);
    expect(ended).toEqual(['media-hash-wrong a']);
    expect(told.at(-1)).toBe('refused 500/500media-hash-wrong');
  });

  it('asks again from the start for what a power cut spoilt', async () => {
    const { fetch, serve, ended, state, asked } = audioBench();
    const file = wanted('a', 500);
    state.finish = failed('media-torn');
    fetch.opened();
    fetch.want([file]);
    await serve([file], 200);
    state.finish = ok(null);
    await serve([file], 1_000);
    expect(ended).toEqual(['ready a']);
    expect(asked.filter(({ offset }) => offset === 0).length).toBeGreaterThan(1);
  });

  it('whatever comes in whatever order: nothing but the asked bytes is kept, and each refusal has a code', async () => {
    const some = fc.record({
      name: fc.constantFrom('a', 'a', 'b'),
      offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6_000 })),
      data: fc.oneof(
        fc.base64String({ maxLength: 3_000 }),
        fc.string({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 20 }), async (chunks) => {
        const { fetch, kept, serve, asked, clock } = audioBench();
        const file = wanted('a', 5_000);
        fetch.opened();
        fetch.want([file]);
        await settle();
        for (const { name, offset, data } of chunks) {
          const before = kept.get(file.sha256)?.length ?? 0;
          const open = asked.at(-1);
          const result = fetch.take(chunkOf(name, offset, data));
          if (!result.ok) expect(result.failure.code).toMatch(/^media-chunk-/);
          else expect(open).toMatchObject({ sha256: sha(name), offset });
          await clock.pass(120);
          if (!result.ok) expect(kept.get(file.sha256)?.length ?? 0).toBe(before);
        }
        await serve([file], 3_000);
        expect(kept.get(file.sha256)).toHaveLength(5_000);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the length of a chunk', () => {
  it('shrinks on a slow link and never leaves its bounds', () => {
    expect(nextLength(32_768, 3_000)).toBe(16_384);
    expect(nextLength(4_096, 600)).toBe(4_096);
    fc.assert(
      fc.property(fc.integer({ min: 256, max: chunkMaxBytes }), fc.integer({ min: 0, max: 100_000 }), (length, ms) => {
        expect(nextLength(length, ms)).toBeGreaterThanOrEqual(256);
        expect(nextLength(length, ms)).toBeLessThanOrEqual(chunkMaxBytes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an audio-chunk message', () => {
  it('of any shape is read or refused with a code of the table', () => {
    fc.assert(
      fc.property(
        fc.record(
          { type: fc.constant('audio-chunk'), sha256: fc.anything(), offset: fc.anything(), data: fc.anything() },
          { requiredKeys: ['type'] },
        ),
        (message) => {
          const result = readCentreMessage(JSON.stringify(message));
          if (!result.ok) expect(result.failure.code).toMatch(/^uplink-message-/);
        },
      ),
      { numRuns: 500 },
    );
    const longest = 'A'.repeat(43_692);
    expect(readCentreMessage(JSON.stringify(chunkOf('a', 0, longest))).ok).toBe(true);
    expect(readCentreMessage(JSON.stringify(chunkOf('a', 0, `${longest}AAAA`))).ok).toBe(false);
  });
});
