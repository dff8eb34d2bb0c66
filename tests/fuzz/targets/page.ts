import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { asking } from '../../console/raw-client.ts';
import { exampleSite, startRig, type PageRig } from '../../page/rig.ts';
import type { Dice } from '../../simulate/dice.ts';
import { drawnBytes } from '../from-fast-check.ts';
import { hurtfulBytes, mutatedBytes } from '../mutate-bytes.ts';
import { mutatedJson } from '../mutate-text.ts';
import { hundredThousand, shown, type Aim, type Target, type Verdict } from '../target.ts';

const covers = ['src/console/console.entry.ts'];

/** Bytes to the page, then the end of what is said; what came back until the other side closed it. */
const said = (port: number, bytes: Uint8Array): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.end(bytes));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(text));
  });

const cpuMsOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0] ?? 0) / 1_000_000;
const heldBy = (pid: number): number => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * 4_096;

/** The real page process, with a box behind it that counts what it is asked; it is looked at after every thousand inputs. */
const pageAim = async (
  inputOf: (port: number, dice: Dice) => Uint8Array,
  wrong: (rig: PageRig, reply: string) => Verdict,
): Promise<Aim> => {
  const rig = await startRig(await exampleSite());
  const { port, child } = rig;
  const pid = child.pid ?? 0;
  const open = (): number => readdirSync(`/proc/${pid}/fd`).length;
  const before = open();
  const end = async (): Promise<Verdict> => {
    if (child.exitCode !== null || child.signalCode !== null) return 'the page process has ended';
    if ((await asking({ port, path: '/healthz' })).status !== 200) return 'the page answers no more';
    const more = open() - before;
    return more > 16 ? `the page holds ${more} descriptors more` : null;
  };
  return {
    shot: (dice) => {
      const bytes = inputOf(port, dice);
      return { take: async () => wrong(rig, await said(port, bytes)), show: () => shown(bytes) };
    },
    cpuMs: () => cpuMsOf(pid),
    heldBytes: () => heldBy(pid),
    end,
    close: rig.close,
  };
};

const start = {
  ...{ plan: 'flash-flood-now', zones: ['heba'], status: 'drill', severity: 'red', text: null },
  sirenUnlocked: false,
};
const bodies: readonly unknown[] = [start, {}, { person: 'nobody', pin: '1' }];
const ways = ['/api/start', '/api/continue', '/api/touch', '/api/contacts', '/api/raw', '/', '/page.js', '/api/site'];

/** Requests of the page, whole and well formed, but for what one of a thousand strangers has done to them. */
const request = (port: number, dice: Dice): Buffer => {
  const method = dice.oneOf(['GET', 'POST', 'POST', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'HEAD']);
  const body = mutatedJson(bodies, dice);
  const length = dice.chance(0.9)
    ? String(Buffer.byteLength(body))
    : dice.oneOf(['-1', '0', '99999999999999999999', '+5']);
  const lines = [
    `${method} ${dice.oneOf(ways)}${dice.oneOf(['', '', '?a=%00', '/..%2f', '#', '%', '\\'])} HTTP/${dice.oneOf(['1.1', '1.0', '2.0'])}`,
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    ...['X-Mingluo: page', 'Content-Type: application/json', `Cookie: mingluo=${'a'.repeat(32)}`, 'X-Csrf: x'],
    `Content-Length: ${length}`,
    ...(dice.chance(0.1) ? ['Transfer-Encoding: chunked'] : []),
    ...(dice.chance(0.1) ? ['Connection: Upgrade', 'Upgrade: websocket'] : []),
    `Connection: ${dice.oneOf(['close', 'keep-alive'])}`,
  ];
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'utf8');
  return dice.chance(0.4) ? text : hurtfulBytes([text], dice);
};

/** Only "stop" and "I have heard" need nobody; neither is asked for here, so the box must never be asked at all. */
const wrongAnswer = ({ asked }: PageRig, reply: string): Verdict => {
  if (asked.length > 0) return `the box was asked: ${JSON.stringify(asked[0])}`;
  if (/^HTTP\/1\.1 5\d\d/m.test(reply) && !/^HTTP\/1\.1 503/m.test(reply)) return reply.slice(0, 300);
  if (/023-67000011|scrypt|root:/.test(reply)) return 'something that is nobody’s business was told';
  return null;
};

export const pageHttp: Target = {
  name: 'page-http',
  what: { zh: '页面的 HTTP（真实进程）', en: 'HTTP of the page, in its real process' },
  ...{ covers, goal: hundredThousand, apart: true },
  prepare: () => pageAim(request, wrongAnswer),
};

const frames: readonly Uint8Array[] = [
  ...[Buffer.from('818568656c6c0d000000', 'hex'), Buffer.from('8180aabbccdd', 'hex')],
  ...[Buffer.from('8280aabbccdd', 'hex'), Buffer.from('8980aabbccdd', 'hex'), Buffer.from('8a80aabbccdd', 'hex')],
  ...[Buffer.from('888200000000' + '03e8', 'hex'), Buffer.from('01820000000061628081000000006300', 'hex')],
  ...[Buffer.from('81ff7fffffffffffffff00000000', 'hex'), Buffer.from('81feffff00000000', 'hex')],
  Buffer.from('c18500000000f248cdc9c907'.slice(0, 24), 'hex'),
];

const greeting = (port: number, dice: Dice): string =>
  [
    'GET /live HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    ...['Connection: Upgrade', 'Upgrade: websocket'],
    `Sec-WebSocket-Version: ${dice.oneOf(['13', '13', '13', '8', 'x'])}`,
    `Sec-WebSocket-Key: ${dice.chance(0.95) ? 'AAAAAAAAAAAAAAAAAAAAAA==' : 'short'}`,
    ...(dice.chance(0.2) ? ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8'] : []),
    ...(dice.chance(0.1) ? ['Sec-WebSocket-Protocol: a, a, ,'] : []),
  ].join('\r\n');

const conversation = (port: number, dice: Dice): Buffer => {
  const hello = Buffer.from(`${greeting(port, dice)}\r\n\r\n`);
  const many = Array.from({ length: dice.oneOf([1, 1, 2, 40]) }, () => hurtfulBytes(frames, dice));
  const talk = Buffer.concat([hello, ...many, dice.chance(0.2) ? drawnBytes(dice) : Buffer.alloc(0)]);
  return dice.chance(0.1) ? mutatedBytes([talk], dice) : talk;
};

export const pageSocket: Target = {
  name: 'page-websocket',
  what: { zh: '页面的 WebSocket（真实进程）', en: 'the WebSocket of the page, in its real process' },
  ...{ covers, goal: hundredThousand, apart: true },
  prepare: () => pageAim(conversation, wrongAnswer),
};
