/**
 * How often a property is tried: as often as it says, or, where a mutated program is judged (`npm run mutate`), few times and
 * always the same ones, for each of thousands of mutants is judged anew.
 *
 * @param numRuns tries in an ordinary run
 * @returns parameters of `fc.assert`
 */
export const runs = (numRuns: number): { readonly numRuns: number; readonly seed?: number } =>
  process.env['MINGLUO_MUTATE'] === undefined ? { numRuns } : { numRuns: Math.min(numRuns, 10), seed: 5 };
