import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RdssContent } from '../devices/satellite/beidou-rdss.ts';
import type { EmulatedPanel } from './panel/panel.ts';
import { actOnPanel, panelShape } from './panel/panel-requests.ts';
import { accepted, explainProblem, refused, type Checked } from './problems.ts';
import type { World } from './world.ts';

/** The village's small HTTP interface, on loopback only. */
export interface WorldHttp {
  readonly url: string;
  close(): Promise<void>;
}

const bodyMaxBytes = 16_384;

type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

const parseBody = (text: string, expected: string): Checked<Body> => {
  try {
    const value: unknown = JSON.parse(text);
    return isBody(value) ? accepted(value) : refused('emulator-body-malformed', { expected });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused('emulator-body-malformed', { expected: `${expected} (${reason})` });
  }
};

const readBody = async (request: IncomingMessage): Promise<Checked<string>> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > bodyMaxBytes) return refused('emulator-body-too-long', { max: bodyMaxBytes });
    chunks.push(chunk);
  }
  return accepted(Buffer.concat(chunks).toString('utf8'));
};

const shapes = {
  fault: '{"target": text, "fault": text, "value"?: number}',
  variant: '{"variant": "target=variant"}',
  rain: '{"target": "line/unit", "mm": number, "overMs"?: number}',
  satellite: '{"sender": number, "hex": text} or {"sender": number, "text": text}',
} as const;

const addFault = (world: World, body: Body): Checked<unknown> => {
  const { target, fault, value = null } = body;
  const wellFormed =
    typeof target === 'string' && typeof fault === 'string' && (value === null || typeof value === 'number');
  return wellFormed
    ? world.core.faults.add({ target, fault, value })
    : refused('emulator-body-malformed', { expected: shapes.fault });
};

const pour = (world: World, body: Body): Checked<unknown> => {
  const { target, mm, overMs = 0 } = body;
  const inRange = (value: unknown, max: number): value is number =>
    typeof value === 'number' && value >= 0 && value <= max;
  if (typeof target !== 'string' || !inRange(mm, 1000) || !inRange(overMs, 86_400_000)) {
    return refused('emulator-body-malformed', { expected: shapes.rain });
  }
  return world.rain(target, mm, overMs);
};

const contentOf = ({ hex, text }: Body): RdssContent | null => {
  if (typeof text === 'string') return { mode: 'chinese', text };
  if (typeof hex !== 'string' || !/^([0-9a-f]{2})+$/i.test(hex)) return null;
  return { mode: 'mixed', bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
};

const inject = (world: World, body: Body): Checked<unknown> => {
  const content = contentOf(body);
  const { sender } = body;
  if (content === null || typeof sender !== 'number' || !Number.isInteger(sender) || sender < 0 || sender > 0xffffff) {
    return refused('emulator-body-malformed', { expected: shapes.satellite });
  }
  return world.inject(sender, content);
};

const setVariant = (world: World, { variant }: Body): Checked<unknown> =>
  typeof variant === 'string'
    ? world.setVariant(variant)
    : refused('emulator-body-malformed', { expected: shapes.variant });

const satelliteMessages = (world: World): unknown =>
  (world.core.satellite?.sent ?? []).map(({ at, to, content }) => ({
    at,
    to,
    mode: content.mode,
    ...(content.mode === 'mixed' ? { hex: Buffer.from(content.bytes).toString('hex') } : {}),
    ...(content.mode === 'chinese' ? { text: content.text } : {}),
    ...(content.mode === 'code' ? { digits: content.digits } : {}),
  }));

const heard = async (world: World, wavs: boolean): Promise<unknown> => {
  const recording = wavs ? await world.record() : null;
  const { timeline } = world.core;
  return {
    elapsedMs: timeline.elapsedMs,
    mix: recording?.mix ?? null,
    speechIsNoise: recording?.speechIsNoise ?? null,
    terminals: world.wiring.terminals.map(({ terminal }) => ({
      terminal,
      hz: world.core.hz.get(terminal) ?? null,
      wav: recording?.files[terminal] ?? null,
      stretches: timeline.of(terminal),
    })),
  };
};

type Page = (world: World, url: URL, body: string) => Promise<Checked<unknown>> | Checked<unknown>;

const withBody =
  (expected: string, act: (world: World, body: Body) => Promise<Checked<unknown>> | Checked<unknown>): Page =>
  (world, _url, text) => {
    const body = parseBody(text, expected);
    return body.ok ? act(world, body.value) : body;
  };

const pages: Readonly<Record<string, Page>> = {
  'GET /state': (world) => accepted(world.state()),
  'GET /faults': (world) => accepted(world.core.faults.list()),
  'POST /faults': withBody(shapes.fault, addFault),
  'DELETE /faults': (world, url) =>
    accepted({ removed: world.core.faults.remove(url.searchParams.get('target'), url.searchParams.get('fault')) }),
  'GET /heard': async (world, url) => accepted(await heard(world, url.searchParams.get('wav') !== 'no')),
  'POST /variants': withBody(shapes.variant, setVariant),
  'POST /rain': withBody(shapes.rain, pour),
  'GET /satellite': (world) => accepted(satelliteMessages(world)),
  'POST /satellite': withBody(shapes.satellite, inject),
};

/** A village may have a panel on its wall. */
const panelPages = (panel: EmulatedPanel | null): Readonly<Record<string, Page>> =>
  panel === null
    ? {}
    : {
        'GET /panel': () => accepted(panel.face()),
        'POST /panel': withBody(panelShape, (_world, body) => actOnPanel(panel, body)),
      };

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body) + '\n');
};

interface Served {
  readonly world: World;
  readonly pages: Readonly<Record<string, Page>>;
}

const serve = async ({ world, pages: all }: Served, request: IncomingMessage, response: ServerResponse) => {
  const url = new URL(request.url ?? '/', 'http://village');
  const method = request.method ?? 'GET';
  const page = all[`${method} ${url.pathname}`];
  const body = await readBody(request);
  const answer = !body.ok
    ? body
    : page === undefined
      ? refused('emulator-no-such-page', { method, path: url.pathname })
      : await page(world, url, body.value);
  if (answer.ok) {
    send(response, 200, answer.value);
    return;
  }
  const { code, params } = answer.problem;
  const status = code === 'emulator-no-such-page' ? 404 : 400;
  send(response, status, { code, params, message: explainProblem(answer.problem) });
};

/** Opens the interface on a free port of loopback, or on `port`. */
export const serveWorld = async (world: World, port = 0, panel: EmulatedPanel | null = null): Promise<WorldHttp> => {
  const served: Served = { world, pages: { ...pages, ...panelPages(panel) } };
  const server = createServer((request, response) => {
    serve(served, request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) send(response, 500, { code: 'emulator-broken', params: { detail } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
