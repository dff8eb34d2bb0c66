import { expect, test } from 'vitest';
import { inWorldTime, rememberTime, type TimeScene } from './world-time.ts';

const nights = () => {
  const state = { world: 0, mono: 0, remembers: true };
  const deaths: object[] = [];
  const village = {
    time: { now: () => state.world },
    life: () => ({
      remembers: state.remembers,
      box: { tied: { ties: { clock: { now: () => ({ mono: state.mono }) } } } },
    }),
  };
  const scene: TimeScene = { memory: new Map(), history: { deaths }, village };
  const at = (world: number, mono: number): void => {
    Object.assign(state, { world, mono });
    rememberTime(scene);
  };
  const dies = (): void => void deaths.push({});
  return { scene, state, at, dies };
};

test('a receipt is laid to the newest life that had begun when it was made', () => {
  const { scene, at, dies } = nights();
  at(0, 0);
  at(500_000, 500_000);
  dies();
  at(900_000, 510_000);
  expect([inWorldTime(scene, 400_000), inWorldTime(scene, 520_000)]).toEqual([400_000, 910_000]);
});

test('no receipt is laid to a life without memory, whose clock begins at nought', () => {
  const { scene, state, at, dies } = nights();
  at(0, 0);
  at(500_000, 500_000);
  dies();
  state.remembers = false;
  at(600_000, 0);
  at(650_000, 50_000);
  dies();
  state.remembers = true;
  at(700_000, 700_000);
  expect(inWorldTime(scene, 500_000)).toBe(500_000);
});
