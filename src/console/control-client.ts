import { createConnection } from 'node:net';
import { failed, ok, type Result } from '../words/failure.ts';
import type { ControlRequest } from './control-requests.ts';

export type ControlReply = Readonly<Record<string, unknown>> & { readonly ok: boolean };

const isReply = (value: unknown): value is ControlReply =>
  typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';

/** Nothing of the request was read by the box, so that asking again can never make two of one. */
const unread = new Set(['EAGAIN', 'EPIPE', 'ECONNRESET']);
const busyCode = 'control-busy';
const againMs = 25;

/** There is no socket at this place, or one that a box left behind. */
const nobody = new Set(['ENOENT', 'ECONNREFUSED']);

interface Asked {
  readonly answer: Result<ControlReply>;
  readonly mayAskAgain: boolean;
}

const askOnce = (path: string, request: ControlRequest, withinMs: number): Promise<Asked> =>
  new Promise((resolve) => {
    const unreachable = (detail: string): void =>
      resolve({ answer: failed('control-unreachable', { path, detail }), mayAskAgain: false });
    const broken = ({ code = '', message: detail }: NodeJS.ErrnoException): void => {
      const answer = nobody.has(code)
        ? failed('control-nobody', { path })
        : failed('control-unreachable', { path, detail });
      resolve({ answer, mayAskAgain: unread.has(code) });
    };
    const socket = createConnection(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(withinMs, () => {
      unreachable('timeout');
      socket.destroy();
    });
    socket.on('error', broken);
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) return;
      const reply: unknown = JSON.parse(text.slice(0, end));
      if (isReply(reply)) resolve({ answer: ok(reply), mayAskAgain: reply['code'] === busyCode });
      else unreachable('no reply');
      socket.end();
    });
    socket.on('close', () => unreachable('closed'));
  });

/**
 * Asks the running box one thing; again and again within the time while the box is so crowded that it did not even read the
 * request. Errors: `control-nobody`, `control-unreachable`.
 */
export const askBox = async (
  path: string,
  request: ControlRequest,
  withinMs = 10_000,
): Promise<Result<ControlReply>> => {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const leftMs = giveUpAt - performance.now();
    const { answer, mayAskAgain } = await askOnce(path, request, Math.max(1, leftMs));
    if (!mayAskAgain || leftMs <= againMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
};
