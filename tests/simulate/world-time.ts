import type { Scene } from './checker.ts';

const worldAheadKey = 'the world is ahead of the box';

/** How far the world's time is ahead of the box's, by the life that was looked at last: the next one begins another. */
export const rememberTime = ({ village, memory }: Scene): null => {
  const clock = village.life()?.box.tied.ties.clock;
  if (clock !== undefined) memory.set(worldAheadKey, village.time.now() - clock.now().mono);
  return null;
};

/**
 * Box time as the world's: a receipt may be released long after it was made, when a disk comes back, or by the start that
 * finds it on the disk. That is before the new life has a clock: the one that made it counts.
 */
export const inWorldTime = (scene: Scene, mono: number): number => {
  rememberTime(scene);
  return mono + (scene.memory.get(worldAheadKey) ?? 0);
};
