import type { ServerResponse } from 'node:http';

/** Tells open pages that something has changed, at most five times a second, and every 2 s that the centre lives. */
export interface Ticker {
  readonly add: (response: ServerResponse) => void;
  readonly tick: () => void;
  readonly close: () => void;
}

const heartbeatMs = 2000;
const gatherMs = 200;
const pagesMax = 16;

export const createTicker = (): Ticker => {
  const pages = new Set<ServerResponse>();
  let gathering: NodeJS.Timeout | null = null;
  const tell = (): void => {
    gathering = null;
    for (const page of pages) page.write('data: changed\n\n');
  };
  const heart = setInterval(tell, heartbeatMs);
  heart.unref();
  return {
    add: (response) => {
      if (pages.size >= pagesMax) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('data: hello\n\n');
      pages.add(response);
      response.on('close', () => pages.delete(response));
    },
    tick: () => {
      gathering ??= setTimeout(tell, gatherMs).unref();
    },
    close: () => {
      clearInterval(heart);
      if (gathering !== null) clearTimeout(gathering);
      for (const page of pages) page.end();
    },
  };
};
