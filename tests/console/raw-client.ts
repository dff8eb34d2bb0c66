import { request } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Asking {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const bodyOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

/** One request with exactly these headers; nothing a browser would add or forbid. */
export const asking = ({ port, path, method = 'GET', headers = {}, body }: Asking): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const host = `127.0.0.1:${port}`;
    const sent = request({ host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...headers } });
    sent.once('error', reject);
    sent.once('response', (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      reply.once('end', () =>
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, body: bodyOf(text) }),
      );
      reply.once('error', reject);
    });
    sent.end(body);
  });

/** The headers that the page itself sends with everything that changes something. */
export const own = (port: number, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  'content-type': 'application/json',
  'x-mingluo': 'page',
  origin: `http://127.0.0.1:${port}`,
  ...more,
});

export const post = (
  port: number,
  path: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> => asking({ port, path, method: 'POST', headers: own(port, more), body: JSON.stringify(body) });

/** A login as the page does it: its cookie and its token, ready for further requests. */
export const logIn = async (port: number, person: string, pin: string): Promise<Record<string, string>> => {
  const { headers, body } = await post(port, '/api/login', { person, pin });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return { cookie: cookie.split(';')[0] ?? '', 'x-csrf': typeof body['csrf'] === 'string' ? body['csrf'] : '' };
};

/** Bytes as they are; resolves with what came back until the other side closed, or after `withinMs`. */
export const sendBytes = (port: number, bytes: Uint8Array | string, withinMs = 15_000): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(done, withinMs);
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.once('close', done);
    socket.once('error', done);
  });
