import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { runProgram } from '../../src/audio/make/run-program.ts';

/** Out of open files Node throws nothing: it gives a child without pipes, and tells the error a moment later. */
vi.mock('node:child_process', () => ({
  spawn: () => {
    const child = new EventEmitter();
    process.nextTick(() => child.emit('error', Object.assign(new Error('spawn EMFILE'), { code: 'EMFILE' })));
    return child;
  },
}));

test("a site's own engine for which no open files are left has failed: its error is heard, and ends no process", async () => {
  const run = { command: ['speak'], input: '请立即转移', timeLimitMs: 1_000, mostBytes: 1_000 };
  expect(await runProgram(run)).toEqual({ why: 'EMFILE' });
});
