/**
 * `node --import tsx dying-threads.mjs PATH TIMES`: opens a line there, ends its thread from outside so often while the port
 * is open, and says `alive` when the line has come back each time.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { openLine } from '../../../src/bus/open-line.ts';

const [, , path, times] = process.argv;

/** Every thread that is listened to: a line shows its own to nobody. */
const threads = new Set();
const { on } = Worker.prototype;
Worker.prototype.on = function (...given) {
  threads.add(this);
  return on.apply(this, given);
};

const line = openLine({
  ...{ id: 'rs485', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 20, pollEveryMs: 1000 },
  port: { kind: 'serial', path, baud: 115_200, parity: 'none', stopBits: 1 },
});
const reaches = (state) =>
  new Promise((resolve) => {
    if (line.state === state) resolve();
    line.onState((now) => now === state && resolve());
  });

for (let time = 0; time < Number(times); time += 1) {
  await reaches('open');
  const thread = [...threads].at(-1);
  const gone = reaches('gone');
  await thread.terminate();
  await gone;
}
await reaches('open');
const ended = once([...threads].at(-1), 'exit');
await line.close();
await ended;
console.log('alive');
process.exit(0);
