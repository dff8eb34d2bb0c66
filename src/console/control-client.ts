import { createConnection } from 'node:net';
import { failed, ok, type Result } from '../words/failure.ts';
import type { ControlRequest } from './control-requests.ts';

export type ControlReply = Readonly<Record<string, unknown>> & { readonly ok: boolean };

const isReply = (value: unknown): value is ControlReply =>
  typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';

/** Asks the running box one thing. Error: `control-unreachable`. */
export const askBox = (path: string, request: ControlRequest, withinMs = 10_000): Promise<Result<ControlReply>> =>
  new Promise((resolve) => {
    const unreachable = (detail: string): void => resolve(failed('control-unreachable', { path, detail }));
    const socket = createConnection(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(withinMs, () => {
      unreachable('timeout');
      socket.destroy();
    });
    socket.on('error', (error) => unreachable(error.message));
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) return;
      const reply: unknown = JSON.parse(text.slice(0, end));
      if (isReply(reply)) resolve(ok(reply));
      else unreachable('no reply');
      socket.end();
    });
    socket.on('close', () => unreachable('closed'));
  });
