import { expect, it } from 'vitest';
import { keyOf, memoryCache } from '../../src/audio/make/pcm-cache.ts';
import { realClock } from '../../src/audio/make/clock.ts';
import { createSpeech } from '../../src/audio/make/speech.ts';
import { decoder } from './decode-bench.ts';
import { engineOf } from './workshop.ts';

it('silence that was kept of an engine before it was known to be none is not its speech', async () => {
  const cache = memoryCache(2_000_000);
  await cache.put(keyOf(['speech', 1, 'silent', '请立即转移。']), new Int16Array(16_000), 'background');
  const engines = [engineOf('silent', true), engineOf('good', true)];
  const speech = createSpeech({ engines, decoder, cache, clock: realClock, onTrouble: () => undefined });
  const said = await speech.say('请立即转移。', 'urgent');
  expect(said.ok && Math.max(...said.value.pcm)).toBeGreaterThan(1000);
});
