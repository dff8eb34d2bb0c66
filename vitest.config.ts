import { defineConfig } from 'vitest/config';

/** Core tests are instant; end-to-end tests start real processes and say so with their own time limits. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    retry: 0,
    /** Only with `--coverage`: what decides is run by its own tests from end to end, every branch of it. */
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { 100: true },
    },
  },
});
