import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { rateBudget } from '../../src/intake/rate-budget.ts';
import type { BoxMessage } from '../../src/uplink/messages.ts';
import { handshakeTimeoutMs, openUplink, type Uplink, type UplinkOptions } from '../../src/uplink/session.ts';
import type { UplinkClock } from '../../src/uplink/timers.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/waiting.ts';
import { makeBench, numbersIn } from './fixture.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/**
 * Real time, but a pause of a minute is over in 3 s: short enough to wait for, long enough for a busy machine to answer. A
 * handshake has all its time: that of TLS is work for both ends, and both are here.
 */
const hurried: UplinkClock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs === handshakeTimeoutMs ? delayMs : delayMs / 20);
    return () => clearTimeout(timer);
  },
};

/** Real time, in which nothing here comes due. */
const patient: UplinkClock = { ...hurried, after: (delayMs, run) => hurried.after(delayMs * 20, run) };

interface Centre {
  readonly port: number;
  readonly links: WebSocket[];
  readonly messages: { readonly link: number; readonly message: BoxMessage }[];
}

const serve = (server: WebSocketServer, port: () => number): Centre => {
  const centre: { links: WebSocket[]; messages: Centre['messages'] } = { links: [], messages: [] };
  server.on('connection', (socket) => {
    const link = centre.links.push(socket) - 1;
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer) => {
      centre.messages.push({ link, message: JSON.parse(data.toString('utf8')) as BoxMessage });
    });
  });
  closers.push(() => {
    for (const socket of centre.links) socket.terminate();
    server.close();
  });
  return { ...centre, port: port() };
};

const plainCentre = async (options: object = {}): Promise<Centre> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'mingluo.v1', ...options });
  await new Promise((resolve) => server.once('listening', resolve));
  return serve(server, () => (server.address() as AddressInfo).port);
};

const connect = (url: string, more: Partial<UplinkOptions> = {}) => {
  const bench = makeBench({ clock: hurried, url, ...more });
  const opened = openUplink(bench.bare);
  if (!opened.ok) throw new Error(opened.failure.code);
  const uplink: Uplink = opened.value;
  closers.push(uplink.close);
  return { ...bench, uplink };
};

describe('the ws package as the link', () => {
  it('offers the subprotocol and no compression, and sends the snapshot as the first text frame', async () => {
    const offers: string[] = [];
    const centre = await plainCentre({
      perMessageDeflate: true,
      verifyClient: ({ req }: { req: { headers: Record<string, string | undefined> } }) => {
        offers.push(
          `${req.headers['sec-websocket-protocol'] ?? ''} ${req.headers['sec-websocket-extensions'] ?? 'plain'}`,
        );
        return true;
      },
    });
    connect(`ws://127.0.0.1:${centre.port}/`);
    await until('a snapshot', () => centre.messages.length > 1);
    expect(centre.messages[0]?.message.type).toBe('snapshot');
    expect(offers).toEqual(['mingluo.v1 plain']);
  });

  it('brings an order from a real server to intake, bytes untouched', async () => {
    const centre = await plainCentre();
    const { orders } = connect(`ws://127.0.0.1:${centre.port}/`);
    await until('a link', () => centre.links.length === 1);
    const envelope = '{"text":"地质灾害\\u0001"}';
    const signature = `${'A'.repeat(86)}==`;
    centre.links[0]!.send(JSON.stringify({ type: 'order', key: 'county-1', signature, envelope }));
    await until('the order', () => orders.length === 1);
    expect(orders).toEqual([envelope]);
  });

  it('comes back after cuts and delivers every receipt in order', { timeout: 90_000 }, async () => {
    const centre = await plainCentre();
    const { store, uplink } = connect(`ws://127.0.0.1:${centre.port}/`);
    let cutLink = -1;
    for (let cut = 1; cut <= 10; cut += 1) {
      store.newest += 20;
      uplink.wake();
      // A busy machine may lose a link of its own accord; the newest one after the cut counts.
      const carries = ({ link, message }: (typeof centre.messages)[number]): boolean =>
        link > cutLink && link === centre.links.length - 1 && message.type === 'receipts';
      await until(`receipts after cut ${cut - 1}`, () => centre.messages.some(carries));
      cutLink = centre.links.length - 1;
      const received = Math.max(...centre.messages.flatMap(({ message }) => numbersIn(message)));
      if (cut % 2 === 0) {
        centre.links[cutLink]!.send(JSON.stringify({ type: 'acknowledge', number: received }));
        await until('the acknowledgement', () => store.acked >= received);
      }
      centre.links[cutLink]!.terminate();
    }
    // More than a window is left: a centre that acknowledges what it has is given the next.
    const answered = new Set<number>();
    await until('the rest', () => {
      const received = centre.messages
        .filter(({ link }) => link > cutLink)
        .flatMap(({ message }) => numbersIn(message));
      const number = Math.max(0, ...received);
      if (number > 0 && !answered.has(number)) {
        answered.add(number);
        centre.links.at(-1)!.send(JSON.stringify({ type: 'acknowledge', number }));
      }
      return number === store.newest;
    });
    const kept: number[] = [];
    for (const { message } of centre.messages)
      kept.push(...numbersIn(message).filter((number) => !kept.includes(number)));
    expect(kept).toEqual(Array.from({ length: store.newest }, (_, index) => index + 1));
    const firsts = centre.links.map((_, link) => centre.messages.find((one) => one.link === link)?.message.type);
    expect(new Set(firsts)).toEqual(new Set(['snapshot']));
  });

  it('sends a changed state when the server has answered the ping before it', async () => {
    const centre = await plainCentre();
    const { uplink } = connect(`ws://127.0.0.1:${centre.port}/`, { clock: patient });
    const states = (): number => centre.messages.filter(({ message }) => message.type === 'snapshot').length;
    await until('the first state', () => states() === 1);
    uplink.sendSnapshot();
    await until('the second state', () => states() === 2);
  });

  it('leaves a server that takes everything and answers nothing', async () => {
    const centre = await plainCentre({ autoPong: false });
    const { reports } = connect(`ws://127.0.0.1:${centre.port}/`, {
      clock: { ...hurried, after: (delayMs, run) => hurried.after(delayMs / 3, run) },
    });
    await until('silence', () => reports.includes('uplink-silent'));
    await until('another link', () => centre.links.length > 1);
  });

  it('leaves a server that goes on talking and reads nothing, before what waits for it fills the memory', async () => {
    const centre = await plainCentre();
    const { uplink, orders } = connect(`ws://127.0.0.1:${centre.port}/`, { clock: patient });
    await until('a link', () => centre.links.length === 1 && uplink.connected());
    centre.links[0]!.pause();
    const signature = `${'A'.repeat(86)}==`;
    for (let state = 0; state < 1_500 && uplink.connected(); state += 1) {
      centre.links[0]!.send(JSON.stringify({ type: 'order', key: 'county-1', signature, envelope: '{}' }));
      for (let again = 0; again < 100; again += 1) uplink.sendStatus();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(orders.length).toBeGreaterThan(10);
    expect(uplink.connected()).toBe(false);
  });

  it('ends a link that sends a message of more than 64 kB, and comes back', async () => {
    const centre = await plainCentre();
    const { reports, orders } = connect(`ws://127.0.0.1:${centre.port}/`);
    await until('a link', () => centre.links.length === 1);
    centre.links[0]!.send('x'.repeat(70_000));
    await until('another link', () => centre.links.length === 2);
    expect(reports).toContain('uplink-message-too-long');
    expect(orders).toEqual([]);
  });

  it('holds a flood back by the socket: a thousand orders at once all arrive', { timeout: 90_000 }, async () => {
    const centre = await plainCentre();
    const { orders, reports } = connect(`ws://127.0.0.1:${centre.port}/`, {
      admit: rateBudget({ perSecond: 1_000, burst: 40 }),
    });
    await until('a link', () => centre.links.length === 1);
    const signature = `${'A'.repeat(86)}==`;
    const padding = ' '.repeat(1_000);
    for (let index = 0; index < 1_000; index += 1) {
      const envelope = `${index}${padding}`;
      centre.links[0]!.send(JSON.stringify({ type: 'order', key: 'county-1', signature, envelope }));
    }
    await until('all orders', () => orders.length === 1_000);
    expect(orders.map((order) => Number(order))).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect([reports, centre.links.length]).toEqual([[], 1]);
  });

  it('treats a web page in the way of the centre as no centre', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    const { reports, uplink } = connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await until('a report', () => reports.length > 0);
    expect(reports).toEqual(['uplink-unreachable']);
    expect(uplink.connected()).toBe(false);
  });

  it('sends binary messages back as no message', async () => {
    const centre = await plainCentre();
    const { reports } = connect(`ws://127.0.0.1:${centre.port}/`);
    await until('a link', () => centre.links.length === 1);
    centre.links[0]!.send(Buffer.from([1, 2, 3]));
    await until('a problem', () => centre.messages.some(({ message }) => message.type === 'problem'));
    expect(reports).toEqual(['uplink-message-not-json']);
  });
});

/** A certificate that is out of date, self-signed and of another name: only its key counts. */
const certificate = (folder: string, name: string): { key: string; cert: string; pin: string } => {
  const files = { key: join(folder, `${name}.key`), cert: join(folder, `${name}.crt`) };
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-subj', `/CN=${name}.invalid`, '-keyout', files.key, '-out', files.cert],
  ]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const cert = readFileSync(files.cert, 'utf8');
  const spki = createPublicKey(cert).export({ type: 'spki', format: 'der' });
  return {
    key: readFileSync(files.key, 'utf8'),
    cert,
    pin: `sha256/${createHash('sha256').update(spki).digest('base64')}`,
  };
};

describe('wss with a pinned key', () => {
  const secureCentre = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-tls-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const ours = certificate(folder, 'ours');
    const theirs = certificate(folder, 'theirs');
    const server: TlsServer = createServer({ key: ours.key, cert: ours.cert });
    const sockets: Socket[] = [];
    const bytes = { received: 0 };
    server.on('secureConnection', (socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', (data: Buffer) => (bytes.received += data.length));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const sessions = new WebSocketServer({ server, handleProtocols: () => 'mingluo.v1' });
    const centre = serve(sessions, () => (server.address() as AddressInfo).port);
    return { ours, theirs, bytes, centre };
  };

  it('talks to the server whose key is pinned, first or second, and tells it of each change', async () => {
    if (!needs('openssl', 'openssl')) return;
    const { ours, theirs, centre } = await secureCentre();
    const { uplink } = connect(`wss://127.0.0.1:${centre.port}/`, { pins: [theirs.pin, ours.pin] });
    await until('a snapshot', () => centre.messages.length > 0);
    expect(uplink.connected()).toBe(true);
    expect(centre.messages[0]?.message.type).toBe('snapshot');
    uplink.sendSnapshot();
    const isState = ({ message }: { message: BoxMessage }): boolean => message.type === 'snapshot';
    await until('a changed state', () => centre.messages.filter(isState).length === 2);
  });

  it('sends not one byte to a server with another key, and says which it saw', async () => {
    if (!needs('openssl', 'openssl')) return;
    const { ours, theirs, bytes, centre } = await secureCentre();
    const seen: unknown[] = [];
    const { uplink } = connect(`wss://127.0.0.1:${centre.port}/`, {
      pins: [theirs.pin],
      report: (failure) => seen.push([failure.code, failure.params['seen']]),
    });
    await until('a report', () => seen.length > 0);
    expect(seen).toEqual([['uplink-pin-wrong', ours.pin]]);
    expect([uplink.connected(), centre.links.length, bytes.received]).toEqual([false, 0, 0]);
  });

  it('gives up a server that speaks no TLS', async () => {
    const centre = await plainCentre();
    const { reports } = connect(`wss://127.0.0.1:${centre.port}/`, { pins: [`sha256/${'A'.repeat(43)}=`] });
    await until('a report', () => reports.length > 0);
    expect(reports[0]).toBe('uplink-unreachable');
  });
});
