import { expect, test } from 'vitest';
import { monoOf } from '../../src/box/tie-sound.ts';

const now = { mono: 90_000, wall: 0, trust: 'guessed' } as const;
const parts = { clock: { now: () => now }, ports: { stopwatch: () => 5_000 } };

test('an instant that the sound process tells keeps its age on the scale of the box', () => {
  expect(monoOf(parts, 4_300)).toBe(89_300);
  expect(monoOf(parts, 5_000)).toBe(90_000);
});

test('nothing that is told has yet to happen', () => {
  expect(monoOf(parts, 5_001)).toBe(90_000);
});
