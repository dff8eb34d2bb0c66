import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { explain } from '../words/error-codes.ts';
import { failed, type Failure } from '../words/failure.ts';
import type { Gate } from './hosts.ts';
import { boundConnections } from './http-seats.ts';
import { safetyHeaders, type PageFile } from './page-files.ts';

export const httpLimits = {
  connections: 64,
  perAddress: 8,
  headerBytes: 8_192,
  bodyBytes: 65_536,
  headersMs: 5_000,
  requestMs: 15_000,
  idleMs: 20_000,
  answerMs: 10_000,
} as const;

export interface HttpPorts {
  readonly gate: () => Gate;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

const statusOf: Partial<Record<Failure['code'], number>> = {
  'page-request-invalid': 400,
  'page-locked': 401,
  'page-pin-wrong': 401,
  'page-host-refused': 403,
  'page-origin-refused': 403,
  'page-token-refused': 403,
  'page-role-refused': 403,
  'page-not-found': 404,
  'page-too-large': 413,
  'page-pin-wait': 429,
  'page-busy': 503,
  'page-box-away': 503,
  'page-internal': 500,
};

/** A failure as an answer: code and both languages; refusals of the box itself are 409. */
export const refuse = (reply: FastifyReply, failure: Failure): FastifyReply =>
  reply.code(statusOf[failure.code] ?? 409).send({ ok: false, code: failure.code, ...explain(failure) });

/** fastify's own refusals (no JSON, too large, wrong type) in our words. */
const failureOf = (error: unknown): Failure => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  const detail = error instanceof Error ? error.message.slice(0, 200) : String(error);
  if (status === 413) return failed('page-too-large').failure;
  if (typeof status === 'number' && status < 500) return failed('page-request-invalid', { detail }).failure;
  return failed('page-internal', { detail }).failure;
};

const checkGate = ({ gate }: HttpPorts, { method, headers }: FastifyRequest): Failure | null => {
  if (!gate().host(headers.host)) return failed('page-host-refused').failure;
  if (method === 'GET' || method === 'HEAD') return null;
  // A page of somebody else can neither set this header nor hide where it comes from.
  return gate().origin(headers.origin) && headers['x-mingluo'] === 'page'
    ? null
    : failed('page-origin-refused').failure;
};

/** What is no HTTP at all gets a short answer and is shut out. */
const onClientError = (_error: unknown, socket: Socket): void => {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  socket.destroySoon();
};

/** The HTTP server with its bounds, its safety headers and the page's files; the routes of the page come on top. */
export const createHttp = (ports: HttpPorts): FastifyInstance => {
  const app = fastify({
    logger: false,
    bodyLimit: httpLimits.bodyBytes,
    requestTimeout: httpLimits.requestMs,
    keepAliveTimeout: httpLimits.idleMs,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 64 },
    clientErrorHandler: onClientError,
    http: { maxHeaderSize: httpLimits.headerBytes, connectionsCheckingInterval: 1_000 },
  });
  app.server.headersTimeout = httpLimits.headersMs;
  boundConnections(app.server, httpLimits, () => performance.now());
  app.server.on('upgrade', ports.upgrade);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(safetyHeaders);
    const failure = checkGate(ports, request);
    if (failure !== null) await refuse(reply, failure);
  });
  app.setErrorHandler((error, _request, reply) => refuse(reply, failureOf(error)));
  app.setNotFoundHandler((_request, reply) => refuse(reply, failed('page-not-found').failure));
  for (const [path, { type, body }] of ports.files) {
    app.get(path, (_request, reply) => reply.type(type).send(body));
  }
  return app;
};
