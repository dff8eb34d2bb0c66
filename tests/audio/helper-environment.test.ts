import { afterEach, expect, it, vi } from 'vitest';
import { unitEnvironment } from '../../emulator/start/as-the-unit-file.ts';
import { forkChild } from '../../src/audio/make/helper-child.ts';

afterEach(() => vi.unstubAllEnvs());

const environmentOfAChild = async (): Promise<Record<string, string>> => {
  const child = forkChild(new URL('./tell-environment.mjs', import.meta.url), 32);
  try {
    return await new Promise((resolve) => child.onMessage((told) => resolve(told as Record<string, string>)));
  } finally {
    child.kill();
  }
};

it('a child that makes sound asks for memory as the unit file says, and knows nothing else of the environment', async () => {
  for (const [name, value] of Object.entries(unitEnvironment)) vi.stubEnv(name, value);
  vi.stubEnv('MINGLUO_SECRET', 'not for children');
  // Node's own words about the channel to its parent come on top.
  const known = Object.entries(await environmentOfAChild()).filter(([name]) => !name.startsWith('NODE_CHANNEL_'));
  expect(Object.fromEntries(known)).toEqual({ PATH: process.env['PATH'], ...unitEnvironment });
});
