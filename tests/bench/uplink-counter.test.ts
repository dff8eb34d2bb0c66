import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { until } from '../support/waiting.ts';
import { createUplinkCounter, frameOf } from './uplink-counter.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

test('what a box sends is counted by its type and bytes, reaches the centre whole, and pings are left out', async () => {
  const centre = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  endings.push(() => centre.close());
  await once(centre, 'listening');
  const address = centre.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const counter = createUplinkCounter();
  const between = await counter.between(`ws://127.0.0.1:${port}/box`);
  endings.push(() => between.close());
  const heard: number[] = [];
  centre.on('connection', (link) => link.on('message', (data: Buffer) => heard.push(data.length)));
  const box = new WebSocket(between.url);
  endings.push(() => box.terminate());
  await once(box, 'open');
  const texts = [
    { type: 'status' },
    { type: 'receipts', items: 'x'.repeat(500) },
    { type: 'snapshot', of: 'y'.repeat(70_000) },
  ];
  for (const text of texts) {
    box.ping();
    box.send(JSON.stringify(text));
  }
  await until('every message', () => heard.length >= texts.length);
  const lengths = texts.map((text) => JSON.stringify(text).length);
  expect(heard).toEqual(lengths);
  expect(counter.sent()).toEqual([
    { type: 'status', bytes: (lengths[0] ?? 0) + 6 },
    { type: 'receipts', bytes: (lengths[1] ?? 0) + 8 },
    { type: 'snapshot', bytes: (lengths[2] ?? 0) + 14 },
  ]);
  expect(counter.sent()).toEqual([]);
});

test('bytes that are no whole frame are none, and never more than there are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const frame = frameOf(Buffer.from(bytes));
      expect(frame === null || frame.bytes <= bytes.length).toBe(true);
    }),
    { numRuns: 500 },
  );
});
