import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { wsLinks } from '../../src/uplink/link.ts';
import { until } from '../support/waiting.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

it('an answer bears the number of its ping; a ping of the centre, or an answer to none of ours, bears none', async () => {
  const server = new WebSocketServer({
    ...{ host: '127.0.0.1', port: 0, handleProtocols: () => 'mingluo.v1', autoPong: false },
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const [centres, asked, heard]: [WebSocket[], string[], (number | undefined)[]] = [[], [], []];
  server.on('connection', (socket) => {
    centres.push(socket);
    socket.on('ping', (data: Buffer) => asked.push(data.toString('latin1')));
  });
  const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  let isOpen = false;
  const link = wsLinks({ url, secure: false, pins: [] })({
    opened: () => (isOpen = true),
    message: () => undefined,
    heard: (echo) => heard.push(echo),
    closed: () => undefined,
  });
  closers.push(link.terminate, () => server.close());
  await until('a link', () => isOpen && centres.length === 1);
  link.ping(7);
  await until('the ping', () => asked.length === 1);
  expect(asked).toEqual(['7']);
  centres[0]?.ping();
  for (const answer of ['7', '', 'seven', '-7', '9'.repeat(16)]) centres[0]?.pong(answer);
  await until('all of them', () => heard.length === 6);
  expect(heard).toEqual([0, 7, 0, 0, 0, 0]);
});
