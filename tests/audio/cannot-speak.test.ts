import { afterEach, expect, test } from 'vitest';
import { waitForBox } from '../../emulator/start/play-drill.ts';
import type { Village } from '../../emulator/start/run-village.ts';
import { recordingPcm } from '../../src/audio/make/recordings.ts';
import { pcmRate, type Pcm } from '../../src/audio/pcm.ts';
import type { Recording } from '../../src/audio/programme.ts';
import { receiptsOf, stageIs } from '../e2e/box.ts';
import { pause } from '../support/waiting.ts';
import { heardFrom, likenessIn, quiet, soundVillage, type SoundVillageOptions } from './sound-village.ts';
import { heard, shareAt } from './sound.ts';
import { decoder } from './decode-bench.ts';

const within = { timeout: 60_000, interval: 20 };

/** A tone; words with a recording of the site's own in their place; words without. */
const plan = [
  [
    '  - { play: tone, tone: evacuate-prepare }\n  - { play: speech }\n',
    '  - { play: tone, tone: all-clear }\n  - { play: speech, clip: chime }\n  - { play: speech, text: 请往高处走。 }\n',
  ],
  ['repeats: 3', 'repeats: 1'],
] as const;
const site = [
  [
    '{ id: all-clear, name: { zh: 解除, en: all clear }, on: 10 s',
    '{ id: all-clear, name: { zh: 解除, en: all clear }, on: 2 s',
  ],
] as const;

let village: Village | null = null;
afterEach(async () => {
  await village?.close();
  village = null;
}, 60_000);

const started = async (options: SoundVillageOptions): Promise<Village> => {
  village = await soundVillage({ site, ...options });
  expect(await waitForBox(village, quiet, within.timeout)).toBe(true);
  return village;
};

/** Issues, waits until the broadcast has ended at the box, and gives what was heard from the loudspeaker meanwhile. */
const heardOf = async (at: Village, alert: Parameters<Village['centre']['issue']>[0]) => {
  const from = at.world.core.timeline.elapsedMs;
  const sent = await at.centre.issue({
    zones: ['xuexiao'],
    plan: 'any-emergency',
    status: 'actual',
    class: 'emergency',
    stage: 'now',
    severity: 'red',
    ...alert,
  });
  if (!sent.ok) throw new Error(sent.failure.code);
  const { first, all } = receiptsOf(at);
  const { id } = sent.value;
  await first((receipt) => receipt.trace === id && stageIs('ended')(receipt), within.timeout);
  await pause(300);
  const notes = all().filter((receipt) => receipt.trace === id && stageIs('noted')(receipt));
  return { pcm: heardFrom(at, from), notes };
};

const recorded = async (recording: Recording): Promise<Pcm> => {
  const pcm = await recordingPcm(recording);
  return pcm.ok ? pcm.value : expect.fail(pcm.failure.code);
};

/** Share of each second of what was heard that lies at one pitch: the second that has most of it. */
const bestShareAt = (pcm: Pcm, hz: number): number =>
  Math.max(
    ...Array.from({ length: Math.floor(pcm.length / pcmRate) }, (_, second) =>
      shareAt(pcm.subarray(second * pcmRate, (second + 1) * pcmRate), hz),
    ),
  );
const steadyHz = 440;

/** From the first loud sample to the last: how long it took until something was heard is the machine's affair. */
const soundingPart = (pcm: Pcm): Pcm => {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 1_000;
  return pcm.subarray(pcm.findIndex(isLoud), pcm.findLastIndex(isLoud) + 1);
};

const likeEnough = 0.8;
const unlike = 0.7;

const chime = async (): Promise<Pcm> => (await heard(decoder.file('config/audio/chime.wav', { longestMs: 1_000 }))).pcm;

test('where the speech engine is missing a warning sounds its tone and its recordings, a drill its recorded mark, and both are told upstream', async () => {
  const at = await started({ plan, engine: 'missing' });
  const warning = await heardOf(at, { text: '山洪来了，请马上离开。' });
  expect(bestShareAt(warning.pcm, steadyHz)).toBeGreaterThan(0.9);
  expect(likenessIn(warning.pcm, await chime())).toBeGreaterThan(likeEnough);
  expect(likenessIn(warning.pcm, await recorded('evacuate'))).toBeGreaterThan(likeEnough);
  expect(likenessIn(warning.pcm, await recorded('drill-mark'))).toBeLessThan(unlike);
  expect(warning.notes[0]?.body).toMatchObject({ code: 'audio-instead' });
  expect(String(warning.notes[0]?.body['detail'])).toContain('missing');

  const drill = await heardOf(at, { status: 'drill', text: '演练：山洪来了。' });
  const spoken = soundingPart(drill.pcm);
  const half = spoken.length / 2;
  const mark = await recorded('drill-mark');
  expect(likenessIn(spoken.subarray(0, half), mark)).toBeGreaterThan(likeEnough);
  expect(likenessIn(spoken.subarray(half), mark)).toBeGreaterThan(likeEnough);
  expect(likenessIn(drill.pcm, await recorded('evacuate'))).toBeLessThan(unlike);
  expect(drill.notes.map(({ body }) => body['code'])).toContain('audio-instead');
  expect(drill.notes[0]?.status).toBe('drill');
}, 180_000);

test('where the speech engine dies at every start a warning still sounds its tone and its recording', async () => {
  const { pcm, notes } = await heardOf(await started({ plan, engine: 'dying' }), { text: '山洪来了，请马上离开。' });
  expect(bestShareAt(pcm, steadyHz)).toBeGreaterThan(0.9);
  expect(likenessIn(pcm, await chime())).toBeGreaterThan(likeEnough);
  expect(String(notes[0]?.body['detail'])).toContain('died');
}, 120_000);

test('a warning whose words cannot be spoken, or that brings none, sounds its tone and its recording', async () => {
  const at = await started({ plan });
  const { pcm, notes } = await heardOf(at, { text: '……！' });
  expect(bestShareAt(pcm, steadyHz)).toBeGreaterThan(0.9);
  expect(likenessIn(pcm, await chime())).toBeGreaterThan(likeEnough);
  expect(notes[0]?.body).toMatchObject({ code: 'audio-instead' });

  const wordless = await heardOf(at, { headline: '', text: '' });
  expect(bestShareAt(wordless.pcm, steadyHz)).toBeGreaterThan(0.9);
  expect(likenessIn(wordless.pcm, await chime())).toBeGreaterThan(likeEnough);
}, 120_000);
