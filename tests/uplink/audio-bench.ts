import { expect } from 'vitest';
import { openAudioFetch, type AudioFetch } from '../../src/uplink/audio-fetch.ts';
import type { AudioChunk, AudioMessage } from '../../src/uplink/audio-messages.ts';
import type { WantedAudio } from '../../src/uplink/audio-questions.ts';
import { ok, type Failure, type Result } from '../../src/words/failure.ts';
import { isLasting } from '../../src/store/media.ts';
import { FakeClock, settle } from './fixture.ts';

export const sha = (name: string): string => name.repeat(64).slice(0, 64);
export const wanted = (name: string, bytes: number): WantedAudio => ({
  order: `order-${name}`,
  sha256: sha(name),
  bytes,
});
export const contentOf = ({ sha256, bytes }: WantedAudio): Buffer => Buffer.alloc(bytes, sha256);

/** A chunk as the centre sends it. */
export const chunkOf = (name: string, offset: number, data: string): AudioChunk => ({
  type: 'audio-chunk',
  sha256: sha(name),
  offset,
  data,
});
export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.failure.code);

/** A shelf in memory, and a centre that answers when it is told to. */
export const audioBench = () => {
  const clock = new FakeClock();
  const kept = new Map<string, Buffer>();
  const asked: Extract<AudioMessage, { type: 'audio-wanted' }>[] = [];
  const told: string[] = [];
  const ended: string[] = [];
  const reports: string[] = [];
  const state: { finish: Result<null>; append: Result<null>; linked: boolean } = {
    finish: ok(null),
    append: ok(null),
    linked: true,
  };
  const fetch: AudioFetch = openAudioFetch({
    clock,
    isLasting,
    send: (message) => {
      if (!state.linked) return false;
      if (message.type === 'audio-wanted') asked.push(message);
      else told.push(`${message.state} ${message.received}/${message.bytes}${message.code ?? ''}`);
      return true;
    },
    shelf: {
      begin: (name) => Promise.resolve(ok(kept.get(name)?.length ?? 0)),
      append: (name, offset, bytes) => {
        if (!state.append.ok) return Promise.resolve(state.append);
        expect(offset).toBe(kept.get(name)?.length ?? 0);
        kept.set(name, Buffer.concat([kept.get(name) ?? Buffer.alloc(0), bytes]));
        return Promise.resolve(ok(null));
      },
      finish: (name) => {
        if (!state.finish.ok) kept.delete(name);
        return Promise.resolve(state.finish);
      },
    },
    onReady: (name) => ended.push(`ready ${name[0] ?? ''}`),
    onFailed: (name, { code }: Failure) => ended.push(`${code} ${name[0] ?? ''}`),
    report: ({ code }) => reports.push(code),
  });
  const answer = (all: readonly WantedAudio[], take = (chunk: AudioChunk): unknown => fetch.take(chunk)): boolean => {
    const last = asked.at(-1);
    const file = all.find(({ sha256 }) => sha256 === last?.sha256);
    if (last === undefined || file === undefined) return false;
    const data = contentOf(file)
      .subarray(last.offset, last.offset + last.length)
      .toString('base64');
    take({ type: 'audio-chunk', sha256: last.sha256, offset: last.offset, data });
    return true;
  };
  /** Answers everything that is asked, at once, for so long. */
  const serve = async (all: readonly WantedAudio[], forMs: number): Promise<void> => {
    let answered = asked.length - 1;
    for (let ms = 0; ms < forMs; ms += 50) {
      await settle();
      if (asked.length > answered && answer(all)) answered = asked.length;
      await clock.pass(50);
    }
  };
  return { clock, kept, asked, told, ended, reports, state, fetch, answer, serve };
};
