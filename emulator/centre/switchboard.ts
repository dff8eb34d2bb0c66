import { WebSocketServer } from 'ws';
import type { Cancel, Clock } from '../clock.ts';
import { createLink, type Link, type LinkEvents } from './link.ts';
import { fullSpeed, type Carriage } from './pipe.ts';

/** The WebSocket server: who is connected, and how well the line between carries just now. */
export interface Switchboard {
  readonly url: string;
  readonly links: () => readonly Link[];
  /** Breaks all connections and accepts none for so long. */
  readonly cut: (forMs: number) => void;
  /** Wall of the cut: ms of the clock until which nobody gets through; 0 when the line is whole. */
  readonly cutUntilMs: () => number;
  readonly carry: (carriage: Carriage) => void;
  readonly close: () => Promise<void>;
}

export interface SwitchboardOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly events: LinkEvents & { readonly refused: (why: 'many') => void; readonly opened: (link: Link) => void };
}

const subprotocol = 'mingluo.v1';
const messageMaxBytes = 65_536;
const linksMax = 64;

const listening = (server: WebSocketServer): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      server.on('error', (error) => {
        throw error;
      });
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

/**
 * Listens on 127.0.0.1 (port 0: any free one) for boxes that name the subprotocol `mingluo.v1`. Rejects when the port is
 * taken.
 */
export const openSwitchboard = async ({ port, clock, events }: SwitchboardOptions): Promise<Switchboard> => {
  const links = new Set<Link>();
  let carriage = fullSpeed;
  let cutUntilMs = 0;
  let mend: Cancel | null = null;
  let count = 0;
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    maxPayload: messageMaxBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    verifyClient: (_info, answer) => {
      const many = links.size >= linksMax;
      if (many) events.refused('many');
      answer(cutUntilMs === 0 && !many, 503);
    },
  });
  server.on('connection', (socket) => {
    if (socket.protocol !== subprotocol) {
      socket.on('error', () => socket.terminate());
      socket.close(1002, `subprotocol ${subprotocol}`);
      return;
    }
    count += 1;
    const closed: LinkEvents['closed'] = (link, why) => {
      links.delete(link);
      events.closed(link, why);
    };
    const link = createLink(socket, { number: count, clock, carriage: () => carriage }, { ...events, closed });
    links.add(link);
    events.opened(link);
  });
  const takenPort = await listening(server);
  return {
    url: `ws://127.0.0.1:${takenPort}/`,
    links: () => [...links],
    cut: (forMs) => {
      mend?.();
      cutUntilMs = clock.now() + forMs;
      mend = clock.at(cutUntilMs, () => (cutUntilMs = 0));
      for (const link of links) link.terminate();
    },
    cutUntilMs: () => cutUntilMs,
    carry: (next) => (carriage = next),
    close: () =>
      new Promise((resolve) => {
        mend?.();
        for (const link of links) link.terminate();
        server.close(() => resolve());
      }),
  };
};
