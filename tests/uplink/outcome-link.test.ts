import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { openUplink } from '../../src/uplink/session.ts';
import { found } from '../support/waiting.ts';
import { boxSigned, makeBench } from './fixture.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Told {
  readonly type: string;
  readonly signed: string;
  readonly signature: string;
}

describe('the outcome of an order that came again', () => {
  it('goes over a real WebSocket, signed, and is not sent where there is no link', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'mingluo.v1' });
    const told: Told[] = [];
    const links: WebSocket[] = [];
    server.on('connection', (socket) => {
      links.push(socket);
      socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString('utf8')) as Told));
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const url = `ws://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/`;
    const after = (ms: number, call: () => void): (() => void) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    };
    const bench = makeBench({ clock: { now: () => performance.now(), after }, url });
    const opened = openUplink(bench.bare);
    if (!opened.ok) throw new Error(opened.failure.code);
    closers.push(opened.value.close, () => server.close());
    const outcome = { stage: 'ended', how: 'completed', due: 3, sounded: 2, failed: 0, unknown: 1 } as const;
    opened.value.sendOutcome('before the link', outcome);
    await found('a snapshot', () => told.find(({ type }) => type === 'snapshot'));
    opened.value.sendOutcome('0123456789abcdef0123456789abcdef', outcome);
    const { signed, signature } = await found('the outcome', () => told.find(({ type }) => type === 'outcome'));
    expect(boxSigned(signed, signature)).toBe(true);
    expect(JSON.parse(signed)).toMatchObject({
      v: 1,
      type: 'order.outcome',
      order: '0123456789abcdef0123456789abcdef',
      outcome,
    });
    expect(told.filter(({ type }) => type === 'outcome')).toHaveLength(1);
  });
});
