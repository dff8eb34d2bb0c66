import { createServer, type Server, type Socket } from 'node:net';

/** A line behind a serial device server on loopback: one client at a time. */
export interface TcpPlug {
  readonly port: number;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const stop = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Listens on loopback and hands each client to `serve`. A second client is turned away while one is connected. */
export const createTcpPlug = async (wanted: number, serve: (socket: Socket) => () => void): Promise<TcpPlug> => {
  let client: Socket | null = null;
  const accept = (socket: Socket): void => {
    if (client !== null) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.setNoDelay(true);
    const detach = serve(socket);
    // A reset connection is closed right after; there is nothing else to do about it.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      detach();
      if (client === socket) client = null;
    });
  };
  let server = createServer(accept);
  const port = await listen(server, wanted);
  let listening = true;
  const unplug = async (): Promise<void> => {
    if (!listening) return;
    listening = false;
    client?.destroy();
    client = null;
    await stop(server);
  };
  return {
    port,
    unplug,
    plug: async () => {
      if (listening) return;
      listening = true;
      server = createServer(accept);
      await listen(server, port);
    },
    close: unplug,
  };
};
