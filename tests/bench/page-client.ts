import { request } from 'node:http';
import { pause } from '../support/waiting.ts';

/** A person's browser at the page of a box: logged in, from the station's own screen. */
export interface PageClient {
  /** Starts a plan (the bench's own) in this zone; true when the box has taken it. */
  readonly start: (zone: string, plan?: string) => Promise<boolean>;
}

interface Reply {
  readonly status: number;
  readonly cookie: string;
  readonly text: string;
}

const post = (port: number, path: string, body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const origin = `http://127.0.0.1:${port}`;
    const headers = { 'content-type': 'application/json', 'x-mingluo': 'page', origin, ...more };
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false, headers, timeout: 5_000 });
    sent.once('timeout', () => sent.destroy(new Error('timeout')));
    sent.once('error', reject);
    sent.once('response', (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      reply.once('end', () =>
        resolve({ status: reply.statusCode ?? 0, cookie: reply.headers['set-cookie']?.[0] ?? '', text }),
      );
      reply.once('error', reject);
    });
    sent.end(JSON.stringify(body));
  });

/** The page's process needs a moment longer than the box; a page that is never there is the caller's failure. */
const logIn = async (port: number, body: unknown): Promise<Reply> => {
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    try {
      const reply = await post(port, '/api/login', body);
      if (reply.status !== 503) return reply;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    await pause(100);
  }
};

/** One of them after the other: nobody may start a siren from the page more than three times in ten minutes. */
const taking = <T>(all: readonly T[]): (() => T | undefined) => {
  let next = 0;
  return () => {
    next += 1;
    return all[(next - 1) % all.length];
  };
};

/** Logs these people in with the PIN of the bench site. Throws when the page does not let one in. */
export const openPage = async (port: number, people: readonly string[], pin: string): Promise<PageClient> => {
  const proofs: Readonly<Record<string, string>>[] = [];
  for (const person of people) {
    const { status, cookie, text } = await logIn(port, { person, pin });
    if (status !== 200) throw new Error(`login: ${status} ${text}`);
    const { csrf } = JSON.parse(text) as { readonly csrf: string };
    proofs.push({ cookie: cookie.split(';')[0] ?? '', 'x-csrf': csrf });
  }
  const nextProof = taking(proofs);
  const what = { status: 'actual', severity: 'red', text: null, sirenUnlocked: false };
  return {
    start: async (zone, plan = 'bench') => {
      try {
        return (await post(port, '/api/start', { ...what, plan, zones: [zone] }, nextProof() ?? {})).status === 200;
      } catch {
        return false;
      }
    },
  };
};
