import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exampleSite, startRig, type PageRig } from '../page/rig.ts';
import { asking, post } from './raw-client.ts';

let rig: PageRig;
let port: number;
beforeAll(async () => {
  rig = await startRig(await exampleSite(), []);
  ({ port } = rig);
}, 60_000);
afterAll(() => rig.close());

const open: Socket[] = [];
afterEach(() => open.splice(0).forEach((socket) => socket.destroy()));

/** A connection from this address that says so much and then nothing; resolves when it stands. */
const half = (localAddress: string, text: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    open.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('connect', () => socket.write(text, () => resolve(socket)));
    socket.on('close', () => resolve(socket));
  });

const stops = async (): Promise<number> => (await post(port, '/api/stop', {})).status;
const headers = (rest: string): string => `POST /api/stop HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${rest}`;
const slow = {
  'slow headers': headers('X-Slow: '),
  'slow bodies': headers('Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'),
  silence: '',
};

describe('a crowd at the page', () => {
  test.each(Object.entries(slow))('of %s, from many places or from here, does not keep a stop out', async (_, text) => {
    for (const from of ['127.0.0.1', '127.0.0.2']) {
      await Promise.all(Array.from({ length: 80 }, () => half(from, text)));
      expect(await stops()).toBe(200);
    }
    await Promise.all(Array.from({ length: 100 }, (_each, index) => half(`127.0.1.${index + 1}`, text)));
    expect(await stops()).toBe(200);
  });

  test('holds a bounded number of connections', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => half('127.0.0.3', slow['slow headers'])));
    await asking({ port, path: '/healthz' });
    const patience = { timeout: 15_000, interval: 10 };
    await expect.poll(() => all.filter((socket) => !socket.destroyed).length, patience).toBe(8);
  });

  test('of watching pages in one place does not blind another place', async () => {
    const upgrade = `GET /live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    const first = (socket: Socket): Promise<string> =>
      new Promise((resolve) => socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1').slice(9, 12))));
    const watch = async (from: string): Promise<string> => first(await half(from, upgrade));
    for (let place = 0; place < 8; place += 1) {
      const from = `127.0.2.${place + 1}`;
      expect(await Promise.all([watch(from), watch(from), watch(from), watch(from)])).toEqual(Array(4).fill('101'));
    }
    expect(await watch('127.0.2.1')).toBe('503');
    expect(await watch('127.0.0.1')).toBe('101');
  });
});
