import { defineConfig } from 'vitest/config';

/** Core tests are instant; end-to-end tests start real processes and say so with their own time limits. */
export default defineConfig({
  test: { include: ['tests/**/*.test.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 20_000, retry: 0 },
});
