/**
 * Loaded into the running box (`node --import`), beside its own code and without changing it: tells on descriptor 3 when
 * bytes came in on a socket ("recv NS LENGTH"), and makes trouble on demand, by lines of its environment.
 *   BENCH_STALL_MS: the main thread is blocked for so long of every 100 ms
 *   BENCH_POOL_MS:  all threads of libuv's pool are held, for so long each time, without end, by BENCH_POOL_PIPE
 */
import { close, closeSync, constants, open, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';

const tell = (line) => {
  try {
    writeSync(3, `${line}\n`);
  } catch (error) {
    if (error.code !== 'EAGAIN' && error.code !== 'EPIPE') throw error;
  }
};

// Whoever measured is gone: so is what was measured.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();

const longEnough = 200;

if (process.env.BENCH_PROBE === '1') {
  Socket.prototype.push = function push(chunk, ...more) {
    const at = process.hrtime.bigint();
    if (chunk !== null && chunk.length >= longEnough) setImmediate(tell, `recv ${at} ${chunk.length}`);
    return Readable.prototype.push.call(this, chunk, ...more);
  };
}

const stallMs = Number(process.env.BENCH_STALL_MS ?? 0);
if (stallMs > 0) {
  setInterval(() => {
    const until = performance.now() + stallMs;
    while (performance.now() < until);
  }, 100).unref();
}

const poolMs = Number(process.env.BENCH_POOL_MS ?? 0);
if (poolMs > 0) {
  // A pipe without a writer holds whoever opens it for reading: threads that wait and use no processor, as on a sick card.
  const pipe = `${process.env.BENCH_POOL_PIPE}`;
  const enter = () => open(pipe, 'r', (error, fd) => error ?? setTimeout(close, poolMs, fd, () => undefined));
  const turn = () => {
    closeSync(openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
    for (let thread = 0; thread < 4; thread += 1) enter();
  };
  // The box opens its files through the pool: let it start first.
  setTimeout(() => setInterval(turn, poolMs).unref(), 4000).unref();
}
