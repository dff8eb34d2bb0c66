import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calmView, exampleSite, startRig, type PageRig } from '../page/rig.ts';
import { asking } from './raw-client.ts';

let rig: PageRig;
let port: number;
beforeAll(async () => {
  rig = await startRig(await exampleSite());
  ({ port } = rig);
}, 60_000);
afterAll(() => rig.close());

const openSocket = (
  headers: Record<string, string>,
  path = '/live',
): Promise<{ readonly code: number; readonly first: string }> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const finish = (code: number, first: string): void => {
      socket.terminate();
      resolve({ code, first });
    };
    socket.once('unexpected-response', (_request, reply) => finish(reply.statusCode ?? 0, ''));
    socket.once('message', (data: Buffer) => finish(101, data.toString()));
    socket.once('error', () => undefined);
    socket.once('close', () => resolve({ code: -1, first: '' }));
  });

describe('the live state', () => {
  test('goes to the page itself at once, and to nobody from another origin', async () => {
    rig.show(calmView(await exampleSite()));
    const mine = await openSocket({ origin: `http://127.0.0.1:${port}` });
    expect(mine.code).toBe(101);
    expect(JSON.parse(mine.first)).toMatchObject({ live: { software: 'mingluo test' } });
    expect(mine.first).toMatch(/^\{"sequence":\d+,/);
    expect((await openSocket({ origin: 'https://evil.example' })).code).toBe(403);
    expect((await openSocket({})).code).toBe(403);
    expect((await openSocket({ origin: `http://127.0.0.1:${port}`, host: 'evil.example' })).code).toBe(403);
    expect((await openSocket({ origin: `http://127.0.0.1:${port}` }, '/other')).code).toBe(404);
  });

  test('property: a page that speaks is shown out, whatever it says, and the others go on', async () => {
    const said = fc.oneof(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 600 }));
    await fc.assert(
      fc.asyncProperty(said, async (what) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin: `http://127.0.0.1:${port}` });
        const closed = new Promise<number>((resolve) => socket.once('close', resolve));
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.once('open', resolve));
        socket.send(what);
        expect([1006, 1008, 1009]).toContain(await closed);
      }),
      { numRuns: 60 },
    );
    expect((await openSocket({ origin: `http://127.0.0.1:${port}` })).code).toBe(101);
  }, 60_000);
});

describe('a crowd at the door', () => {
  const answered = new Set<Socket>();
  const crowd = (count: number): Promise<readonly Socket[]> =>
    Promise.all(
      Array.from(
        { length: count },
        () =>
          new Promise<Socket>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => resolve(socket));
            socket.on('error', () => undefined);
            socket.on('data', () => answered.add(socket));
          }),
      ),
    );

  test('one address keeps eight connections, and slow headers are shut after seconds', async () => {
    const sockets = await crowd(40);
    for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost:');
    // Shut out at once and without a word; who had a place is told that it took too long, seconds later.
    const seated = (): number => sockets.filter((socket) => answered.has(socket) || !socket.destroyed).length;
    await expect.poll(seated, { timeout: 15_000, interval: 10 }).toBeLessThanOrEqual(8);
    const lasts = Promise.all(
      sockets.map(
        (socket) => new Promise((resolve) => (socket.destroyed ? resolve(null) : socket.once('close', resolve))),
      ),
    );
    await lasts;
    expect((await asking({ port, path: '/healthz' })).status).toBe(200);
  }, 30_000);
});
