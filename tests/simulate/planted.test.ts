import { afterEach, expect, test, vi } from 'vitest';
import { fixedSeeds } from './fixed-seeds.ts';
import { plants, type Planted } from './plants.ts';

/** Replaces some exports of a module, and leaves the others. */
const plant = ({ module, spoil }: Planted): void => {
  vi.doMock(`../../${module}`, async (importOriginal) => {
    const real = await importOriginal<never>();
    return { ...(real as object), ...spoil(real) };
  });
};

afterEach(() => {
  for (const { module } of plants) vi.doUnmock(`../../${module}`);
  vi.resetModules();
});

const explore = process.env['EXPLORE'];

test.each(
  plants.filter(({ promise }) => explore === undefined || explore === 'all' || explore.split(',').includes(promise)),
)(
  '$mistake: found as a broken promise $promise within the fixed seeds',
  async (planted) => {
    const { promise, seed: first } = planted;
    vi.resetModules();
    plant(planted);
    const { simulate } = await import('./simulate.ts');
    const { loadExample } = await import('./sim-village.ts');
    const loaded = await loadExample(process.cwd());
    let found: string | null = null;
    for (const seed of [first, ...fixedSeeds.filter((other) => other !== first)]) {
      const { breach } = await simulate({ seed, hours: 1, loaded, only: promise });
      found = breach?.what ?? null;
      if (explore !== undefined && found !== null)
        process.stdout.write(
          `@@ ${promise} ${planted.mistake}: seed ${seed} at ${Math.round((breach?.atMs ?? 0) / 1000)} s: ${found}\n`,
        );
      if (found !== null) break;
    }
    expect(found).not.toBeNull();
  },
  120_000,
);
