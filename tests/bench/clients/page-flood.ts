/**
 * Floods the page of a box until its input ends, then says what it did. A process of its own, so that its work does not
 * delay whoever measures. It comes from forty addresses of the loopback network, as a crowd in a station's network would.
 */
import { connect, type Socket } from 'node:net';

const port = Number(process.argv[2]);
const places = 40;
const open = new Set<Socket>();
const did = { connects: 0, slowHeaders: 0, slowBodies: 0, fragments: 0, reloads: 0 };

let place = 0;
const dial = (text: string): Socket => {
  place = (place + 1) % places;
  const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${2 + place}` });
  open.add(socket);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => open.delete(socket));
  socket.on('connect', () => socket.write(text));
  socket.resume();
  return socket;
};

const host = `Host: 127.0.0.1:${port}\r\n`;
const upgrade = `GET /live HTTP/1.1\r\n${host}Origin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
const frame = (first: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 + text.length, 0, 0, 0, 0]), Buffer.from(text)]);
const forged = frame(0x81, '{"do":"trigger","plan":"bench"}');
const tiny = Buffer.concat([frame(0x01, 'x'), ...Array.from({ length: 999 }, () => frame(0x00, 'x'))]);

/** Calls `act` this many times a second, in small bursts. */
const every = (perSecond: number, act: () => void): void => {
  let owed = 0;
  setInterval(() => {
    for (owed = Math.min(owed + perSecond / 50, perSecond); owed >= 1; owed -= 1) act();
  }, 20);
};

const mostOpen = 4_000;

every(2_000, () => {
  if (open.size > mostOpen) return;
  did.connects += 1;
  const socket = dial(upgrade);
  socket.once('data', () => socket.write(forged));
  setTimeout(() => socket.destroy(), 250);
});

/** A connection that sends a byte now and then, and comes again a second after it was shown out. */
const slow = (text: string, count: () => void): void => {
  count();
  const socket = dial(text);
  const timer = setInterval(() => socket.write('x'), 500);
  socket.once('close', () => {
    clearInterval(timer);
    setTimeout(() => slow(text, count), 1_000);
  });
};
const body = 'Content-Type: application/json\r\nX-Mingluo: page\r\nContent-Length: 60000\r\n\r\n';
for (let n = 0; n < 900; n += 1) slow(`GET / HTTP/1.1\r\n${host}X-Slow: `, () => (did.slowHeaders += 1));
for (let n = 0; n < 500; n += 1) {
  slow(`POST /api/stop HTTP/1.1\r\n${host}Origin: http://127.0.0.1:${port}\r\n${body}`, () => (did.slowBodies += 1));
}

// Twenty thousand fragments a second: two hundred thousand within ten seconds.
every(20, () => {
  const socket = dial(upgrade);
  socket.once('data', () => {
    did.fragments += 1_000;
    socket.write(tiny);
  });
  setTimeout(() => socket.destroy(), 500);
});

every(50, () => {
  did.reloads += 1;
  dial(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
});

process.stdin.resume();
process.stdin.once('end', () => {
  process.stdout.write(`${JSON.stringify(did)}\n`, () => process.exit());
});
