import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { createPipe, type Carriage } from './pipe.ts';

/** One WebSocket connection of a box. Which box it is, and whether that is proven, the inbox writes down here. */
export interface Link {
  readonly number: number;
  /** The box's id as its first signed message claims it. */
  box: string | null;
  /** Its signature held: orders may go there. */
  verified: boolean;
  /** Of the last `time-request`, with the centre's monotonic ms. */
  timeNonce: { readonly nonce: string; readonly atMs: number } | null;
  /** Of the last `ping` that was sent. */
  pingNonce: string | null;
  /** Messages of a box that is not enrolled yet, oldest first. */
  held: string[];
  readonly send: (data: string | Uint8Array) => void;
  /** The peer stays connected and hears nothing: neither answers nor pongs, for so long. */
  readonly freeze: (forMs: number) => void;
  readonly terminate: () => void;
}

export interface LinkEvents {
  readonly text: (link: Link, text: string) => void;
  readonly binary: (link: Link, bytes: number) => void;
  /** `large`: the peer sent more than the document allows. */
  readonly closed: (link: Link, why: 'closed' | 'large') => void;
}

export interface LinkOptions {
  readonly number: number;
  readonly clock: Clock;
  readonly carriage: () => Carriage;
}

const livenessMs = 30_000;

const bytesOf = (data: RawData): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
};

/** Pings the peer and ends the link after two pings without any sign of life. */
const watchLife = (socket: WebSocket, clock: Clock): (() => void) => {
  let unanswered = 0;
  socket.on('pong', () => (unanswered = 0));
  socket.on('message', () => (unanswered = 0));
  const beat = (): void => {
    if (unanswered >= 2) {
      socket.terminate();
      return;
    }
    unanswered += 1;
    if (socket.readyState === socket.OPEN) socket.ping();
    cancel = clock.at(clock.now() + livenessMs, beat);
  };
  let cancel = clock.at(clock.now() + livenessMs, beat);
  return () => cancel();
};

/** Wraps an accepted socket; errors of the peer end its own link and nothing else. */
export const createLink = (socket: WebSocket, options: LinkOptions, events: LinkEvents): Link => {
  const { clock, carriage, number } = options;
  const up = createPipe(clock, carriage);
  const down = createPipe(clock, carriage);
  const stopWatching = watchLife(socket, clock);
  let large = false;
  const link: Link = {
    number,
    box: null,
    verified: false,
    timeNonce: null,
    pingNonce: null,
    held: [],
    send: (data) =>
      down.push(data.length, () => {
        if (socket.readyState === socket.OPEN) socket.send(data);
      }),
    freeze: (forMs) => {
      const untilMs = clock.now() + forMs;
      down.holdUntil(untilMs);
      socket.pause();
      clock.at(untilMs, () => socket.resume());
    },
    terminate: () => socket.terminate(),
  };
  socket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data);
    up.push(bytes.length, () =>
      isBinary ? events.binary(link, bytes.length) : events.text(link, bytes.toString('utf8')),
    );
  });
  socket.on('error', (error) => {
    large = large || ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH');
  });
  socket.on('close', () => {
    stopWatching();
    up.close();
    down.close();
    events.closed(link, large ? 'large' : 'closed');
  });
  return link;
};
