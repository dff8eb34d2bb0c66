import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepControl } from '../../src/box/keep-control.ts';
import { askBox } from '../../src/console/control-client.ts';
import { openControlServer, type ControlPort } from '../../src/console/control-server.ts';
import { ok } from '../../src/words/failure.ts';

const place = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'control-socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'control.sock');
};

const port = (crowded: string[] = []): ControlPort => ({
  obey: () => Promise.resolve(ok({ id: 'here' })),
  watch: () => () => undefined,
  now: () => 0,
  crowded: ({ code }) => crowded.push(code),
});

test('a control socket whose name goes away while it is opened is a failure with words, not the end of the box', async () => {
  const path = place();
  const opening = openControlServer(path, port());
  // It is bound by now, and its rights are set in a later turn.
  expect(existsSync(path)).toBe(true);
  rmSync(path);
  await expect(opening).rejects.toMatchObject({ code: 'ENOENT', syscall: 'chmod' });
});

test('a box whose control socket could not be kept says why, and opens it at the next try', async () => {
  const path = place();
  const said: string[] = [];
  const later: (() => void)[] = [];
  let tries = 0;
  const kept = await keepControl({
    open: () => {
      tries += 1;
      const opening = openControlServer(path, port());
      if (tries === 1) rmSync(path);
      return opening;
    },
    after: (_, call) => {
      later.push(call);
      return () => undefined;
    },
    isOurs: () => true,
    onClosed: (detail) => said.push(detail),
    onOpen: () => said.push('open'),
  });
  expect(said).toEqual([expect.stringMatching(/^ENOENT/)]);
  for (const call of later.splice(0)) call();
  await vi.waitFor(() => expect(said).toHaveLength(2), { timeout: 15_000, interval: 10 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await askBox(path, { do: 'stop', person: 'li' })).ok).toBe(true);
  await kept.close();
  expect(existsSync(path)).toBe(false);
});

test('connections that cannot be taken are told, each time, and the server goes on', async () => {
  const path = place();
  const crowded: string[] = [];
  const listen = vi.spyOn(Server.prototype, 'listen');
  onTestFinished(() => listen.mockRestore());
  const server = await openControlServer(path, port(crowded));
  const inner: unknown = listen.mock.contexts[0];
  if (!(inner instanceof Server)) throw new Error('nobody listens');
  // As node:net tells what accept(2) answered when the kernel had no memory for a connection.
  for (let times = 0; times < 2; times += 1) inner.emit('error', new Error('accept ENOBUFS'));
  expect(crowded).toEqual(['control-internal', 'control-internal']);
  expect((await askBox(path, { do: 'stop', person: 'li' })).ok).toBe(true);
  await server.close();
});
