import { expect, test } from 'vitest';
import { createReturnEar } from '../../src/audio/out/return-ear.ts';
import { samplesOfMs, type Pcm } from '../../src/audio/pcm.ts';

const frameMs = 50;
const level = (amplitude: number): Pcm =>
  Int16Array.from({ length: samplesOfMs(frameMs) }, (_, index) => Math.round(amplitude * (index % 2 === 0 ? 1 : -1)));
const [quiet, wind, tone, echo] = [level(0), level(400), level(9_000), level(2_500)];

/** What an ear says of so many frames: `sent` and `back` by the frame, `back` so many ms after (or before) `sent`. */
const judged = (sent: readonly Pcm[], back: readonly Pcm[], lagMs: number) => {
  const ear = createReturnEar();
  sent.forEach((pcm, index) => ear.sent(1_000 + index * frameMs, pcm));
  back.forEach((pcm, index) => ear.heard(1_000 + (index + 1) * frameMs + lagMs, pcm));
  return ear.judge().verdict;
};

const of = (pcm: Pcm, count: number): readonly Pcm[] => Array.from({ length: count }, () => pcm);
const sent = [...of(quiet, 10), ...of(tone, 40)];

test('a horn that is heard where we are loud sounds, also in the wind', () => {
  expect(judged(sent, [...of(quiet, 10), ...of(echo, 40)], 150)).toBe('sounding');
  expect(judged(sent, [...of(wind, 10), ...of(echo, 40)], 150)).toBe('sounding');
});

test('our own beginning, handed over before what we sent, is not taken for noise', () => {
  expect(judged(sent, [...of(quiet, 10), ...of(echo, 40)], -100)).toBe('sounding');
  expect(judged(sent.slice(9), [...of(quiet, 1), ...of(echo, 40)], -100)).toBe('sounding');
});

test('wind alone, and silence, are no horn', () => {
  expect(judged(sent, of(wind, 50), 150)).toBe('silent');
  expect(judged(sent, of(quiet, 50), 150)).toBe('silent');
});
