import { describe, expect, it } from 'vitest';
import { audioBench, wanted } from './audio-bench.ts';
import { settle } from './fixture.ts';

describe('a question that is open when what is wanted changes', () => {
  it('is not asked a second time while its recording is still the most pressing', async () => {
    const { fetch, asked, clock } = audioBench();
    const [first, second] = [wanted('a', 500), wanted('b', 500)];
    fetch.opened();
    fetch.want([first]);
    await clock.pass(1_000);
    fetch.want([first, second]);
    await clock.pass(1_000);
    expect(asked.map(({ sha256 }) => sha256)).toEqual([first.sha256]);
  });

  it('is not given up for a recording that rests because the centre does not answer', async () => {
    const { fetch, asked, clock } = audioBench();
    const [mute, next] = [wanted('a', 500), wanted('b', 500)];
    fetch.opened();
    fetch.want([mute, next]);
    await clock.pass(61_000);
    expect(asked.at(-1)?.sha256).toBe(next.sha256);
    const before = asked.length;
    fetch.want([mute, next]);
    await clock.pass(1_000);
    expect(asked).toHaveLength(before);
  });

  it('makes the next one no shorter when its recording is not wanted any more', async () => {
    const { fetch, asked, clock } = audioBench();
    fetch.opened();
    fetch.want([wanted('a', 300_000)]);
    await settle();
    fetch.want([]);
    await clock.pass(30_000);
    fetch.want([wanted('b', 300_000)]);
    await settle();
    expect(asked.map(({ length }) => length)).toEqual([1_024, 1_024]);
  });
});
