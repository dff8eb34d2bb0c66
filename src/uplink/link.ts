import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import WebSocket from 'ws';
import { failed, type Failure } from '../words/failure.ts';
import type { UplinkAddress } from './address.ts';
import { messageMaxBytes, subprotocol } from './messages.ts';

/** What a link tells its session; after `closed` it is silent. */
export interface LinkEvents {
  readonly opened: () => void;
  /** One message; null for a binary one. */
  readonly message: (text: string | null) => void;
  /** Any sign of life below the messages; `echo`: the number of the ping it answers, absent: all so far. */
  readonly heard: (echo?: number) => void;
  readonly closed: (failure: Failure) => void;
}

/** One connection, from the attempt to its end. All methods may be called at any time and after the end. */
export interface Link {
  readonly send: (text: string) => void;
  /** The numbers rise. */
  readonly ping: (number: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it at once; `closed` follows. */
  readonly terminate: () => void;
}

export type LinkFactory = (events: LinkEvents) => Link;

/** A centre that goes on talking and reads nothing is no centre: what waits for it must not fill the memory. */
const unsentMaxBytes = 4_194_304;

/** Most fragments of one message: a flood of tiny ones costs no memory. */
const maxFragments = 200;

const failureOf = (error: NodeJS.ErrnoException): Failure =>
  error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || error.code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS'
    ? failed('uplink-message-too-long', { max: messageMaxBytes }).failure
    : failed('uplink-unreachable', { detail: error.message === '' ? (error.code ?? 'error') : error.message }).failure;

/** SHA-256 over the DER SubjectPublicKeyInfo of the server's certificate, base64. */
const pinOf = (socket: TLSSocket): string => {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return 'none';
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
};

/** The number of the ping that is answered; 0 where the answer is to none of ours. */
const echoIn = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

/** Opens the WebSocket, over the given socket where there is one, and hands its events on. */
const openSocket = (address: UplinkAddress, events: LinkEvents, over: TLSSocket | null): WebSocket => {
  const socket = new WebSocket(address.url, subprotocol, {
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: messageMaxBytes,
    maxFragments,
    ...(over === null ? {} : { createConnection: () => over }),
  });
  let failure: Failure | null = null;
  socket.on('open', events.opened);
  socket.on('ping', () => events.heard(0));
  socket.on('pong', (data) => events.heard(echoIn(data.toString('latin1'))));
  socket.on('message', (data, isBinary) => {
    events.message(!isBinary && Buffer.isBuffer(data) ? data.toString('utf8') : null);
  });
  socket.on('error', (error) => {
    failure ??= failureOf(error);
  });
  socket.on('close', (code) => events.closed(failure ?? failed('uplink-closed', { code }).failure));
  return socket;
};

const linkOver = (socket: WebSocket): Link => ({
  send: (text) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > unsentMaxBytes) socket.terminate();
    else socket.send(text);
  },
  ping: (number) => {
    if (socket.readyState === WebSocket.OPEN) socket.ping(String(number));
  },
  pause: () => socket.pause(),
  resume: () => socket.resume(),
  terminate: () => socket.terminate(),
});

const plainLink =
  (address: UplinkAddress): LinkFactory =>
  (events) =>
    linkOver(openSocket(address, events, null));

/**
 * TLS first and the WebSocket only over a server whose key is pinned: not one byte of ours goes to anybody else. Chain,
 * name and dates are left unchecked on purpose, the pin replaces them.
 */
const pinnedLink =
  (address: UplinkAddress): LinkFactory =>
  (events) => {
    const host = address.url.hostname.replace(/^\[|\]$/g, '');
    let link: Link | null = null;
    let failure: Failure | null = null;
    const tls = connect({
      host,
      port: address.url.port === '' ? 443 : Number(address.url.port),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    });
    const onError = (error: Error): void => {
      failure ??= failureOf(error);
    };
    const onClose = (): void =>
      events.closed(failure ?? failed('uplink-unreachable', { detail: 'closed during the TLS handshake' }).failure);
    tls.on('error', onError);
    tls.once('close', onClose);
    tls.once('secureConnect', () => {
      const seen = pinOf(tls);
      if (!address.pins.includes(seen)) {
        failure = failed('uplink-pin-wrong', { seen: `sha256/${seen}` }).failure;
        tls.destroy();
        return;
      }
      tls.off('close', onClose);
      link = linkOver(openSocket(address, events, tls));
    });
    return {
      send: (text) => link?.send(text),
      ping: (number) => link?.ping(number),
      pause: () => link?.pause(),
      resume: () => link?.resume(),
      terminate: () => (link === null ? void tls.destroy() : link.terminate()),
    };
  };

/** Connects by `ws` (npm), pinned when the address is `wss`. */
export const wsLinks = (address: UplinkAddress): LinkFactory =>
  address.secure ? pinnedLink(address) : plainLink(address);
