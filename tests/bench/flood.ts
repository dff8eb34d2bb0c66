import { createConnection, type Socket } from 'node:net';

/** Something that goes on until it is told to stop; tells how much it did. */
export interface Flood {
  readonly stop: () => Promise<number | string>;
}

const tickMs = 20;

/** Calls `act` this many times a second, in small bursts. */
export const floodOf = (perSecond: number, act: () => void): Flood => {
  let [done, owed] = [0, 0];
  const timer = setInterval(() => {
    for (owed += (perSecond * tickMs) / 1000; owed >= 1; owed -= 1, done += 1) act();
  }, tickMs);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.resolve(done);
    },
  };
};

export interface Door {
  readonly path?: string;
  readonly port?: number;
}

const connect = ({ path, port }: Door): Socket => {
  const socket = path === undefined ? createConnection(port ?? 0, '127.0.0.1') : createConnection(path);
  socket.on('error', () => socket.destroy());
  return socket;
};

/** Connections that come and go, each with some bytes of nonsense. */
export const connectFlood = (door: Door, perSecond: number, bytes: string | Buffer): Flood => {
  const open = new Set<Socket>();
  const most = 500;
  const flood = floodOf(perSecond, () => {
    if (open.size >= most) return;
    const socket = connect(door);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('connect', () => socket.write(bytes));
    setTimeout(() => socket.destroy(), 250);
  });
  return {
    stop: async () => {
      const done = await flood.stop();
      for (const socket of open) socket.destroy();
      return done;
    },
  };
};

/** Connections that stay and send one byte now and then: slow headers, slow bodies, half a line. */
export const slowFlood = (door: Door, count: number, opening: string): Flood => {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(door);
    socket.on('connect', () => socket.write(opening));
    return socket;
  });
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('x');
  }, 500);
  return {
    stop: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      return Promise.resolve(count);
    },
  };
};
