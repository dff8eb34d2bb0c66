import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioBench, chunkOf, codeOf, contentOf, wanted } from './audio-bench.ts';
import { settle } from './fixture.ts';

describe('answers that come late', () => {
  it('takes a late answer to an earlier, larger question, and blames nobody for the answers that follow', async () => {
    const { fetch, asked, kept, clock, serve, ended } = audioBench();
    const file = wanted('a', 8_000);
    const content = contentOf(file);
    const reply = ({ offset, length }: { readonly offset: number; readonly length: number }): string =>
      codeOf(fetch.take(chunkOf('a', offset, content.subarray(offset, offset + length).toString('base64'))));
    fetch.opened();
    fetch.want([file]);
    await settle();
    await clock.pass(45_000);
    expect(asked.map(({ offset, length }) => [offset, length])).toEqual([
      [0, 1_024],
      [0, 512],
      [0, 256],
    ]);
    expect(reply(asked[0]!)).toBe('ok');
    await clock.pass(100);
    expect(kept.get(file.sha256)?.length).toBe(1_024);
    expect(asked.at(-1)).toMatchObject({ offset: 1_024 });
    expect([reply(asked[1]!), reply(asked[2]!)]).toEqual(['ok', 'ok']);
    expect(kept.get(file.sha256)?.length).toBe(1_024);
    // Each question has one answer: what comes once more was not asked for.
    expect(reply(asked[2]!)).toBe('media-chunk-offset');
    await serve([file], 5_000);
    expect(kept.get(file.sha256)?.equals(content)).toBe(true);
    expect(ended).toEqual(['ready a']);
  });

  it('blames nobody for the late answer about a recording that is no longer asked for', async () => {
    const { fetch, asked, clock } = audioBench();
    const [slow, next] = [wanted('a', 500), wanted('b', 500)];
    fetch.opened();
    fetch.want([slow, next]);
    await clock.pass(61_000);
    expect(asked.at(-1)?.sha256).toBe(next.sha256);
    const data = contentOf(slow).subarray(0, 500).toString('base64');
    expect(codeOf(fetch.take(chunkOf('a', 0, data)))).toBe('ok');
    fetch.closed();
    fetch.opened();
    expect(codeOf(fetch.take(chunkOf('a', 0, data)))).not.toBe('ok');
  });

  it('has every byte once and blames nobody, however late the answers to its questions come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 55_000 }), { maxLength: 30 }), async (lateness) => {
        const { fetch, asked, kept, clock, ended } = audioBench();
        const file = wanted('a', 5_000);
        const content = contentOf(file);
        fetch.opened();
        fetch.want([file]);
        const codes: string[] = [];
        let seen = 0;
        for (let steps = 0; steps < 4_000 && ended.length === 0; steps += 1) {
          await settle();
          for (; seen < asked.length; seen += 1) {
            const { offset, length } = asked[seen]!;
            const data = content.subarray(offset, offset + length).toString('base64');
            clock.after(lateness[seen] ?? 10, () => codes.push(codeOf(fetch.take(chunkOf('a', offset, data)))));
          }
          await clock.pass(50);
        }
        expect(ended).toEqual(['ready a']);
        expect(kept.get(file.sha256)?.equals(content)).toBe(true);
        await clock.pass(60_000);
        expect(new Set(codes)).toEqual(new Set(['ok']));
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
