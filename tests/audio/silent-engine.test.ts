import { expect, it } from 'vitest';
import type { SpeechEngine } from '../../src/audio/make/speech-engine.ts';
import { wavOf } from '../../src/audio/make/wav-reader.ts';
import { ok } from '../../src/words/failure.ts';
import { engineOf, piecesOf, workshop } from './workshop.ts';

const silent = (): SpeechEngine => ({
  ...engineOf('silent', true),
  say: () => Promise.resolve(ok(wavOf(new Int16Array(22_050).fill(3), 22_050))),
});

it('an engine that answers with silence has not spoken: the next one says the words', async () => {
  const good = engineOf('good', true);
  const { maker, troubles } = workshop([silent(), good]);
  const { pieces, failure } = await piecesOf(maker, '请立即转移。');
  expect(failure).toBeNull();
  expect(good.said).toEqual(['请立即转移。']);
  expect(pieces.map(({ instead }) => instead?.by)).toEqual(['engine']);
  expect(Math.max(...pieces.flatMap(({ pcm }) => Array.from(pcm)))).toBeGreaterThan(1000);
  expect(troubles).toMatchObject([{ code: 'audio-empty' }]);
});

it('the last engine is taken at its word: behind it nobody would say it, and the rest of the text is not given up', async () => {
  const { maker, troubles } = workshop([silent()]);
  const { pieces, failure } = await piecesOf(maker, '请立即转移。');
  expect([pieces.length, failure, troubles]).toEqual([1, null, []]);
});
