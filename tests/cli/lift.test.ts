import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lift } from '../../src/cli/lift.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { openControlServer, type ControlServer } from '../../src/console/control-server.ts';
import { failed, ok } from '../../src/words/failure.ts';

const state = mkdtempSync(join(tmpdir(), 'mingluo-lift-'));
const asked: ControlRequest[] = [];
let server: ControlServer;

beforeAll(async () => {
  server = await openControlServer(join(state, 'control.sock'), {
    obey: (request) => {
      asked.push(request);
      const isOurs = request.do === 'lift' && request.alert.startsWith('local-');
      return Promise.resolve(
        isOurs ? ok({ id: 'L1', recorded: true }) : failed('lift-not-local', { alert: 'county-2026-1' }),
      );
    },
    now: () => performance.now(),
    watch: () => () => undefined,
  });
});
afterAll(() => server.close());

const run = async (...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    language: 'en',
    environment: {},
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
  } as const;
  return { code: await lift.run([...args, '--state', state, '--person', 'li'], io), out: out.join(), err: err.join() };
};

const id = '0123456789abcdef0123456789abcdef';

test('a warning is taken back by the id that its start printed, with the words of its plan or with others', async () => {
  const own = { do: 'lift', what: 'correction', alert: `local-${id}`, text: null, person: 'li' };
  expect(await run('--correction', id)).toMatchObject({ code: 0, err: '' });
  expect(asked.at(-1)).toEqual(own);
  expect((await run('--all-clear', `local-${id}`, '--text', '水退了。')).code).toBe(0);
  expect(asked.at(-1)).toEqual({ ...own, what: 'all-clear', text: '水退了。' });
});

test('a warning from above is refused in words', async () => {
  const { code, err } = await run('--correction', 'county-2026-1');
  expect([code, err]).toEqual([5, expect.stringContaining('came from above')]);
});

test('it must be said which of the two, and of which warning', async () => {
  const before = asked.length;
  const wrong = [
    [id],
    ['--correction', '--all-clear', id],
    ['--correction'],
    ['--correction', id, id],
    ['--correction', id, '--text', ''],
  ];
  for (const args of wrong) expect((await run(...args)).code).toBe(2);
  expect(asked.length).toBe(before);
});
