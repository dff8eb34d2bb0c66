import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { BoxLink } from './box-link.ts';
import type { Gate } from './hosts.ts';

/** One message to a page. `ageMs`: how old the state already was when it left; `live` null: the box does not answer. */
export interface LiveMessage {
  readonly sequence: number;
  readonly ageMs: number;
  readonly live: unknown;
}

export const hubLimits = {
  sockets: 32,
  perAddress: 4,
  /** Pages only listen: whoever speaks is shown out. */
  payloadBytes: 256,
  beatMs: 2_000,
  missed: 2,
  /** A page that reads so slowly that this much waits for it is shown out; it comes back with a whole state. */
  backlogBytes: 2 * 1024 * 1024,
} as const;

export interface LiveHub {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly close: () => void;
}

const refuse = (socket: Duplex, status: string): void => {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
};

interface Member {
  readonly address: string;
  missed: number;
}

/**
 * Is there a place for one more from this address? Where all are taken, the oldest page of the address with the most of
 * them gives way to one that has fewer: a crowd from one place does not blind the others.
 */
const makeRoom = (members: ReadonlyMap<WebSocket, Member>, address: string): boolean => {
  const countOf = (wanted: string): number =>
    [...members.values()].filter((member) => member.address === wanted).length;
  const own = countOf(address);
  if (own >= hubLimits.perAddress) return false;
  if (members.size < hubLimits.sockets) return true;
  const most = Math.max(...[...members.values()].map((member) => countOf(member.address)));
  const [page] = [...members].find((member) => countOf(member[1].address) === most) ?? [];
  if (page === undefined || most <= own + 1) return false;
  page.terminate();
  return true;
};

/** Pushes the state to every page that watches: at once, at each change, and every two seconds as a sign of life. */
export const createHub = (link: BoxLink, gate: () => Gate): LiveHub => {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: hubLimits.payloadBytes,
  });
  const members = new Map<WebSocket, Member>();
  let sequence = 0;

  const message = (): string => {
    sequence += 1;
    const now = link.now();
    const ageMs = now === null ? 0 : Math.round(performance.now() - now.gotAt);
    return JSON.stringify({ sequence, ageMs, live: now?.live ?? null } satisfies LiveMessage);
  };
  const send = (page: WebSocket, text: string): void => {
    if (page.bufferedAmount > hubLimits.backlogBytes) page.terminate();
    else if (page.bufferedAmount === 0) page.send(text);
  };
  const sendAll = (): void => {
    if (members.size === 0) return;
    const text = message();
    for (const page of members.keys()) send(page, text);
  };
  const beat = (): void => {
    for (const [page, member] of members) {
      member.missed += 1;
      if (member.missed > hubLimits.missed) page.terminate();
      else page.ping();
    }
    sendAll();
  };
  const welcome = (page: WebSocket, address: string): void => {
    const member: Member = { address, missed: 0 };
    members.set(page, member);
    page.on('pong', () => (member.missed = 0));
    page.on('message', () => page.close(1008));
    page.on('error', () => page.terminate());
    page.once('close', () => members.delete(page));
    page.send(message());
  };
  link.onPush(sendAll);
  const timer = setInterval(beat, hubLimits.beatMs);
  return {
    upgrade: (request, socket, head) => {
      const { host, origin } = request.headers;
      const address = request.socket.remoteAddress ?? '';
      if (request.url !== '/live') refuse(socket, '404 Not Found');
      else if (!gate().host(host) || !gate().origin(origin)) refuse(socket, '403 Forbidden');
      else if (!makeRoom(members, address)) refuse(socket, '503 Service Unavailable');
      else server.handleUpgrade(request, socket, head, (page) => welcome(page, address));
    },
    close: () => {
      clearInterval(timer);
      for (const page of members.keys()) page.terminate();
    },
  };
};
