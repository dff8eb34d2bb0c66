import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { explain } from '../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { controlMaxBytes, parseControlRequest, type ControlRequest } from './control-requests.ts';
import { controlLimits, createSeats, lookBudget, type Seat, type Seats } from './control-seats.ts';

/** What the box answers: any plain data. */
export type ControlAnswer = Result<Readonly<Record<string, unknown>>>;

/** Whoever watches: `push` one line, and whether it still reads what was pushed before. */
export interface Watcher {
  readonly push: (value: Readonly<Record<string, unknown>>) => void;
  readonly keepsUp: () => boolean;
}

export interface ControlPort {
  readonly obey: (request: ControlRequest) => Promise<ControlAnswer>;
  /** Begins to push at once; returns what ends it. */
  readonly watch: (watcher: Watcher) => () => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Somebody had to go, or could not be let in. */
  readonly crowded?: (failure: Failure) => void;
}

export interface ControlServer {
  readonly close: () => Promise<void>;
  /** Lets everybody go, and leaves the socket's name where it is: it is another server's now. */
  readonly leave: () => Promise<void>;
}

/** Connections that the kernel holds for us until we take them. */
const backlog = 1_024;

const busy = failed('control-busy', { most: controlLimits.seats });
const tooLong = failed('control-too-long', { max: controlMaxBytes });

const lineFor = (answer: ControlAnswer): string => {
  const body = answer.ok
    ? { ok: true, ...answer.value }
    : { ok: false, code: answer.failure.code, ...explain(answer.failure) };
  return `${JSON.stringify(body)}\n`;
};

const internal = (error: unknown) =>
  failed('control-internal', { detail: error instanceof Error ? error.message : String(error) });

/** One request line as its answer. Whatever goes wrong in it becomes an answer too: the box never dies of a request. */
export const answerRequest = async (
  line: string,
  obey: (request: ControlRequest) => Promise<ControlAnswer>,
): Promise<ControlAnswer> => {
  try {
    const parsed = parseControlRequest(line);
    return parsed.ok ? await obey(parsed.value) : parsed;
  } catch (error) {
    return internal(error);
  }
};

/** Says why and shuts it at once, whether or not the other end reads. */
const shut = (socket: Socket, why: ControlAnswer): void => {
  if (socket.writable) socket.write(lineFor(why));
  socket.destroy();
};

/** Turns a connection into a watching one: it pushes until the other end goes; it has no idle time any more. */
const watchOn = (socket: Socket, watch: ControlPort['watch']): void => {
  socket.setTimeout(0);
  const stop = watch({
    push: (value) => void socket.write(lineFor(ok(value))),
    keepsUp: () => socket.writableLength === 0,
  });
  socket.once('close', stop);
};

/** What all connections share. */
interface Room {
  readonly port: ControlPort;
  readonly seats: Seats;
  readonly mayLook: (now: number) => boolean;
}

/** Answers leave in the order of the requests, however long each takes; `done` follows when one is on its way. */
const answersOf = (socket: Socket, seat: Seat, { port: { obey } }: Room) => {
  let tail: Promise<void> = Promise.resolve();
  return (line: string, done: () => void): void => {
    seat.working += 1;
    const work = answerRequest(line, obey).finally(() => (seat.working -= 1));
    tail = tail
      .then(() => work)
      .then((answer) => void socket.write(lineFor(answer), done))
      .catch(() => void socket.destroy());
  };
};

/** One line of a connection; `done` is called when it costs nothing any more. */
const lineTaker = (socket: Socket, seat: Seat, room: Room) => {
  const answer = answersOf(socket, seat, room);
  const { port, seats, mayLook } = room;
  return (line: string, done: () => void): void => {
    const asked = parseControlRequest(line);
    const looks = asked.ok && (asked.value.do === 'watch' || asked.value.do === 'status');
    if (looks && !mayLook(port.now())) {
      socket.write(lineFor(busy), done);
    } else if (asked.ok && asked.value.do === 'watch') {
      if (!seat.watching) {
        seats.watch(seat);
        watchOn(socket, port.watch);
      }
      done();
    } else {
      answer(line, done);
    }
  };
};

/**
 * Reads lines and has each taken, one a turn of the loop, so that a connection full of them leaves room for the others. Who
 * does not read the answers is not read either.
 */
const serve = (socket: Socket, seat: Seat, room: Room): void => {
  const take = lineTaker(socket, seat, room);
  let [text, underway, isDue] = ['', 0, false];
  const goOn = (): void => {
    if (isDue || socket.destroyed) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      next();
    });
  };
  const done = (): void => {
    underway -= 1;
    goOn();
  };
  const next = (): void => {
    if (underway >= controlLimits.atOnce) return;
    const end = text.indexOf('\n');
    if (end > controlMaxBytes || (end < 0 && text.length > controlMaxBytes)) {
      shut(socket, tooLong);
      return;
    }
    if (end < 0) {
      socket.resume();
      return;
    }
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    if (line.trim() !== '') {
      underway += 1;
      take(line, done);
    }
    goOn();
  };
  socket.setEncoding('utf8');
  socket.setTimeout(controlLimits.idleMs, () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    socket.pause();
    if (!isDue) next();
  });
};

/** Longest path of a UNIX socket in bytes: sun_path of unix(7) less its closing zero. */
const socketPathMax = 107;

/** A longer path fails at the start with words, not deep inside. Error: `control-path-too-long`. */
export const checkSocketPath = (path: string): Result<null> => {
  const bytes = Buffer.byteLength(path);
  return bytes <= socketPathMax ? ok(null) : failed('control-path-too-long', { path, bytes, max: socketPathMax });
};

/**
 * The local way in for a person with a shell on the box: a UNIX socket that only its owner may open. JSON lines; each
 * request is answered with `{ok: true, …}` or `{ok: false, code, zh, en}`. The process never dies of what comes in.
 * Rejects, with the system's own error, when the socket cannot be made or kept for its owner alone.
 */
export const openControlServer = (path: string, port: ControlPort): Promise<ControlServer> => {
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const seats = createSeats(controlLimits, () => port.crowded?.(busy.failure));
  const room = { port, seats, mayLook: lookBudget(controlLimits) };
  const server: Server = createServer((socket) => {
    const seat: Seat = { working: 0, watching: false, showOut: () => shut(socket, busy) };
    socket.on('error', () => socket.destroy());
    if (!seats.take(seat)) {
      shut(socket, busy);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      seats.leave(seat);
    });
    serve(socket, seat, room);
  });
  return new Promise((resolve, reject) => {
    // For good: once it listens, a connection that could not be taken comes here too.
    server.on('error', (error) => {
      reject(error);
      if (server.listening) port.crowded?.(internal(error).failure);
    });
    server.listen({ path, backlog }, () => {
      try {
        chmodSync(path, 0o600);
      } catch (error) {
        // Its name went away in this very moment, or is another's: nobody could come in by it.
        server.close();
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      const letGo = (): void => sockets.forEach((socket) => socket.destroy());
      resolve({
        close: () =>
          new Promise((done) => {
            letGo();
            server.close(() => done());
          }),
        leave: () => {
          letGo();
          // Closing would remove the name. What is left here ends with the program.
          server.unref();
          return Promise.resolve();
        },
      });
    });
  });
};
