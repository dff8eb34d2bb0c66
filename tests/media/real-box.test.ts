import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Village } from '../../emulator/start/run-village.ts';
import { receiptsOf, stageIs, startVillage, workdayAt } from '../e2e/box.ts';
import { wavOf } from './rig.ts';

/** The compiled box, the practice centre, and a network loudspeaker that hears what the box makes. */
describe('recordings pushed to the real box', () => {
  let village: Village;
  beforeAll(async () => {
    village = await startVillage(workdayAt(10, 0));
    await receiptsOf(village).first(({ at }) => at.trust === 'trusted');
  }, 90_000);
  afterAll(() => village.close(), 30_000);

  test.each([
    ['WAV', () => wavOf(3_000)],
    ['MP3', () => readFileSync('tests/audio/files/tone.mp3')],
    ['Ogg Opus', () => readFileSync('tests/audio/files/tone.opus')],
  ] as const)(
    '%s is fetched, decoded, played, and proven',
    async (_, bytes) => {
      const audio = await village.centre.keepAudio(bytes());
      if (!audio.ok) throw new Error(audio.failure.code);
      const sent = await village.centre.issue({
        ...{ status: 'actual', class: 'emergency', event: '11B09', severity: 'red', stage: 'now', plan: null },
        ...{ zones: ['xuexiao'], headline: '', text: '', sirenUnlocked: false, audio: audio.value },
      });
      if (!sent.ok) throw new Error(sent.failure.code);
      const { id } = sent.value;
      const { first } = receiptsOf(village);
      await first(
        (receipt) =>
          receipt.trace === id && stageIs('terminal', { terminal: 'xuexiao-speaker-2', verdict: 'sounded' })(receipt),
      );
      expect(village.centre.audioProgress().at(-1)).toMatchObject({ sha256: audio.value.sha256, state: 'stored' });
      await village.centre.stop(null);
      await first((receipt) => receipt.trace === id && stageIs('ended', { how: 'stopped' })(receipt));
    },
    90_000,
  );
});
