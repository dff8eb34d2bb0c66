/**
 * What nobody can take from an exchange who serves a line from a thread of its own: that thread wakes twice, at the end of
 * the silence and when the reply is there, and the main thread once, called by a message. Nothing else is done. Its one
 * argument is the task as JSON; it prints the processor time of one round.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

export interface WakesTask {
  /** The silence before a request, and from the request to the end of its reply. */
  readonly silenceMs: number;
  readonly replyMs: number;
  readonly count: number;
}

export interface WakesResult {
  readonly cpuUs: number;
}

/** What the threads share: rounds that were ordered. */
const ordered = 0;
const warmRounds = 20;

const serve = ({ silenceMs, replyMs }: WakesTask, cells: Int32Array, call: () => void): never => {
  const pillow = new Int32Array(new SharedArrayBuffer(4));
  for (let done = 0; ; done += 1) {
    Atomics.wait(pillow, 0, 0, silenceMs);
    Atomics.wait(cells, ordered, done);
    Atomics.wait(pillow, 0, 0, replyMs);
    call();
  }
};

const run = async (task: WakesTask): Promise<WakesResult> => {
  const memory = new SharedArrayBuffer(4);
  const cells = new Int32Array(memory);
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { task, memory } });
  let called: () => void = () => undefined;
  worker.on('message', () => called());
  const round = (): Promise<void> =>
    new Promise((resolve) => {
      called = resolve;
      Atomics.add(cells, ordered, 1);
      Atomics.notify(cells, ordered);
    });
  for (let n = 0; n < warmRounds; n += 1) await round();
  const before = process.cpuUsage();
  for (let n = 0; n < task.count; n += 1) await round();
  const { user, system } = process.cpuUsage(before);
  await worker.terminate();
  return { cpuUs: (user + system) / task.count };
};

if (isMainThread) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as WakesTask))}\n`);
} else {
  const { task, memory } = workerData as { readonly task: WakesTask; readonly memory: SharedArrayBuffer };
  serve(task, new Int32Array(memory), () => parentPort?.postMessage(0));
}
