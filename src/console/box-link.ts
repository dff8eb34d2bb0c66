import { createConnection } from 'node:net';
import { failed, type Result } from '../words/failure.ts';
import { askBox, type ControlReply } from './control-client.ts';
import type { ControlRequest } from './control-requests.ts';
import type { LiveView, SiteView } from './view.ts';

/** What the page process knows of the box. */
export interface BoxNow {
  readonly live: LiveView;
  /** When it came, on performance.now's scale. */
  readonly gotAt: number;
}

export interface BoxLink {
  readonly site: () => SiteView | null;
  readonly now: () => BoxNow | null;
  readonly onPush: (listener: () => void) => void;
  /** Asks the box; bounded in number. Errors: `page-busy`, `page-box-away`. */
  readonly ask: (request: ControlRequest) => Promise<Result<ControlReply>>;
  readonly close: () => void;
}

/** Longest line from the box: the largest site with all its results. */
const lineMaxBytes = 4 * 1024 * 1024;
const silentMs = 10_000;
const againMs = { first: 200, longest: 2_000 } as const;
const asksAtOnce = 4;
const asksWaiting = 16;

const isPush = (value: unknown): value is { readonly live: LiveView; readonly site?: SiteView } =>
  typeof value === 'object' && value !== null && 'live' in value && typeof value.live === 'object';

/** Lines of a growing text; a line beyond the bound ends the connection. */
const lineReader = (onLine: (line: string) => void, tooLong: () => void) => {
  let parts: string[] = [];
  let size = 0;
  return (chunk: string): void => {
    const [first = '', ...rest] = chunk.split('\n');
    parts.push(first);
    size += first.length;
    for (const next of rest) {
      onLine(parts.join(''));
      parts = [next];
      size = next.length;
    }
    if (size > lineMaxBytes) tooLong();
  };
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** One turn of watching; calls `gone` once when it is over. */
const watchOnce = (path: string, take: (value: unknown) => void, gone: () => void): (() => void) => {
  const socket = createConnection(path);
  socket.setEncoding('utf8');
  socket.setTimeout(silentMs, () => socket.destroy());
  const read = lineReader(
    (line) => take(parsed(line)),
    () => socket.destroy(),
  );
  socket.on('connect', () => socket.write('{"do":"watch"}\n'));
  socket.on('data', read);
  socket.on('error', () => socket.destroy());
  socket.once('close', gone);
  return () => socket.destroy();
};

/** Few questions at once, a few more waiting, the rest refused: a crowd at the page never crowds the box. */
const askInTurn = (path: string): BoxLink['ask'] => {
  let free = asksAtOnce;
  const waiting: (() => void)[] = [];
  const takeTurn = (): Promise<void> => {
    if (free === 0) return new Promise((resolve) => waiting.push(resolve));
    free -= 1;
    return Promise.resolve();
  };
  const giveTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async (request) => {
    if (free === 0 && waiting.length >= asksWaiting) return failed('page-busy');
    await takeTurn();
    try {
      const answer = await askBox(path, request);
      return answer.ok ? answer : failed('page-box-away');
    } finally {
      giveTurn();
    }
  };
};

/** Many stops at once are one under way and one after it, which all the others share: none waits for the crowd. */
const stopTogether = (ask: BoxLink['ask']): BoxLink['ask'] => {
  let underway: Promise<unknown> | null = null;
  let next: Promise<Result<ControlReply>> | null = null;
  const begin = (request: ControlRequest): Promise<Result<ControlReply>> => {
    next = null;
    const begun = ask(request);
    underway = begun.finally(() => (underway = null));
    return begun;
  };
  return (request) => {
    if (underway === null) return begin(request);
    return (next ??= underway.then(() => begin(request)));
  };
};

/** The page process's connection to the box: it watches, and asks; it comes back by itself when the box was away. */
export const linkToBox = (path: string): BoxLink => {
  const listeners: (() => void)[] = [];
  const usual = askInTurn(path);
  const stop = stopTogether(askInTurn(path));
  let site: SiteView | null = null;
  let now: BoxNow | null = null;
  let waitMs: number = againMs.first;
  let timer: NodeJS.Timeout | null = null;
  let end: () => void = () => undefined;
  let closed = false;

  const take = (value: unknown): void => {
    if (!isPush(value)) return;
    waitMs = againMs.first;
    site = value.site ?? site;
    now = { live: value.live, gotAt: performance.now() };
    listeners.forEach((listener) => listener());
  };
  const begin = (): void => {
    if (closed) return;
    end = watchOnce(path, take, () => {
      timer = setTimeout(begin, waitMs);
      waitMs = Math.min(againMs.longest, waitMs * 2);
    });
  };
  begin();
  return {
    site: () => site,
    now: () => now,
    onPush: (listener) => void listeners.push(listener),
    ask: (request) => (request.do === 'stop' ? stop(request) : usual(request)),
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      end();
    },
  };
};
