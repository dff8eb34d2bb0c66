import { expect, test } from 'vitest';
import { runTarget } from './run-target.ts';
import type { Target } from './target.ts';

/** Inputs of each target in every `npm test`; their seeds are 1 to this. */
export const smokeCount = 5_000;

/** One test a target: its first inputs, by the same measures as a long run. */
export const smoke = (targets: readonly Target[], count = smokeCount): void => {
  test.each(targets)(
    `$name withstands ${count} hurtful inputs: nothing thrown, hung, grown, touched or believed`,
    async (target) => {
      const { faults } = await runTarget(target, { seed: 1, count });
      expect(faults.map(({ seed, what, input }) => `seed ${seed}: ${what} ${input.slice(0, 300)}`)).toEqual([]);
    },
    900_000,
  );
};
