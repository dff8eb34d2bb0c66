import { connect } from 'node:net';
import type { Connector } from './connector.ts';

const connectTimeoutMs = 3000;
const keepAliveMs = 10_000;
/** A server that takes nothing more has stopped reading: a request is at most 260 bytes. */
const unsentLimitBytes = 64 * 1024;

/** A TCP connection to a serial device server or a Modbus TCP unit. */
export const tcpConnector =
  (host: string, port: number): Connector =>
  (events) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs });
    let over = false;
    const end = (reason: string | null): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      socket.destroy();
      if (reason !== null) events.gone(reason);
    };
    const timer = setTimeout(() => end('connect timeout'), connectTimeoutMs);
    socket.on('connect', () => {
      clearTimeout(timer);
      if (!over) events.opened();
    });
    socket.on('data', (chunk: Buffer) => {
      if (!over) events.bytes(chunk);
    });
    socket.on('error', (error: Error & { code?: string }) => end(error.code ?? error.message));
    socket.on('end', () => end('closed by the other side'));
    socket.on('close', () => end('closed'));
    return {
      write: (bytes) => {
        if (socket.writableLength > unsentLimitBytes) end('the other side takes no bytes');
        else if (!over) socket.write(bytes);
      },
      close: () => end(null),
    };
  };
