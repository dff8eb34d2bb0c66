import { createConnection, createServer, type Socket } from 'node:net';
import type { Between } from './product.ts';

/** One message that the box sent to the centre. */
export interface SentMessage {
  readonly type: string;
  /** As it lies on the wire, with the header of its frame. */
  readonly bytes: number;
}

/** Stands between box and centre, and counts what goes up. */
export interface UplinkCounter {
  readonly between: (url: string) => Promise<Between>;
  /** Messages since the last call; pings and the like are left out. */
  readonly sent: () => readonly SentMessage[];
}

const noBytes = Buffer.alloc(0);
const text = 1;

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly bytes: number;
}

/** The first frame of these bytes as RFC 6455 has it, with its mask taken off; null where it is not whole yet. */
export const frameOf = (bytes: Buffer): Frame | null => {
  if (bytes.length < 2) return null;
  const [short, isMasked] = [bytes.readUInt8(1) & 0x7f, bytes.readUInt8(1) >= 0x80];
  const lengthEnd = short === 126 ? 4 : short === 127 ? 10 : 2;
  const start = lengthEnd + (isMasked ? 4 : 0);
  if (bytes.length < start) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return null;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (isMasked) payload.forEach((byte, n) => (payload[n] = byte ^ (bytes[lengthEnd + (n % 4)] ?? 0)));
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, bytes: start + length };
};

const typeOf = (payload: Buffer): string => {
  const message: unknown = JSON.parse(payload.toString());
  const has = typeof message === 'object' && message !== null && 'type' in message;
  return has && typeof message.type === 'string' ? message.type : '?';
};

/** Reads what a client sends: its request, then frames. */
const reader = (take: (message: SentMessage) => void) => {
  let [waiting, isOpen] = [noBytes, false];
  return (chunk: Buffer): void => {
    waiting = Buffer.concat([waiting, chunk]);
    if (!isOpen) {
      const end = waiting.indexOf('\r\n\r\n');
      if (end < 0) return;
      waiting = waiting.subarray(end + 4);
      isOpen = true;
    }
    for (let frame = frameOf(waiting); frame !== null; frame = frameOf(waiting)) {
      waiting = waiting.subarray(frame.bytes);
      if (frame.opcode === text) take({ type: typeOf(frame.payload), bytes: frame.bytes });
    }
  };
};

const pairUp = (box: Socket, centre: Socket): void => {
  const end = (): void => {
    box.destroy();
    centre.destroy();
  };
  for (const socket of [box, centre]) {
    socket.setNoDelay(true);
    socket.once('error', end);
    socket.once('close', end);
  }
  box.pipe(centre);
  centre.pipe(box);
};

export const createUplinkCounter = (): UplinkCounter => {
  const sent: SentMessage[] = [];
  return {
    sent: () => sent.splice(0),
    between: async (url) => {
      const { port: centrePort, pathname } = new URL(url);
      const open = new Set<Socket>();
      const server = createServer((box) => {
        const centre = createConnection({ host: '127.0.0.1', port: Number(centrePort) });
        for (const socket of [box, centre]) {
          open.add(socket);
          socket.once('close', () => open.delete(socket));
        }
        const read = reader((message) => sent.push(message));
        box.on('data', read);
        pairUp(box, centre);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return {
        url: `ws://127.0.0.1:${port}${pathname}`,
        close: async () => {
          for (const socket of open) socket.destroy();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
};
