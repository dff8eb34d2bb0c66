import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { TestPty } from './support/pty.ts';

test('a thread that ends while its port is open takes nothing with it: the line comes back, each time', () => {
  const pty = new TestPty(() => undefined);
  const program = fileURLToPath(new URL('support/dying-threads.mjs', import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, pty.path, '3'], {
    encoding: 'utf8',
  });
  pty.unplug();
  expect({ status, signal, stdout, stderr }).toEqual({ status: 0, signal: null, stdout: 'alive\n', stderr: '' });
}, 60_000);
