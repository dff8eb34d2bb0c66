import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startPageProcess, supervise, type PageProcess, type Supervisor } from '../../src/console/console-child.ts';
import { distEntry } from '../support/dist.ts';
import { asking } from './raw-client.ts';
import { toldOf } from './told-of.ts';

let supervisor: Supervisor | null = null;
afterAll(() => supervisor?.stop());

test('a page process that is killed is started again, and answers again', async () => {
  // The page's files are compiled, also where the process itself runs from its source.
  distEntry('console.entry');
  const stateDir = mkdtempSync(join(tmpdir(), 'mingluo-page-'));
  const processes: PageProcess[] = [];
  const ports: number[] = [];
  const codes: (string | null)[] = [];
  let heard: () => void = () => undefined;
  const listening = (count: number): Promise<void> =>
    new Promise((resolve) => {
      heard = () => {
        if (ports.length >= count) resolve();
      };
      heard();
    });
  supervisor = supervise({
    start: () => {
      const started = startPageProcess({
        ...{ listen: { host: '127.0.0.1', port: 0 }, allowedHosts: [], staff: [], contacts: [] },
        control: join(stateDir, 'control.sock'),
        triesFile: join(stateDir, 'tries.json'),
      });
      processes.push(started);
      return started;
    },
    now: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    listen: '127.0.0.1:0',
    listening: (port) => {
      ports.push(port);
      heard();
    },
    state: (failure) => codes.push(failure?.code ?? null),
    report: () => undefined,
  });
  await listening(1);
  processes[0]?.end('SIGKILL');
  await listening(2);
  expect(codes).toEqual([null, 'page-down', null]);
  const answer = await asking({ port: ports[1] ?? 0, path: '/api/site' });
  expect([answer.status, answer.body['code']]).toEqual([503, 'page-box-away']);
}, 60_000);

test('a page process that the system will not start has ended: the box lives on, and tries again', async () => {
  let starts = 0;
  const told = await toldOf(() => {
    starts += 1;
    if (starts < 3) throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
    return { onReport: () => undefined, onEnd: () => undefined, end: () => undefined };
  });
  expect([starts, told]).toEqual([3, ['page-down spawn ENOMEM']]);
});
