import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { explain } from '../words/error-codes.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { controlMaxBytes, parseControlRequest, type ControlRequest } from './control-requests.ts';

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
}

export interface ControlServer {
  readonly close: () => Promise<void>;
}

const connectionsMax = 16;
const idleMs = 30_000;

const lineFor = (answer: ControlAnswer): string => {
  const body = answer.ok
    ? { ok: true, ...answer.value }
    : { ok: false, code: answer.failure.code, ...explain(answer.failure) };
  return `${JSON.stringify(body)}\n`;
};

const internal = (error: unknown): ControlAnswer =>
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

/** Turns a connection into a watching one: it pushes until the other end goes; it has no idle time any more. */
const watchOn = (socket: Socket, watch: ControlPort['watch']): void => {
  socket.setTimeout(0);
  const stop = watch({
    push: (value) => void socket.write(lineFor(ok(value))),
    keepsUp: () => socket.writableLength === 0,
  });
  socket.once('close', stop);
};

const serve = (socket: Socket, { obey, watch }: ControlPort): void => {
  let text = '';
  let watching = false;
  // Answers leave in the order of the requests, however long each takes.
  let tail: Promise<void> = Promise.resolve();
  const answerLine = (line: string): void => {
    const asked = parseControlRequest(line);
    if (asked.ok && asked.value.do === 'watch') {
      if (!watching) watchOn(socket, watch);
      watching = true;
      return;
    }
    const work = answerRequest(line, obey);
    tail = tail
      .then(() => work)
      .then((answer) => void socket.write(lineFor(answer)))
      .catch(() => void socket.destroy());
  };
  socket.setEncoding('utf8');
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      if (line.trim() !== '') answerLine(line);
    }
    if (text.length > controlMaxBytes) socket.end(lineFor(failed('control-too-long', { max: controlMaxBytes })));
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
 */
export const openControlServer = (path: string, port: ControlPort): Promise<ControlServer> => {
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, port);
  });
  server.maxConnections = connectionsMax;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve({
        close: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
};
