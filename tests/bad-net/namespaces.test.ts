import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { isRunning } from '../support/processes.ts';
import { addNamespace, leftBehind, namesFor, removeNamespace, sweepNamespaces } from './namespaces.ts';

test('what is left behind is what bears the number of a dead run, and nothing else', () => {
  const names = ['mlc-7', 'mingluo-bad-net-7-aB3dEf', 'mlb-8', 'mingluo-bad-net-8-aB3dEf', 'mlx-7', 'mlb-7b', 'other'];
  expect(leftBehind(names, (pid) => pid === 8)).toEqual(['mlc-7', 'mingluo-bad-net-7-aB3dEf']);
});

const mayNot = (): boolean => {
  try {
    addNamespace(namesFor(process.pid).box);
    return false;
  } catch (error) {
    if (error instanceof Error && /permitted|denied/i.test(error.message)) return true;
    throw error;
  }
};

test('a run that was killed is swept away with what it had started, one that lives is not', async () => {
  // Only root may make a namespace; elsewhere nobody can leave one behind.
  if (!needs('iproute2', 'ip') || mayNot()) return;
  const [mine, dead] = [namesFor(process.pid).box, namesFor(2 ** 22 + process.pid).centre];
  addNamespace(dead);
  const left = spawn('ip', ['netns', 'exec', dead, 'sleep', '600']);
  try {
    expect(await sweepNamespaces()).toContain(dead);
    await expect.poll(() => isRunning(left.pid ?? 0), { timeout: 15_000, interval: 20 }).toBe(false);
    expect(await sweepNamespaces()).not.toContain(mine);
  } finally {
    left.kill('SIGKILL');
    await removeNamespace(dead);
    await removeNamespace(mine);
  }
});
