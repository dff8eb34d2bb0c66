import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { levelOf } from '../../src/audio/level.ts';
import { createDecoder, type Decoder } from '../../src/audio/make/decoder.ts';
import { forkChild } from '../../src/audio/make/helper-child.ts';
import { joined, normalised, targetRmsDbfs, trimmed } from '../../src/audio/make/loudness.ts';
import { otherEngine } from '../../src/audio/make/other-engines.ts';
import { cacheFolder, diskCache, memoryCache, twoCaches, type CacheFiles } from '../../src/audio/make/pcm-cache.ts';
import { recordingTexts } from '../../src/audio/make/recordings.ts';
import { realClock, type Clock } from '../../src/audio/make/clock.ts';
import { soundMakerOver } from '../../src/audio/make/sound-maker.ts';
import type { SpeechEngine } from '../../src/audio/make/speech-engine.ts';
import { createSpeech } from '../../src/audio/make/speech.ts';
import { msOfSamples, type Pcm } from '../../src/audio/pcm.ts';
import type { Piece, Programme, SoundMaker } from '../../src/audio/programme.ts';
import { failed, ok, type Failure } from '../../src/words/failure.ts';
import { distEntry } from '../support/dist.ts';
import { fileAt, sineWav } from './sound.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-make-'));
const entry = new URL(`file://${distEntry('decode.entry')}`);
const decoder: Decoder = createDecoder({ start: () => forkChild(entry, 96) });
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true });
});

/** Stands for an engine: a tone as long as the sentence, or a failure. */
const engineOf = (id: string, speaks: boolean): SpeechEngine & { readonly said: string[] } => {
  const said: string[] = [];
  return {
    id,
    said,
    say: (sentence) => {
      said.push(sentence);
      const wav = new Uint8Array(sineWav({ rate: 22_050, channels: 1, bits: 16 }, 100 * sentence.length));
      return Promise.resolve(speaks ? ok(wav) : failed('audio-engine', { engine: id, why: 'no voice' }));
    },
    warm: () => undefined,
    close: () => undefined,
  };
};

interface Workshop {
  readonly maker: SoundMaker;
  readonly troubles: Failure[];
}

const workshop = (
  engines: readonly SpeechEngine[],
  files: CacheFiles | null = null,
  clock: Clock = realClock,
): Workshop => {
  const troubles: Failure[] = [];
  const onTrouble = (failure: Failure): void => void troubles.push(failure);
  const disk = files === null ? null : diskCache(files, 50_000_000);
  const cache = twoCaches(memoryCache(files === null ? 2_000_000 : 0), disk);
  const speech = createSpeech({ engines, decoder, cache, clock, onTrouble });
  const shared: Decoder = { ...decoder, close: () => undefined };
  return { maker: soundMakerOver({ speech, decoder: shared, cache, onTrouble }), troubles };
};

const piecesOf = async (maker: SoundMaker, text: string): Promise<{ pieces: Piece[]; failure: Failure | null }> => {
  const pieces: Piece[] = [];
  for await (const piece of maker.pieces({ make: 'speech', text })) {
    if (!piece.ok) return { pieces, failure: piece.failure };
    pieces.push(piece.value);
  }
  return { pieces, failure: null };
};

const made = async (maker: SoundMaker, programme: Programme): Promise<Pcm> => {
  const result = await maker.make(programme);
  return result.ok ? result.value : expect.fail(result.failure.code);
};

const refusal = async (maker: SoundMaker, programme: Programme): Promise<string> => {
  const result = await maker.make(programme);
  return result.ok ? 'made' : result.failure.code;
};

describe('the sound maker', () => {
  it('makes a text once, sentence by sentence, and finds it again', async () => {
    const engine = engineOf('one', true);
    const { maker } = workshop([engine]);
    const text = '今天夜间有大雨。请住在河边的村民注意听广播。';
    const { pieces, failure } = await piecesOf(maker, text);
    expect(failure).toBeNull();
    expect(pieces.map(({ instead }) => instead)).toEqual([null, null]);
    expect(await made(maker, { make: 'speech', text })).toEqual(joined(pieces.map(({ pcm }) => pcm)));
    expect(engine.said).toEqual(['今天夜间有大雨。', '请住在河边的村民注意听广播。']);
  });

  it('reads its words to the engine as people say them', async () => {
    const engine = engineOf('one', true);
    await made(workshop([engine]).maker, { make: 'speech', text: '降雨50-80mm' });
    expect(engine.said).toEqual(['降雨五十到八十毫米']);
  });

  it('makes the second sentence only while the first is being heard', async () => {
    const engine = engineOf('one', true);
    const { maker } = workshop([engine]);
    for await (const piece of maker.pieces({
      make: 'speech',
      text: '请大家立即转移。往高处走。不要停留。不要返回。',
    })) {
      expect(piece.ok).toBe(true);
      break;
    }
    expect(engine.said.length).toBeLessThanOrEqual(2);
  });

  it('falls back to the next engine, says so, and leaves the broken one alone for a minute', async () => {
    let now = 0;
    const clock: Clock = { now: () => now, after: (ms, call) => realClock.after(ms, call) };
    const [broken, good] = [engineOf('broken', false), engineOf('good', true)];
    const { maker, troubles } = workshop([broken, good], null, clock);
    const { pieces } = await piecesOf(maker, '水位上涨，马上离开河边。');
    expect(pieces[0]?.instead).toMatchObject({ by: 'engine', why: { code: 'audio-engine' } });
    await piecesOf(maker, '请往高处走，不要回头。');
    expect(broken.said).toHaveLength(1);
    expect(troubles).toHaveLength(1);
    now = 60_001;
    await piecesOf(maker, '村委会院子集合。');
    expect(broken.said).toHaveLength(2);
  });

  it('says 演练 from its recording when nothing can be synthesised', async () => {
    const { maker } = workshop([engineOf('broken', false)]);
    const { pieces } = await piecesOf(maker, '演练，演练，演练。');
    expect(pieces[0]?.instead).toMatchObject({ by: 'recording' });
    expect(pieces[0]?.pcm).toEqual(await made(maker, { make: 'stored', recording: 'drill-mark' }));
  });

  it('plays the stand-in of a warning when nothing can be synthesised, and else fails', async () => {
    const { maker } = workshop([engineOf('broken', false)]);
    const text = '山洪，请立即转移。';
    const clip = { make: 'file', path: fileAt('tone.opus'), longestMs: 10_000 } as const;
    expect(msOfSamples((await made(maker, { make: 'speech', text, otherwise: clip })).length)).toBeGreaterThan(1900);
    const call = { make: 'stored', recording: 'evacuate' } as const;
    expect(await made(maker, { make: 'speech', text: '', otherwise: call })).toEqual(await made(maker, call));
    expect(await refusal(maker, { make: 'speech', text })).toBe('audio-engine');
  });

  it('refuses no text, and a text without end', async () => {
    const { maker } = workshop([engineOf('good', true)]);
    for (const text of ['', ' 。 ', '走'.repeat(2001)])
      expect(await refusal(maker, { make: 'speech', text })).toBe('audio-text');
  });

  it('plays files and tones, and names an unknown pattern', async () => {
    const { maker } = workshop([engineOf('good', true)]);
    const file = await made(maker, { make: 'file', path: fileAt('tone.mp3'), longestMs: 1000 });
    expect(msOfSamples(file.length)).toBe(1000);
    const tone = await made(maker, { make: 'tone', pattern: 'wail', durationMs: 2500 });
    expect(msOfSamples(tone.length)).toBe(2500);
    expect(await refusal(maker, { make: 'tone', pattern: 'nope', durationMs: 1 })).toBe('audio-pattern');
  });

  it('stops when it is told to', async () => {
    const { maker } = workshop([engineOf('good', true)]);
    const stop = new AbortController();
    let count = 0;
    for await (const piece of maker.pieces({ make: 'tone', pattern: 'wail', durationMs: 60_000 }, stop.signal)) {
      count += 1;
      stop.abort();
      if (!piece.ok) expect(piece.failure.code).toBe('audio-stopped');
    }
    expect(count).toBe(2);
  });

  it('makes ahead what it is given, tells how far it is, and names what it could not make', async () => {
    const engine = engineOf('good', true);
    const { maker, troubles } = workshop([engine]);
    const steps: string[] = [];
    const file = { make: 'file', path: join(folder, 'none.wav'), longestMs: 1000 } as const;
    await maker.prepare([{ make: 'speech', text: '请注意收听。' }, file], (count, of) => steps.push(`${count}/${of}`));
    expect(steps).toEqual(['1/2', '2/2']);
    expect(troubles.map(({ code }) => code)).toEqual(['audio-unreadable']);
    await made(maker, { make: 'speech', text: '请注意收听。' });
    expect(engine.said).toHaveLength(1);
  });
});

describe('the recordings', () => {
  it.each(['drill-mark', 'test-mark', 'evacuate'] as const)(
    '%s is small, as loud as speech, and not silent',
    async (name) => {
      const { maker } = workshop([]);
      const file = readFileSync(new URL(`../../src/audio/make/recordings/${name}.wav`, import.meta.url));
      expect(file.length).toBeLessThan(100_000);
      const pcm = await made(maker, { make: 'stored', recording: name });
      expect(levelOf(pcm).rmsDbfs).toBeGreaterThan(targetRmsDbfs - 2.5);
      expect(msOfSamples(pcm.length)).toBeGreaterThan(180 * recordingTexts[name].replaceAll(/[，。]/g, '').length);
      expect(existsSync(join(distEntry('mingluo'), '..', 'recordings', `${name}.wav`))).toBe(true);
    },
  );
});

describe('loudness', () => {
  const speechLike = (amplitude: number): Pcm =>
    Int16Array.from({ length: 48_000 }, (_, index) => {
      const isPause = Math.floor(index / 6000) % 2 === 1;
      const wave = Math.sin(index / 7) + 0.6 * Math.sin(index / 3.1) + (index % 97 === 0 ? 3 : 0);
      return isPause ? 0 : Math.round(amplitude * wave);
    });

  it('makes soft and loud sources equally loud, and no peak above -1 dBFS', () => {
    const levels = [600, 1000, 4000].map((amplitude) => levelOf(normalised(speechLike(amplitude))));
    for (const { rmsDbfs, peakDbfs } of levels) {
      expect(Math.abs(rmsDbfs - (levels[0]?.rmsDbfs ?? 0))).toBeLessThan(0.7);
      expect(peakDbfs).toBeLessThanOrEqual(-0.99);
      // Half of it is pause, which does not count: 3 dB below the target over all.
      expect(Math.abs(rmsDbfs - (targetRmsDbfs - 3))).toBeLessThan(1);
    }
  });

  it('bends a peak that stands far above the rest', () => {
    const spiky = Int16Array.from({ length: 24_000 }, (_, index) =>
      index % 5000 === 2500 ? 30_000 : Math.round(500 * Math.sin(index / 9)),
    );
    const { peakDbfs } = levelOf(normalised(spiky));
    expect(peakDbfs).toBeLessThanOrEqual(-0.99);
    expect(peakDbfs).toBeGreaterThan(-3);
  });

  it('leaves silence alone and never clips', () => {
    expect(normalised(new Int16Array(1000))).toEqual(new Int16Array(1000));
    expect(levelOf(new Int16Array(0))).toEqual({ rmsDbfs: -96, peakDbfs: -96 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 4000 }), (samples) => {
        const { peakDbfs } = levelOf(normalised(Int16Array.from(samples)));
        const before = levelOf(Int16Array.from(samples));
        expect(peakDbfs <= -0.99 || before.rmsDbfs < -75).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('cuts the silence around speech, not the speech', () => {
    const word = Int16Array.from({ length: 2400 }, (_, index) => Math.round(8000 * Math.sin(index / 5)));
    const long = joined([new Int16Array(24_000), word, new Int16Array(48_000)]);
    const cut = trimmed(long);
    expect(msOfSamples(cut.length)).toBeCloseTo(100 + 30 + 250, -1);
    expect(levelOf(cut).peakDbfs).toBeCloseTo(levelOf(word).peakDbfs, 5);
  });
});

describe('the cache', () => {
  const tone = (value: number, length = 1000): Pcm => new Int16Array(length).fill(value);

  it('gives back what was put, after a new start too', async () => {
    const at = join(folder, 'cache-a');
    expect(await diskCache(cacheFolder(at), 1_000_000).put('aa', tone(7))).toBeNull();
    const again = diskCache(cacheFolder(at), 1_000_000);
    expect(await again.get('aa')).toEqual(tone(7));
    expect(await again.get('bb')).toBeNull();
  });

  it('throws away what is not what was written, and half-written files', async () => {
    const at = join(folder, 'cache-b');
    await diskCache(cacheFolder(at), 1_000_000).put('aa', tone(7));
    const bytes = readFileSync(join(at, 'aa.pcm'));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(at, 'aa.pcm'), bytes);
    writeFileSync(join(at, 'x.part'), bytes);
    expect(await diskCache(cacheFolder(at), 1_000_000).get('aa')).toBeNull();
    expect(readdirSync(at)).toEqual([]);
  });

  it('keeps within its size, what was used least goes first', async () => {
    const at = join(folder, 'cache-c');
    const first = diskCache(cacheFolder(at), 20_000);
    for (const key of ['a', 'b', 'c']) await first.put(key, tone(1, 2000));
    utimesSync(join(at, 'b.pcm'), 1, 1);
    const again = diskCache(cacheFolder(at), 20_000);
    for (const key of ['d', 'e', 'f']) await again.put(key, tone(1, 2000));
    expect(readdirSync(at).sort()).toEqual(['c.pcm', 'd.pcm', 'e.pcm', 'f.pcm']);
  });

  it('that cannot be written is told, and the sound is made all the same', async () => {
    const full: CacheFiles = {
      ...cacheFolder(join(folder, 'cache-d')),
      write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    };
    const { maker, troubles } = workshop([engineOf('good', true)], full);
    const pcm = await made(maker, { make: 'speech', text: '请注意收听。' });
    expect(pcm.length).toBeGreaterThan(0);
    expect(troubles).toMatchObject([{ code: 'audio-cache', params: { why: 'ENOSPC' } }]);
  });

  it('holds in memory the newest only', async () => {
    const memory = memoryCache(4000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await memory.put(key, tone(1));
    expect(await memory.get('a')).toBeNull();
    expect(await memory.get('e')).toEqual(tone(1));
  });
});

describe('a speech engine of the site', () => {
  const wav = join(folder, 'spoken.wav');
  writeFileSync(wav, sineWav({ rate: 16_000, channels: 1, bits: 16 }, 500));
  const say = async (command: readonly string[], timeoutMs = 3000) => {
    const engine = otherEngine({ engine: 'command', command, timeoutMs });
    return engine?.say('请立即转移', 'urgent');
  };

  it('is a program that takes the text and gives a WAV file', async () => {
    const copy = join(folder, 'text');
    const program = `cat > ${copy}; cat ${wav}`;
    const result = await say(['sh', '-c', program]);
    expect(result?.ok === true && result.value.length).toBe(readFileSync(wav).length);
    expect(readFileSync(copy, 'utf8')).toBe('请立即转移');
  });

  it.each([
    { what: 'is not there', command: ['/no/such/program'], why: /ENOENT/ },
    { what: 'fails', command: ['sh', '-c', 'exit 3'], why: /exit 3/ },
    { what: 'does not end', command: ['sh', '-c', 'sleep 60 & sleep 60'], why: /no answer/ },
    { what: 'never stops writing', command: ['sh', '-c', 'cat /dev/zero'], why: /more than|no answer/ },
  ])('that $what is a named failure in bounded time', async ({ command, why }) => {
    const result = await say(command, 1500);
    expect(result).toMatchObject({ ok: false, failure: { code: 'audio-engine' } });
    expect(result?.ok === false && result.failure.params['why']).toMatch(why);
  });

  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));
  const served = async (answer: (text: string) => { status: number; body: Buffer; location?: string } | null) => {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const given = answer(Buffer.concat(parts).toString());
        if (given === null) return;
        if (given.location !== undefined) response.setHeader('location', given.location);
        response.writeHead(given.status).end(given.body);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/speak`;
  };
  const post = async (url: string) => otherEngine({ engine: 'http', url, timeoutMs: 500 })?.say('请立即转移', 'urgent');

  it('is a server to which the text is posted', async () => {
    const texts: string[] = [];
    const url = await served((text) => {
      texts.push(text);
      return { status: 200, body: readFileSync(wav) };
    });
    const result = await post(url);
    expect(result?.ok === true && result.value.length).toBe(readFileSync(wav).length);
    expect(texts).toEqual(['请立即转移']);
  });

  it.each([
    { what: 'answers with an error', answer: () => ({ status: 500, body: Buffer.from('no') }), why: /HTTP 500/ },
    {
      what: 'leads elsewhere',
      answer: () => ({ status: 302, body: Buffer.alloc(0), location: 'http://127.0.0.1:1/' }),
      why: /./,
    },
    { what: 'does not answer', answer: () => null, why: /no answer in time/ },
    {
      what: 'answers without end',
      answer: () => ({ status: 200, body: Buffer.alloc(21 * 1024 * 1024) }),
      why: /more than/,
    },
  ])('that $what is a named failure', async ({ answer, why }) => {
    const result = await post(await served(answer));
    expect(result).toMatchObject({ ok: false, failure: { code: 'audio-engine' } });
    expect(result?.ok === false && result.failure.params['why']).toMatch(why);
  });

  it('whose answer is no sound is passed over', async () => {
    const rubbish = engineOf('rubbish', true);
    const bad: SpeechEngine = { ...rubbish, say: () => Promise.resolve(ok(Buffer.from('<html>'))) };
    const { pieces } = await piecesOf(workshop([bad, engineOf('good', true)]).maker, '请注意收听。');
    expect(pieces[0]?.instead).toMatchObject({ by: 'engine', why: { code: 'audio-format' } });
  });
});
