import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ask = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'tests/fuzz/main.ts', ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });

test('a command of the tests that is asked for what it does not know names it, shows its usage and ends with 2', () => {
  for (const wrong of ['--colour', 'no-such-target', '--count=few']) {
    const { status, stderr } = ask(wrong);
    expect(stderr, wrong).toContain(wrong.replace(/=.*/, ''));
    expect(stderr, wrong).toMatch(/^npm run fuzz -- /m);
    expect(stderr, wrong).not.toContain('    at ');
    expect(status, wrong).toBe(2);
  }
}, 60_000);

test('a command of the tests asked for help shows its usage and does nothing', () => {
  const { status, stdout } = ask('--help');
  expect(stdout).toMatch(/^npm run fuzz -- .*\n$/);
  expect(status).toBe(0);
}, 60_000);

test('every command of the tests reads what it was asked for in this way', () => {
  const sources = readdirSync('tests', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const bare = sources.filter((file) => /\bparseArgs\(\{/.test(readFileSync(join('tests', file), 'utf8')));
  expect(bare).toEqual([]);
});
