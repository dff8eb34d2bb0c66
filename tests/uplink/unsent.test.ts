import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { wsLinks, type Link } from '../../src/uplink/link.ts';
import { until } from '../support/waiting.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0)) close();
});

const message = 'x'.repeat(45_000);

/** A link to a server that reads, not open yet, and what both have seen. */
const newLink = async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'mingluo.v1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const seen = { isOpen: false, isClosed: false, received: 0 };
  server.on('connection', (socket) => socket.on('message', () => (seen.received += 1)));
  const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const link: Link = wsLinks({ url, secure: false, pins: [] })({
    opened: () => (seen.isOpen = true),
    message: () => undefined,
    heard: () => undefined,
    closed: () => (seen.isClosed = true),
  });
  closers.push(link.terminate, () => server.close());
  return { link, seen };
};

const openLink = async () => {
  const opened = await newLink();
  await until('a link', () => opened.seen.isOpen);
  return opened;
};

it('a burst of less than 4 MiB that the centre could not read yet comes to it, and costs no link', async () => {
  const { link, seen } = await openLink();
  for (let count = 0; count < 90; count += 1) link.send(message);
  await until('all of them', () => seen.received === 90 || seen.isClosed);
  expect(seen).toMatchObject({ received: 90, isClosed: false });
});

/** The network takes an unknown part of a burst, so the bound is tried with what is only said to wait. */
it('what waits may be 4 MiB, and not one byte more', async () => {
  const { link, seen } = await openLink();
  const waiting = vi.spyOn(WebSocket.prototype, 'bufferedAmount', 'get').mockReturnValue(4_194_304);
  link.send(message);
  await until('it', () => seen.received === 1 || seen.isClosed);
  expect(seen).toMatchObject({ received: 1, isClosed: false });
  waiting.mockReturnValue(4_194_305);
  link.send(message);
  await until('the end', () => seen.isClosed);
  expect(seen.received).toBe(1);
});

it('what is sent before the link is open, or when it has ended, goes nowhere and breaks nothing', async () => {
  const { link, seen } = await newLink();
  link.send(message);
  await until('a link', () => seen.isOpen);
  link.terminate();
  link.send(message);
  await until('the end', () => seen.isClosed);
  link.send(message);
  expect(seen.received).toBe(0);
});
