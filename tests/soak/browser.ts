import { request } from 'node:http';
import { WebSocket } from 'ws';

/** Somebody's browser at the page of the box. */
export interface Browser {
  /** Loads the page with all its files and watches the live state for a while; true when everything came. */
  readonly reload: (watchMs: number) => Promise<boolean>;
  /** Gives the PIN; true when the page lets the person in. */
  readonly logIn: () => Promise<boolean>;
}

interface Reply {
  readonly status: number;
  readonly cookie: string | null;
}

const timeoutMs = 10_000;
const files = ['/', '/page.css', '/page.js', '/gong.svg', '/api/site', '/api/session'] as const;

const ask = (url: URL, headers: Readonly<Record<string, string>>, body: object | null): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const method = body === null ? 'GET' : 'POST';
    const asked = request(url, { method, headers, agent: false, timeout: timeoutMs });
    asked.once('timeout', () => asked.destroy(new Error('timeout')));
    asked.once('error', reject);
    asked.once('response', (reply) => {
      reply.resume();
      reply.once('error', reject);
      reply.once('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          cookie: reply.headers['set-cookie']?.[0]?.split(';')[0] ?? null,
        }),
      );
    });
    asked.end(body === null ? undefined : JSON.stringify(body));
  });

/** Resolves with true when a state was shown, once the page is closed again. */
const watch = (url: URL, watchMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    let shown = false;
    const socket = new WebSocket(url.href.replace(/^http/, 'ws'), { headers: { origin: url.origin } });
    const timer = setTimeout(() => socket.terminate(), watchMs);
    socket.on('message', () => (shown = true));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(shown);
    });
  });

/** Nothing here throws: what did not come is the answer. */
export const openBrowser = (pageUrl: string, person: string, pin: string): Browser => {
  const { origin } = new URL(pageUrl);
  let cookie: string | null = null;
  const mine = (): Readonly<Record<string, string>> => (cookie === null ? {} : { cookie });
  return {
    reload: async (watchMs) => {
      try {
        for (const file of files) if ((await ask(new URL(file, origin), mine(), null)).status !== 200) return false;
        return await watch(new URL('/live', origin), watchMs);
      } catch (error) {
        if (error instanceof Error) return false;
        throw error;
      }
    },
    logIn: async () => {
      const headers = { 'content-type': 'application/json', 'x-mingluo': 'page', origin, ...mine() };
      try {
        const reply = await ask(new URL('/api/login', origin), headers, { person, pin });
        cookie = reply.cookie ?? cookie;
        return reply.status === 200;
      } catch (error) {
        if (error instanceof Error) return false;
        throw error;
      }
    },
  };
};
