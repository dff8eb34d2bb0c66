import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startPageProcess } from '../../src/console/console-child.ts';
import { toldOf } from './told-of.ts';

/** Out of open files Node throws nothing: it gives a child without a channel, and tells the error a moment later. */
vi.mock('node:child_process', () => ({
  fork: () => {
    const child = new EventEmitter();
    process.nextTick(() => child.emit('error', new Error('spawn EMFILE')));
    return child;
  },
}));

test('a page process for which no open files are left has ended: its error is heard, and ends no box', async () => {
  const told = await toldOf(() =>
    startPageProcess({
      ...{ listen: { host: '127.0.0.1', port: 0 }, allowedHosts: [], staff: [], contacts: [] },
      ...{ control: 'control.sock', triesFile: 'tries.json' },
    }),
  );
  expect(told).toEqual(['page-down spawn EMFILE']);
});
