import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/audio/level.ts';
import { joined, targetRmsDbfs } from '../../src/audio/make/loudness.ts';
import { recordingTexts } from '../../src/audio/make/recordings.ts';
import { realClock, type Clock } from '../../src/audio/make/clock.ts';
import { msOfSamples } from '../../src/audio/pcm.ts';
import { distEntry } from '../support/dist.ts';
import { fileAt } from './sound.ts';

import { folder } from './decode-bench.ts';
import { engineOf, made, piecesOf, refusal, workshop } from './workshop.ts';

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

  it('names an engine that cannot speak once for all that is made ahead, and each file that cannot be read', async () => {
    const { maker, troubles } = workshop([engineOf('mute', false)]);
    const files = ['a.wav', 'b.wav'].map((name) => ({ make: 'file', path: join(folder, name), longestMs: 9 }) as const);
    const texts = ['请收听。', '请转移。', '请回家。'].map((text) => ({ make: 'speech', text }) as const);
    await maker.prepare([...texts, ...files]);
    expect(troubles.map(({ code }) => code)).toEqual(['audio-engine', 'audio-unreadable', 'audio-unreadable']);
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
