import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, in the order in which they begin; all others follow. Some compute and some wait for a real
 * village: they stand so that both kinds run beside each other, and that none of them is left for the end, where the other
 * workers would have nothing more to do.
 */
const longest = [
  'e2e/story',
  'simulate/seeds',
  'simulate/planted',
  'fuzz/devices',
  'page/screens',
  'e2e/cut-off',
  'simulate/nothing-real',
  'house/documents',
  'fuzz/processes',
  'audio/cannot-speak',
  'fuzz/messages',
  'fuzz/orders',
  'page/village',
  'bench/bench',
  'fire/kill9',
  'audio/return-audio',
  'fuzz/store',
  'audio/lead-in',
  'fire/disk',
  'audio/sound-child',
  'audio/network-speaker',
].map((name) => fileURLToPath(new URL(`tests/${name}.test.ts`, import.meta.url)));

const gone = longest.filter((file) => !existsSync(file));
if (gone.length > 0) throw new Error(`vitest.config.ts names tests that are not there: ${gone.join(' ')}`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(moduleId);
      return at === -1 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Core tests are instant; end-to-end tests start real processes and say so with their own time limits. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/support/temporary-folder.ts',
    pool: 'forks',
    maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
    testTimeout: 20_000,
    // Before and after tests real villages start and end: on a slow machine that takes as long as it takes.
    hookTimeout: 60_000,
    retry: 0,
    sequence: { sequencer: LongestFirst },
    /** Only with `--coverage`: what decides is run by its own tests, every branch of it. */
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { 100: true },
    },
  },
});
