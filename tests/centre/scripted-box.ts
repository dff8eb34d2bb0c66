import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import WebSocket from 'ws';
import { pause } from '../support/waiting.ts';

interface Message {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A box of the tests: its own few lines, written from asyncapi.json, so that the centre is judged from outside. */
export interface ScriptedBox {
  readonly id: string;
  readonly publicKey: string;
  /** Everything the centre sent over all connections, oldest first. */
  readonly heard: readonly Message[];
  readonly connect: (url: string) => Promise<void>;
  readonly leave: () => Promise<void>;
  readonly isOpen: () => boolean;
  readonly send: (message: object) => void;
  readonly sendBytes: (data: string | Uint8Array) => void;
  readonly signed: (content: object) => { signed: string; signature: string };
  readonly snapshot: (changes?: object) => void;
  readonly askTime: () => string;
  /** A receipt as the box signs it; `body` decides its name unless `type` is given. */
  readonly receipt: (number: number, changes?: object, type?: string) => { signed: string; signature: string };
  readonly receipts: (...numbers: readonly number[]) => void;
  /** The first message of this type after `from` messages were heard; waits for it. */
  readonly next: (type: string, from?: number) => Promise<Message>;
}

export const headOf = (records: number): string => createHash('sha256').update(`record ${records}`).digest('hex');

export const snapshotOf = (box: string, changes: object = {}): object => ({
  v: 1,
  type: 'box.snapshot',
  sequence: 1,
  box,
  boot: 'b-1',
  software: '0.1.0',
  at: { mono: 1000, wall: 1_795_000_000_000, trust: 'guessed' },
  journal: { records: 12, head: headOf(12) },
  receipts: { latest: 0, acknowledged: 0, gone: 0 },
  broadcasts: [],
  terminals: [{ id: 'siren-1', health: 'well', sounding: 'no', ageMs: 1200 }],
  troubles: [],
  ...changes,
});

export const receiptOf = (box: string, number: number, changes: object = {}, type = 'ack.received'): object => ({
  v: 1,
  type,
  box,
  receipt: {
    number,
    at: { mono: 1000 + number, wall: 1_795_000_000_000 + number, trust: 'trusted' },
    trace: '0123456789abcdef0123456789abcdef',
    alert: null,
    broadcast: null,
    status: 'drill',
    body: { stage: 'received' },
    ...changes,
  },
});

/** A text that is no JSON object is kept as it is, under the type `raw`. */
const heardMessage = (text: string): Message =>
  text.startsWith('{') ? (JSON.parse(text) as Message) : { type: 'raw', text };

const opened = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'mingluo.v1', { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });

/** Waits until `probe` gives something; the test's own time limit ends a wait in vain. */
export const until = async <T>(probe: () => T | undefined | false | null): Promise<T> => {
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false && found !== null) return found;
    await pause(5);
  }
};

export const scriptedBox = (id = 'shiling-01'): ScriptedBox => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const heard: Message[] = [];
  let socket: WebSocket | null = null;
  const signed = (content: object) => {
    const text = JSON.stringify(content);
    return { signed: text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') };
  };
  const sendBytes = (data: string | Uint8Array): void => socket?.send(data);
  const send = (message: object): void => sendBytes(JSON.stringify(message));
  const receipt: ScriptedBox['receipt'] = (number, changes, type) => signed(receiptOf(id, number, changes, type));
  return {
    id,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
    heard,
    connect: async (url) => {
      const mine = await opened(url);
      socket = mine;
      mine.on('message', (data: Buffer) => heard.push(heardMessage(data.toString())));
      mine.on('error', () => mine.terminate());
    },
    leave: () =>
      new Promise((resolve) => {
        socket?.once('close', () => resolve());
        socket?.close();
      }),
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    send,
    sendBytes,
    signed,
    receipt,
    snapshot: (changes) => send({ type: 'snapshot', ...signed(snapshotOf(id, changes)) }),
    askTime: () => {
      const nonce = '00112233445566778899aabbccddeeff';
      send({ type: 'time-request', nonce });
      return nonce;
    },
    receipts: (...numbers) => send({ type: 'receipts', items: numbers.map((number) => receipt(number)) }),
    next: (type, from = 0) => until(() => heard.slice(from).find((message) => message.type === type)),
  };
};
