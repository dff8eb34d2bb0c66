import { afterEach, expect, test, vi } from 'vitest';
import { fixedSeeds } from './fixed-seeds.ts';
import { plants, type Planted } from './plants.ts';

type Place = Pick<Planted, 'module' | 'spoil'>;

/** Replaces some exports of a module, and leaves the others. */
const plant = ({ module, spoil }: Place): void => {
  vi.doMock(`../../${module}`, async (importOriginal) => {
    const real = await importOriginal<never>();
    return { ...(real as object), ...spoil(real) };
  });
};

const placesOf = (planted: Planted): readonly Place[] => [planted, ...(planted.beside ? [planted.beside] : [])];

afterEach(() => {
  for (const { module } of plants.flatMap(placesOf)) vi.doUnmock(`../../${module}`);
  vi.resetModules();
});

test.each(plants)(
  '$mistake: found as a broken promise $promise in seed $seed',
  async (planted) => {
    const { promise, seed } = planted;
    expect(fixedSeeds).toContain(seed);
    vi.resetModules();
    for (const place of placesOf(planted)) plant(place);
    const { simulate } = await import('./simulate.ts');
    const { loadExample } = await import('./sim-village.ts');
    const loaded = await loadExample(process.cwd());
    const { breach } = await simulate({ seed, hours: 1, loaded, only: promise });
    expect(breach?.promise).toBe(promise);
  },
  300_000,
);

test('each promise from 1 to 9 and each invariant from I1 to I12 has a mistake of its own', () => {
  const wanted = [...Array(9).keys()].map((index) => String(index + 1));
  const invariants = [...Array(12).keys()].map((index) => `I${index + 1}`);
  expect([...wanted, ...invariants].filter((one) => !plants.some(({ promise }) => promise === one))).toEqual([]);
});

test('each fixed seed is there because a planted mistake is found in it', () => {
  expect(fixedSeeds.filter((fixed) => !plants.some(({ seed }) => seed === fixed))).toEqual([]);
});
