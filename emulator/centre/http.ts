import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ok } from '../../src/words/failure.ts';
import { answerGet, answerOf, answerPost, refusal, type Answer } from './answers.ts';
import { audioMaxBytes } from './audio-desk.ts';
import type { Centre } from './centre.ts';
import { centreFailed, type CentreCode, type CentreResult } from './codes.ts';
import { createTicker } from './ticker.ts';

/** The page and the commands of a centre over HTTP. */
export interface CentrePage {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const bodyMaxBytes = 65_536;
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const write = (response: ServerResponse, { status, type, body, location }: Answer): void => {
  const where = location === undefined ? {} : { location };
  response.writeHead(status, { ...headers, ...where, 'content-type': `${type}; charset=utf-8` });
  response.end(body);
};

/** The body; a longer one is not read to its end. */
const readBody = async (request: IncomingMessage, maxBytes: number): Promise<CentreResult<Buffer>> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return centreFailed('centre-input-large', `${maxBytes}`);
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
};

/** A page of another site must not reach us through the browser: host and origin must be this very server. */
const isOurs = (request: IncomingMessage): boolean => {
  const { host = '', origin } = request.headers;
  if (!/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
};

const no = (code: CentreCode, detail = ''): Answer => refusal(centreFailed(code, detail).failure);

const answer = async (centre: Centre, request: IncomingMessage, url: URL): Promise<Answer> => {
  if (request.method === 'GET' || request.method === 'HEAD') return answerGet(centre, url);
  if (request.method !== 'POST') return no('centre-input-method', request.method);
  const isAudio = url.pathname === '/api/audio';
  const body = await readBody(request, isAudio ? audioMaxBytes : bodyMaxBytes);
  if (!body.ok) return refusal(body.failure);
  if (isAudio) return answerOf(await centre.keepAudio(body.value));
  return answerPost(centre, url, body.value.toString('utf8'), request.headers['content-type'] ?? '');
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

/** Serves the page and the commands on 127.0.0.1 (port 0: any free one). Rejects when the port is taken. */
export const servePage = async (centre: Centre, port: number): Promise<CentrePage> => {
  const ticker = createTicker();
  const stopListening = centre.onChange(ticker.tick);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const base = 'http://centre';
    const url = URL.canParse(request.url ?? '', base) ? new URL(request.url ?? '', base) : null;
    if (!isOurs(request)) write(response, no('centre-input-host'));
    else if (url === null) write(response, no('centre-input-path'));
    else if (url.pathname === '/events' && request.method === 'GET') ticker.add(response);
    else write(response, await answer(centre, request, url));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else write(response, no('centre-internal', String(error).slice(0, 200)));
    });
  });
  const takenPort = await listen(server, port);
  return {
    url: `http://127.0.0.1:${takenPort}/`,
    close: () =>
      new Promise((resolve) => {
        stopListening();
        ticker.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
